from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lumbago
from lumbago.knowledge.model import Knowledge
from lumbago.screens.note import calendar, lines, mail_draft, read_note
from lumbago.screens.visit import Note
from lumbago.wording import Wording

TODAY = date(2026, 11, 22)
GOOD = {"name": "A. Person", "phone": "07700 900123"}


def test_a_name_and_a_number_are_enough() -> None:
    note, wrong = read_note(GOOD, TODAY)
    assert not wrong
    assert note == Note(name="A. Person", phone="07700 900123")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("phone", "call me"),
        ("phone", "123"),
        ("email", "no address"),
        ("email", "a@b"),
        ("email", "a@b.example, c@d.example"),
        ("day", "2026-11-21"),
        ("day", "tomorrow"),
        ("message", "x" * 601),
    ],
)
def test_what_is_wrong_is_named(field: str, value: str) -> None:
    _, wrong = read_note(GOOD | {field: value}, TODAY)
    assert set(wrong) == {field}


def test_control_characters_are_dropped_so_that_no_line_can_be_added() -> None:
    note, _ = read_note(GOOD | {"clinic": "Desk\r\nBcc: x@y.example\x00", "message": "a\nb"}, TODAY)
    assert note.clinic == "Desk Bcc: x@y.example" or "\n" not in note.clinic
    assert note.message == "a\nb"


def test_the_draft_goes_to_one_address_and_says_what_was_shown(wording: Wording) -> None:
    note = Note(
        name="Ä & B", phone="07700 900123", email="desk+x@surgery.example", message="Q? & A"
    )
    parts = urlsplit(mail_draft(wording, note, ""))
    assert parts.scheme == "mailto"
    assert parts.path == "desk+x@surgery.example"
    body = parse_qs(parts.query)["body"][0]
    assert body == "\r\n\r\n".join(lines(wording, note, ""))


@given(st.text(max_size=80))
def test_a_calendar_line_never_breaks(text: str) -> None:
    wording = Wording(_knowledge())
    note, _ = read_note(GOOD | {"clinic": text}, TODAY)
    now = datetime.fromisoformat("2026-11-22T09:00:00+01:00")
    ics = calendar(wording, note, now, "uid")
    assert ics.startswith("BEGIN:VCALENDAR\r\n")
    assert ics.endswith("END:VCALENDAR\r\n")
    assert all(len(row.encode()) <= 4 * 75 for row in ics.split("\r\n"))
    assert ics.count("BEGIN:VEVENT") == 1
    assert "DTSTAMP:20261122T080000Z" in ics
    assert "back" not in ics.lower().replace(text.lower(), "")


@lru_cache(maxsize=1)
def _knowledge() -> Knowledge:
    return lumbago.load()
