"""What docs/platform.md shows is so."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import yaml

from backend import problems
from backend.auth import signature
from backend.contract import CONTRACT

PAGE = (Path(__file__).parents[2] / "docs" / "platform.md").read_text(encoding="utf-8")


def test_the_worked_example_signs_as_it_says():
    secret = re.search(r"characters `([0-9a-f]{32})`", PAGE)[1]
    body = re.search(r"```json\n(\{\"kind.*?)\n```", PAGE)[1].encode()
    method, path, timestamp, nonce, digest = re.search(r"```text\n(.*?)\n```", PAGE, re.S)[1].split("\n")
    shown = re.search(r"X-Signature: ([0-9a-f]{64})", PAGE)[1]
    assert digest == hashlib.sha256(body).hexdigest()
    assert shown == signature(secret.encode(), method, path, timestamp=timestamp, nonce=nonce, body=body)


def test_every_problem_is_explained_and_part_of_the_contract():
    codes = {
        kind.code
        for kind in vars(problems).values()
        if isinstance(kind, type) and issubclass(kind, problems.Problem)
    }
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    assert codes == set(contract["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
