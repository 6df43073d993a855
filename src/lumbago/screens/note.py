"""A note to ask for an appointment: checked, shown, as a mail draft and a calendar reminder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import quote

from lumbago.screens.visit import Note
from lumbago.wording import Wording

LIMITS: Final = {"name": 80, "phone": 40, "clinic": 120, "email": 120, "day": 10, "message": 600}
"""The longest that each field may be."""

EMAIL: Final = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_DIGITS: Final = 5
_ICS_LINE: Final = 73


def read_note(sent: Mapping[str, str], today: date) -> tuple[Note, dict[str, str]]:
    """A note from a form, and what is wrong with it: field to the id of a sentence."""
    values = {name: _clean(sent.get(name, ""), name) for name in LIMITS}
    wrong = {name: "note_long" for name, limit in LIMITS.items() if len(values[name]) > limit}
    if not values["name"]:
        wrong["name"] = "note_need_name"
    if sum(sign.isdecimal() for sign in values["phone"]) < _DIGITS:
        wrong["phone"] = "note_need_phone"
    if values["email"] and not EMAIL.fullmatch(values["email"]):
        wrong["email"] = "note_bad_email"
    if values["day"] and not _from_today(values["day"], today):
        wrong["day"] = "note_bad_day"
    return Note(**values), wrong


def _clean(text: str, name: str) -> str:
    """Without control characters, and in one line except for the message."""
    kept = "".join(sign for sign in text if sign.isprintable() or sign == "\n")
    return kept.strip() if name == "message" else " ".join(kept.split())


def _from_today(text: str, today: date) -> bool:
    try:
        return date.fromisoformat(text) >= today
    except ValueError:
        return False


def lines(wording: Wording, note: Note, when: str) -> tuple[str, ...]:
    """The note as it would be sent, line by line; no symptom is in it but what the person wrote."""
    text = wording.words["screens"]
    rows = [str(text["note_dear"])]
    if when:
        rows.append(str(text["note_advice"]).format(when=when))
    if note.day:
        rows.append(f"{text['note_day']}: {note.day}")
    if note.message:
        rows.append(note.message)
    return (*rows, f"{text['note_name']}: {note.name}", f"{text['note_phone']}: {note.phone}")


def mail_draft(wording: Wording, note: Note, when: str) -> str:
    """A `mailto:` address that opens a draft; nothing is sent by it."""
    subject = quote(str(wording.words["screens"]["note_subject"]))
    body = quote("\r\n\r\n".join(lines(wording, note, when)))
    return f"mailto:{quote(note.email, safe='@.+-_')}?subject={subject}&body={body}"


def calendar(wording: Wording, note: Note, now: datetime, uid: str) -> str:
    """A reminder to call, as iCalendar text: with a title that gives nothing away."""
    day = date.fromisoformat(note.day) if note.day else (now + timedelta(days=1)).date()
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
    rows = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//lumbago//note//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp}Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"SUMMARY:{_escaped(str(wording.words['screens']['note_ics_title']))}",
        f"DESCRIPTION:{_escaped(f'{note.clinic}'.strip())}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(row)}\r\n" for row in rows)


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(row: str) -> str:
    return "\r\n ".join(row[i : i + _ICS_LINE] for i in range(0, max(1, len(row)), _ICS_LINE))
