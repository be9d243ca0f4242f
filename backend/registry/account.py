"""Changes of an account: the phone at once when both phones are proved, everything else after a person has looked."""

from __future__ import annotations

from typing import Any

from backend.models import AccountChange, OutboxMessage, Person
from backend.orders.opening import open_request
from backend.problems import Conflict, IdentityMismatch, InvalidInput, Problem
from backend.registry.applicants import read_applicant
from backend.registry.applications import known_name, seal
from backend.registry.attempts import count_attempt, refuse_frequent, subject
from backend.registry.folding import fold_document, same_name
from backend.registry.people import find_person, holder_of, mask_document, show_person
from backend.registry.phones import proven_phone
from backend.registry.real_names import real_name
from backend.serving import Scope
from privacy.documents import canonical_name, name_fault
from privacy.masking import mask_value

CATEGORY = "account_problem"


def change_phone(scope: Scope) -> dict[str, Any]:
    """Put a proved phone in the place of the verified person's, tell the old one, and return the Person.

    Raises:
        InvalidInput: the new phone is not proved.
    """
    phone = proven_phone(scope, scope.body["phone"], scope.body["phone_proof"])
    person = scope.session.get(Person, scope.person.person_id, with_for_update=True)
    if person.phone and person.phone != phone:
        text = (
            f"【四川天府健康通】您的健康码已改绑{mask_value('PHONE', phone)}。如非本人操作，请立即拨打12345。"
        )
        scope.session.add(
            OutboxMessage(recipient=person.phone, kind="phone_changed", text=text, created_at=scope.now)
        )
    person.phone = phone
    scope.session.flush()
    return show_person(person)


def correct(scope: Scope) -> dict[str, Any] | Problem:
    """Take down a correction of the verified person's name or document and return its ReviewReceipt.

    Returns:
        The receipt, or IdentityMismatch (kept, so that it counts) when name and document cannot belong together.

    Raises:
        InvalidInput: a value that cannot be right, or nothing to change.
        Conflict: the document is somebody else's, or nothing would change.
    """
    person = scope.session.get(Person, scope.person.person_id, with_for_update=True)
    return _correct_name(scope, person) if scope.body["what"] == "name" else _correct_document(scope, person)


def ask_for_review(scope: Scope) -> dict[str, Any]:
    """Take down what nobody could be verified for: a phone that is gone, a face that is not recognised.

    Whether name and document belong to anybody is told to the desk alone.

    Raises:
        InvalidInput: the phone for the answer is not proved.
        RateLimited: too many tries for this document.
    """
    body = scope.body
    tries = subject("document", fold_document(body["document_number"]))
    refuse_frequent(scope.session, tries, scope.platform.settings.identity_tries_per_hour, scope.now)
    count_attempt(scope.session, tries, scope.now, sent=False)
    phone = proven_phone(scope, body["phone"], body["phone_proof"])
    person = find_person(scope.session, body["name"], body["document_type"], body["document_number"])
    before = mask_value("PHONE", person.phone) if person is not None and person.phone else "—"
    after = mask_value("PHONE", phone)
    number = mask_document(body["document_type"], body["document_number"])
    content = (
        f"姓名：{mask_value('NAME', body['name'])}，证件号：{number}，"
        f"与平台登记{'一致' if person is not None else '不一致'}；原手机号：{before}，新手机号：{after}。"
        f"本人说明：{body['evidence']}"
    )
    title = {"phone_lost": "原手机号停用，申请换绑", "face_check": "人脸核验不通过，申请人工核实"}[
        body["kind"]
    ]
    details = {"phone": phone} if body["kind"] == "phone_lost" else {}
    facts = (title, content, phone)
    return _open(scope, body["kind"], person, details, facts=facts, change=(before, after))


def _correct_name(scope: Scope, person: Any) -> dict[str, Any] | Problem:
    document = next(iter(person.documents))
    given = (scope.body.get("name") or "").strip()
    fault = name_fault(document.type, given)
    if fault:
        raise InvalidInput(("name", fault))
    name = canonical_name(document.type, given)
    if name == person.name:
        raise Conflict("this is the name on record", reason="unchanged")
    answer = _register_says(scope, person, name, document)
    if isinstance(answer, Problem):
        return answer
    before, after = mask_value("NAME", person.name), mask_value("NAME", name)
    content = f"更正姓名：{before} → {after}。实名比对：{_ANSWERS[answer]}。"
    facts = ("更正姓名", content, person.phone)
    return _open(scope, "name", person, {"name": name}, facts=facts, change=(before, after))


def _register_says(scope: Scope, person: Any, name: str, document: Any) -> str | Problem:
    """What public security says of the new name; the holder on record is the person themselves."""
    tries = subject("document", document.number)
    refuse_frequent(scope.session, tries, scope.platform.settings.identity_tries_per_hour, scope.now)
    answer = real_name(scope.session, name, document.type, document.number, register_only=True)
    if answer == "mismatch" and not same_name(person.name_key, name):
        count_attempt(scope.session, tries, scope.now, sent=False)
        return IdentityMismatch("name and document do not belong together")
    return answer


def _correct_document(scope: Scope, person: Any) -> dict[str, Any] | Problem:
    body = scope.body
    stated = {
        "name": person.name,
        "document_type": body.get("document_type") or "id_card",
        "document_number": body.get("document_number") or "",
        "birth_date": person.birth_date and person.birth_date.isoformat(),
        "valid_until": body.get("valid_until"),
    }
    applicant = read_applicant(stated, scope.now)
    holder = holder_of(scope.session, applicant.document_type, applicant.number)
    if holder is not None:
        own = holder.person_id == person.person_id
        raise Conflict("this document is registered", reason="unchanged" if own else "document_taken")
    answer = known_name(scope, applicant)
    if isinstance(answer, Problem):
        return answer
    before = "、".join(mask_document(d.type, d.number) for d in person.documents)
    after = mask_document(applicant.document_type, applicant.number)
    content = f"更正证件：{before} → {after}（{applicant.document_type}）。实名比对：{_ANSWERS[answer]}。"
    facts = ("更正证件", content, person.phone)
    return _open(scope, "document", person, applicant.written(), facts=facts, change=(before, after))


_ANSWERS = {"match": "一致", "not_found": "没有查到", "mismatch": "不一致"}


def _open(
    scope: Scope,
    kind: str,
    person: Any,
    details: dict[str, Any],
    *,
    facts: tuple[str, str, str | None],
    change: tuple[str, str],
) -> dict[str, Any]:
    title, content, phone = facts
    person_id = person and person.person_id
    receipt = open_request(
        scope, kind="help", category=CATEGORY, title=title, content=content, phone=phone, person_id=person_id
    )
    scope.session.add(
        AccountChange(
            request_number=receipt["number"],
            kind=kind,
            person_id=person_id,
            state="reviewing",
            details=seal(scope, receipt["number"], details),
            created_at=scope.now,
        )
    )
    scope.session.flush()
    shown = {name: receipt[name] for name in ("number", "fetch_code", "due_at")}
    return shown | {"before": change[0], "after": change[1]}
