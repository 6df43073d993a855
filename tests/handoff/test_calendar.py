from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from lumbago.errors import UsageError
from lumbago.handoff.calendar import calendar
from lumbago.story_plan import PlanTeller

Plan = Callable[..., Any]
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
CLOCK_CHANGES = {
    "Europe/Berlin": "2026-10-24T08:30",
    "America/New_York": "2026-10-31T08:30",
    "Australia/Lord_Howe": "2026-10-03T08:30",
}


def entries(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


@pytest.mark.parametrize("zone", ZONES)
def test_another_reader_shows_the_same_times_across_a_clock_change(
    teller: PlanTeller, planned: Plan, zone: str
) -> None:
    _, _, plan = planned(zone, CLOCK_CHANGES[zone])
    dated = [e for e in entries(calendar(teller, plan)) if "DTEND" in e]
    read = sorted((e.start.astimezone(UTC), e.end.astimezone(UTC)) for e in dated)
    items = sorted(
        (i.start.astimezone(UTC), i.end.astimezone(UTC)) for i in (*plan.items, *plan.outlook)
    )
    assert read == items
    offsets = {i.start.utcoffset() for i in (*plan.items, *plan.outlook)}
    assert len(offsets) == 2, "the plan spans the change"
    wall = {e.start.strftime("%H:%M") for e in dated}
    assert wall == {i.start.strftime("%H:%M") for i in (*plan.items, *plan.outlook)}


def test_the_zone_rules_in_the_file_say_what_the_zone_says(
    teller: PlanTeller, planned: Plan
) -> None:
    _, _, plan = planned("Europe/Berlin", "2026-10-24T08:30")
    file = Calendar.from_ical(calendar(teller, plan))
    rules: Any = file.walk("VTIMEZONE")[0]
    zone = rules.to_tz()
    for item in (*plan.items, *plan.outlook):
        naive = item.start.replace(tzinfo=None)
        assert naive.replace(tzinfo=zone).utcoffset() == item.start.utcoffset(), item


def test_titles_are_neutral_and_no_medicine_is_named(teller: PlanTeller, planned: Plan) -> None:
    _, _, plan = planned()
    titles = {str(e["SUMMARY"]) for e in entries(calendar(teller, plan))}
    said = teller.wording.handoff
    assert titles == {said("ics_step"), said("ics_check"), said("ics_review")}
    for word in ("ibuprofen", "nurofen", "paracetamol", "numb", "pee fine"):
        assert word not in "\n".join(titles).lower()


def test_ids_stay_when_the_plan_moves(teller: PlanTeller, planned: Plan) -> None:
    one = {str(e["UID"]) for e in entries(calendar(teller, planned()[2]))}
    again = {str(e["UID"]) for e in entries(calendar(teller, planned()[2]))}
    later = {str(e["UID"]) for e in entries(calendar(teller, planned(at="2026-11-22T09:30")[2]))}
    assert one == again
    assert len(one & later) > len(one) / 2


def test_ids_are_unique(teller: PlanTeller, planned: Plan) -> None:
    ids = [str(e["UID"]) for e in entries(calendar(teller, planned()[2]))]
    assert len(ids) == len(set(ids))


def test_what_hangs_on_a_check_is_tentative(teller: PlanTeller, planned: Plan) -> None:
    _, _, plan = planned()
    made = entries(calendar(teller, plan))
    tentative = [e for e in made if e["STATUS"] == "TENTATIVE"]
    assert len(tentative) == len(plan.outlook)
    assert all(e["DESCRIPTION"].startswith(teller.say("outlook_lead")) for e in tentative)
    for entry in made:
        if "DTEND" in entry and entry["STATUS"] == "CONFIRMED":
            assert entry.end.astimezone(UTC) <= plan.valid_until.astimezone(UTC)


def test_there_is_no_calendar_without_a_plan(teller: PlanTeller, planned: Plan) -> None:
    _, _, plan = planned(saddle_numbness="yes")
    assert plan.refused is not None
    with pytest.raises(UsageError, match="no plan yet"):
        calendar(teller, plan)


def test_a_bare_offset_becomes_utc(teller: PlanTeller, planned: Plan) -> None:
    import lumbago
    from lumbago.answers import Profile

    case, _, _ = planned()
    at = datetime.fromisoformat("2026-11-22T08:30:00+01:00")
    bare = type(case)(case.id, at, case.text, case.given, Profile())
    plan = lumbago.plan(teller.knowledge, bare, (), now=at + timedelta(minutes=1))
    made = [e for e in entries(calendar(teller, plan)) if "DTEND" in e]
    assert made
    assert {e.start.utcoffset() for e in made} == {timedelta(0)}
