"""The running platform against its own contract, with requests nobody thought of."""

from __future__ import annotations

import time
import uuid
from datetime import date, timedelta

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from backend.auth import signature
from backend.codes import record_event
from backend.colour.events import Overlap
from backend.contract import CONTRACT
from backend.models import HealthCode, TestResult, Vaccination, new_id


def contract_without_authentication():
    """Every request here is signed; that unsigned ones are refused has tests of its own."""
    document = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    del document["security"], document["components"]["securitySchemes"]
    for item in document["paths"].values():
        for operation in item.values():
            operation.pop("security", None)
    return document


schema = schemathesis.openapi.from_dict(contract_without_authentication())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
]


class Signing(requests.auth.AuthBase):
    """Signs each request as it leaves, and names the verified person."""

    def __init__(self, client, secret, token):
        self._client, self._secret, self._token = client, secret, token

    def __call__(self, prepared):
        body = prepared.body or b""
        timestamp, nonce = str(int(time.time())), uuid.uuid4().hex
        prepared.headers["X-Person-Session"] = self._token
        prepared.headers["X-Client-Id"] = self._client
        prepared.headers["X-Timestamp"] = timestamp
        prepared.headers["X-Nonce"] = nonce
        prepared.headers["X-Signature"] = signature(
            self._secret,
            prepared.method,
            prepared.path_url,
            timestamp=timestamp,
            nonce=nonce,
            body=body.encode() if isinstance(body, str) else body,
        )
        return prepared


@pytest.fixture(scope="module")
def signing(shared_platform, new_citizen, verified):
    """A verified person with something on every page, asking through the desk, which may use every door."""
    citizen = new_citizen(shared_platform)
    now = shared_platform.clock.now()
    with shared_platform.database.write() as session:
        session.add(
            HealthCode(
                person_id=citizen.person_id,
                colour="yellow",
                since=now - timedelta(days=1),
                updated_at=now - timedelta(days=1),
            )
        )
        session.flush()
        overlap = Overlap(id="evt_1", at=now, known_at=now - timedelta(days=1), region="510100")
        record_event(session, citizen.person_id, overlap, now)
        session.add(
            TestResult(
                test_id=new_id("tes"),
                person_id=citizen.person_id,
                kind="nucleic",
                result="negative",
                sampled_at=now - timedelta(hours=20),
                reported_at=now,
                institution="四川大学华西医院",
            )
        )
        session.add(
            Vaccination(
                vaccination_id=new_id("vac"),
                person_id=citizen.person_id,
                dose=1,
                technology="inactivated",
                vaccine="灭活疫苗",
                manufacturer="北京科兴中维",
                date=date(2022, 8, 20),
                site="武侯区第三人民医院",
            )
        )
    token = verified(shared_platform, citizen)
    return citizen, Signing("desk", shared_platform.settings.clients["desk"], token)


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_the_platform_keeps_its_contract(case, shared_platform, signing):
    citizen, auth = signing
    if "person_id" in (case.path_parameters or {}) and uuid.uuid4().int % 2:
        case.path_parameters["person_id"] = citizen.person_id
    case.call_and_validate(base_url=shared_platform.url, auth=auth, checks=CHECKS)
