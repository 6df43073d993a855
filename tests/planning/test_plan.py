"""The front door: pure, refusing first, fast, and without a fault over random lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lumbago
from lumbago import CarePlan, Case, InputError
from lumbago.answers import Profile
from lumbago.events import CheckIn, Chosen, Event, Payload, StepDone, Taken
from lumbago.knowledge.model import Knowledge
from lumbago.planning.plan import DANGER, movements_per_day
from lumbago.planning.refusal import KEEP_STILL, STIFF
from lumbago.testing_plan import faults, life, ordinary_answers

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def event(payload: Payload, hours: float = 0, name: str = "") -> Event:
    at = AT + timedelta(hours=hours)
    return Event(f"e{name}{hours}", at, at, "UTC", payload)


def make(
    knowledge: Knowledge,
    *events: Event,
    now: Any = AT,
    day: Any = None,
    medicines: Any = (),
    **changes: Any,
) -> CarePlan:
    gone = {id_ for id_, value in changes.items() if value is None}
    given = {k: v for k, v in ordinary_answers(knowledge, **changes).items() if k not in gone}
    profile = Profile(day=day or {"zone": "UTC"}, medicines=medicines, country="GB")
    case = Case.of(answers=given, at=AT, profile=profile)
    return lumbago.plan(knowledge, case, events, now=now)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_no_random_life_has_a_fault(knowledge: Knowledge, seed: int) -> None:
    case, log, now = life(knowledge, Random(seed))
    assert faults(knowledge, case, log, lumbago.plan(knowledge, case, log, now=now)) == []


def test_a_plan_is_made_by_plan_alone(knowledge: Knowledge) -> None:
    with pytest.raises(TypeError, match="made by plan"):
        replace(make(knowledge), seal=None)


def test_the_same_again_is_the_same_plan(knowledge: Knowledge) -> None:
    one, other = make(knowledge), make(knowledge)
    assert (one.items, one.outlook, one.checks) == (other.items, other.outlook, other.checks)
    assert [s.measure.id for s in one.steps] == [s.measure.id for s in other.steps]


def test_the_ids_that_it_names_exist(knowledge: Knowledge) -> None:
    assert {*DANGER, *KEEP_STILL, STIFF} <= knowledge.findings.keys()


def test_something_done_is_not_planned_again_at_once(knowledge: Knowledge) -> None:
    before = make(knowledge)
    first = next(item for item in before.items if item.measure == "heat_pad")
    assert first.start == AT
    after = make(knowledge, event(StepDone("heat_pad", "done", 20), 0.4), now=AT + DAY / 48)
    again = [item for item in after.items if item.measure == "heat_pad"]
    assert all(item.start - AT >= timedelta(minutes=60 + 24) for item in again)


def test_the_choice_of_warmth_is_kept_and_shown(knowledge: Knowledge) -> None:
    default = make(knowledge)
    (choice,) = [c for c in default.choices if c.id == "warmth"]
    assert (choice.default, choice.chosen, choice.current) == ("heat", "", "heat")
    assert "heat_or_cold_first" in choice.conflicts
    assert {o.value for o in choice.options} == {"heat", "cold", "alternating", "neither"}
    for value, kinds in (("cold", {"cold"}), ("alternating", {"alternating"}), ("neither", set())):
        plan = make(knowledge, event(Chosen("warmth", value)))
        thermal = {s.measure.kind for s in plan.steps} & {"heat", "cold", "alternating"}
        assert thermal == kinds
        assert all(step.chosen for step in plan.steps if step.measure.kind in kinds)


def test_a_choice_that_is_none_is_asked_back(knowledge: Knowledge) -> None:
    plan = make(knowledge, event(Chosen("warmth", "heet")))
    assert [(p.where, p.hint) for p in plan.problems] == [("warmth", "Did you mean 'heat'?")]
    assert "heat" in {step.measure.kind for step in plan.steps}


def test_a_step_that_was_left_is_left_and_one_added_is_added(knowledge: Knowledge) -> None:
    plan = make(
        knowledge, event(Chosen("leave", "walking")), event(Chosen("add", "moist_heat"), 0, "b")
    )
    ids = {step.measure.id for step in plan.steps}
    assert "walking" not in ids
    assert "moist_heat" in ids
    assert "heat_pad" not in ids  # one form of heat at a time


def test_the_stage_is_that_of_the_latest_onset(knowledge: Knowledge) -> None:
    days = ((0, "first_72_hours"), (2.9, "first_72_hours"), (3, "days_3_14"), (20, "weeks_2_6"))
    for number, stage in days:
        assert make(knowledge, pain_duration_days=number).stage == stage
    between = make(knowledge, pain_duration_days={"from": 2, "to": 5})
    assert between.stage == "first_72_hours"
    assert make(knowledge, pain_duration_days=None).stage == "first_72_hours"
    fresh = event(CheckIn(answers=ordinary_answers(knowledge, pain_duration_days=3)), 48)
    assert make(knowledge, fresh, now=AT + 2 * DAY).stage == "days_3_14"


def test_movements_are_few_at_first(knowledge: Knowledge) -> None:
    order = ("first_72_hours", "days_3_14", "weeks_2_6", "staying_well")
    most = [movements_per_day(knowledge, stage) for stage in order]
    assert most[0] == 1
    assert most == sorted(most)
    later = make(knowledge, pain_duration_days=5)
    moving = [s for s in later.steps if s.measure.kind in ("exercise", "stretch")]
    assert 0 < len(moving) <= most[1]


def test_every_step_says_who_says_so(knowledge: Knowledge) -> None:
    plan = make(knowledge)
    for step in plan.steps:
        assert step.backing.sources
        assert step.backing.certainty == step.measure.certainty
    heat = plan.step("heat_pad")
    assert heat is not None
    assert heat.backing.named_by
    assert heat.backing.conflicts
    assert heat.backing.effects


def test_reviews_are_dates_and_an_old_pain_is_overdue(knowledge: Knowledge) -> None:
    assert [r.id for r in make(knowledge).reviews] == ["easing", "review", "review", "escalate"]
    old = make(knowledge, pain_duration_days=50)
    if old.refused is None:
        assert [r.id for r in old.reviews] == ["overdue"]


def test_a_25_hour_day_has_checks_and_items_by_the_wall_clock(knowledge: Knowledge) -> None:
    start = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    case = Case.of(
        answers=ordinary_answers(knowledge),
        at=start,
        profile=Profile(day={"zone": "Europe/Berlin", "wake": "07:00", "sleep": "22:30"}),
    )
    plan = lumbago.plan(knowledge, case, now=start)
    assert plan.refused is None
    assert faults(knowledge, case, (), plan) == []
    offsets = {item.start.utcoffset() for item in plan.outlook}
    assert offsets == {timedelta(hours=1)}
    assert {item.start.utcoffset() for item in plan.items} == {timedelta(hours=2)}
    next_morning = plan.checks[1] if plan.checks[0].day == 24 else plan.checks[0]
    assert (next_morning.hour, next_morning.minute) >= (7, 0)


def test_at_night_there_is_a_position_and_no_heat(knowledge: Knowledge) -> None:
    night = AT.replace(hour=3)
    case = Case.of(
        answers=ordinary_answers(knowledge), at=night, profile=Profile(day={"zone": "UTC"})
    )
    plan = lumbago.plan(knowledge, case, now=night)
    assert plan.now
    first = plan.step(plan.now[0])
    assert first is not None
    assert first.measure.kind == "position"
    assert all(item.start.hour >= 7 for item in plan.items)


@pytest.mark.parametrize("name", ["warfarin", "Celebrex", "naproxen"])
def test_a_medicine_already_used_stands_against_another(knowledge: Knowledge, name: str) -> None:
    wants = (
        event(Chosen("medicine", "ibuprofen"), -0.1),
        event(Chosen("medicines_logged", "all"), -0.1, "b"),
    )
    (step,) = [m for m in make(knowledge, *wants, medicines=(name,)).medicines if m.chosen]
    assert step.dose is None
    assert step.standing.status == "blocked"


def test_an_unknown_medicine_is_asked_back_and_stops_every_dose(knowledge: Knowledge) -> None:
    wants = (
        event(Chosen("medicine", "ibuprofen"), -0.1),
        event(Chosen("medicines_logged", "all"), -0.1, "b"),
    )
    odd = event(Taken("naproxxen_forte", 500), -2)
    hidden = make(knowledge, *wants, odd)
    assert hidden.refused is not None, "it may hide a fever"
    plan = make(knowledge, *wants, odd, no_fever_before_tablets="yes")
    (step,) = [m for m in plan.medicines if m.chosen]
    assert step.none is not None
    assert "unknown_medicine" in step.none.why
    (problem,) = plan.problems
    assert "naproxxen_forte" in problem.message


def test_an_overdose_in_the_log_ends_the_plan_with_the_poison_line(knowledge: Knowledge) -> None:
    taken = [event(Taken("paracetamol", 1000), -hours, str(hours)) for hours in (1, 3, 5, 7, 9)]
    plan = make(knowledge, *taken)
    assert plan.refused is not None
    assert plan.refused.because[0] == "urgent"
    assert plan.refused.action == "crisis_or_poison_line"
    assert plan.refused.overdosed == ("paracetamol",)
    assert plan.refused.do[0] == "call_poison_line"


def test_what_lies_in_the_future_counts_and_is_said(knowledge: Knowledge) -> None:
    plan = make(knowledge, event(Taken("ibuprofen", 200), 2))
    assert [p.where for p in plan.problems] == ["e2"]


@pytest.mark.parametrize(
    ("now", "day", "message"),
    [
        (AT - DAY, None, "before the case was told"),
        (AT.replace(tzinfo=None), None, "no UTC offset"),
        (AT, {"zone": "Nowhere/Here"}, "not the name of a time zone"),
        (AT, {"wake": "soon"}, "not a time of day"),
    ],
)
def test_bad_input_is_said_in_a_line(
    knowledge: Knowledge, now: datetime, day: Any, message: str
) -> None:
    with pytest.raises(InputError, match=message) as error:
        make(knowledge, now=now, day=day)
    assert all(problem.hint for problem in error.value.problems)


def test_a_nonsense_day_never_stands_before_the_card(knowledge: Knowledge) -> None:
    plan = make(knowledge, day={"zone": "Nowhere/Here"}, saddle_numbness="yes")
    assert plan.refused is not None
    assert [problem.where for problem in plan.problems] == ["profile.day.zone"]


def test_a_check_in_keeps_the_plan_going(knowledge: Knowledge) -> None:
    later = AT + timedelta(hours=13)
    assert make(knowledge, now=later).refused is not None
    said = event(CheckIn(answers=ordinary_answers(knowledge)), 12.9)
    plan = make(knowledge, said, now=later)
    assert plan.refused is None
    assert plan.valid_until == AT + timedelta(hours=24.9)


def test_the_checker_finds_what_is_wrong(knowledge: Knowledge) -> None:
    plan = make(knowledge)
    case = Case.of(answers=ordinary_answers(knowledge), at=AT, profile=Profile(day={"zone": "UTC"}))
    item = plan.items[0]
    night = replace(item, start=item.start.replace(hour=3), end=item.end.replace(hour=3))
    twice = (*plan.items, replace(item, start=item.start + timedelta(minutes=1)))
    late = replace(item, start=plan.valid_until, end=plan.valid_until + DAY / 24)
    for broken in ({"items": (night,)}, {"items": twice}, {"items": (late,)}, {"reviews": ()}):
        assert faults(knowledge, case, (), replace(plan, **broken))
    refused = make(knowledge, saddle_numbness="yes")
    assert faults(knowledge, case, (), replace(refused, steps=plan.steps))
    numb = make(knowledge, skin_feeling_reduced="yes")
    heat = plan.step("heat_pad")
    assert heat is not None
    assert faults(knowledge, case, (), replace(numb, steps=(heat,)))
