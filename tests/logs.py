"""Logs by chance, for laws that hold for every log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from lumbago.events import Event, Log, Payload

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@st.composite
def logs(draw: st.DrawFn, kinds: st.SearchStrategy[Payload]) -> Log:
    """Entries in any order of time, within two days of `NOW`, some of which correct others."""
    found: list[Event] = []
    free: list[str] = []
    for number in range(draw(st.integers(0, 8))):
        when = NOW + timedelta(minutes=draw(st.integers(-3000, 3000)))
        corrects = draw(st.sampled_from(["", "", *free])) if free else ""
        if corrects:
            free.remove(corrects)
        found.append(Event(f"e{number}", when, when, "UTC", draw(kinds), supersedes=corrects))
        free.append(f"e{number}")
    return tuple(found)
