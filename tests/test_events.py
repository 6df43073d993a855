from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lumbago.events import KINDS, CheckIn, Event, Note, Payload, Taken, standing

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def event(id_: str, payload: Payload, supersedes: str = "") -> Event:
    return Event(id_, AT, AT, "UTC", payload, supersedes=supersedes)


@pytest.mark.parametrize(
    ("payload", "kind"), [(Note("x"), "note"), (CheckIn(), "check_in"), (Taken("x", 1), "taken")]
)
def test_an_event_names_its_kind(payload: Payload, kind: str) -> None:
    assert event("e", payload).kind == kind
    assert KINDS[kind] is type(payload)


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    log = (
        event("a", Note("one")),
        event("b", Note("two")),
        event("c", Note("better"), "a"),
        event("d", Note("best"), "c"),
    )
    assert [one.id for one in standing(log)] == ["d", "b"]
    assert standing(log[:2]) == log[:2]
    assert standing(()) == ()
