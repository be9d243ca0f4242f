"""Numbers and names of documents: what is right is accepted, every single slip is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.documents import (
    age,
    birth_date,
    canonical_name,
    check_character,
    document_fault,
    kind_of_card,
    name_fault,
)
from privacy.regions import existed, last_years

TODAY = date(2022, 9, 5)
REGIONS = sorted(code for code in last_years() if not code.endswith("0000"))
DAYS = st.dates(date(1900, 1, 1), TODAY)


def card(region: str, born: date, serial: int) -> str:
    body = f"{region}{born:%Y%m%d}{serial:03d}"
    return body + check_character(body)


CARDS = st.builds(card, st.sampled_from(REGIONS), DAYS, st.integers(0, 999))


@given(CARDS)
def test_every_card_of_a_region_that_existed_then_or_later_is_accepted(number: str) -> None:
    expected = None if existed(number[:6], int(number[6:10])) else "region"
    assert document_fault("id_card", number, TODAY) == expected


@given(CARDS.filter(lambda n: document_fault("id_card", n, TODAY) is None), st.data())
def test_every_single_wrong_digit_is_refused(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 16))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert document_fault("id_card", number[:place] + digit + number[place + 1 :], TODAY) is not None


def test_a_region_that_was_gone_long_before_the_birth_is_refused() -> None:
    # 燕山区 110110 was abolished in 1985.
    assert document_fault("id_card", card("110110", date(1980, 1, 1), 1), TODAY) is None
    assert document_fault("id_card", card("110110", date(2005, 1, 1), 1), TODAY) == "region"


def test_no_region_of_the_history_is_unknown() -> None:
    assert len(REGIONS) > 6_000
    assert all(existed(code, 1900) for code in REGIONS)
    assert not existed("519900", 1990)


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [
        ("residence_permit", card("830000", date(1994, 4, 4), 998), None),
        ("id_card", card("830000", date(1994, 4, 4), 998), "region"),
        ("permanent_residence", card("951392", date(1989, 9, 9), 998), None),
        ("permanent_residence", "FRA510085031201", None),
        ("permanent_residence", "FRA510085133201", "birth_date"),
        ("hk_macao_permit", "H12345678", None),
        ("hk_macao_permit", "M1234567801", None),
        ("hk_macao_permit", "C12345678", "format"),
        ("taiwan_permit", "12345678", None),
        ("taiwan_permit", "1234567", "format"),
        ("passport", "C01X00T47", None),
        ("passport", "P99900001", None),
        ("passport", "ABCDEFG", "format"),
        ("passport", "A123456789", "format"),
        ("id_card", "510104900307123", "length"),
        ("id_card", card("510104", date(2022, 9, 6), 1), "birth_date"),
    ],
)
def test_each_kind_has_its_own_form(kind: str, number: str, fault: str | None) -> None:
    assert document_fault(kind, number, TODAY) == fault


@pytest.mark.parametrize(
    ("kind", "name", "fault"),
    [
        ("passport", "MARIA-JOSE O'NEILL DE LA CRUZ FERNANDEZ", None),
        ("passport", "SUHARTO", None),
        ("passport", "JOSÉ ÁLVAREZ", None),
        ("passport", "玛丽", "letters"),
        ("passport", "A" * 81, "length"),
        ("id_card", "阿卜杜拉·买买提", None),
        ("id_card", "秦1", "letters"),
    ],
)
def test_names_are_read_as_documents_write_them(kind: str, name: str, fault: str | None) -> None:
    assert name_fault(kind, name) == fault


def test_latin_names_are_kept_in_capitals_and_in_their_order() -> None:
    assert canonical_name("passport", "maria-jose  o'neill") == "MARIA-JOSE O'NEILL"
    assert canonical_name("id_card", "王小明") == "王小明"


@given(DAYS)
def test_the_birth_date_is_read_from_the_number(born: date) -> None:
    assert birth_date("id_card", card("510104", born, 1), TODAY) == born


def test_two_digits_of_a_year_mean_the_latest_date_that_can_be() -> None:
    assert birth_date("permanent_residence", "FRA510085031201", TODAY) == date(1985, 3, 12)
    assert birth_date("permanent_residence", "FRA510020031201", TODAY) == date(2020, 3, 12)
    assert birth_date("passport", "P99900001", TODAY) is None


def test_kinds_of_cards_are_told_by_their_beginning() -> None:
    assert kind_of_card(card("510104", date(1990, 1, 1), 1)) == "id_card"
    assert kind_of_card(card("810000", date(1990, 1, 1), 1)) == "residence_permit"
    assert kind_of_card(card("951392", date(1990, 1, 1), 1)) == "permanent_residence"
    assert kind_of_card("P99900001") is None


def test_a_year_older_on_the_birthday_and_not_before() -> None:
    assert age(date(2008, 9, 5), TODAY) == 14
    assert age(date(2008, 9, 6), TODAY) == 13
