"""A check-in: what it asks, what the answers become, and what they do to the advice at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lumbago import assess
from lumbago.checkin import Form, alarms, form, is_worse, outcome, payload
from lumbago.errors import InputError
from lumbago.event_files import event_json, event_of
from lumbago.events import CheckIn, Event, Payload, Told
from lumbago.interview import Stop, is_mark, next_screen
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning.present import current_case

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def at(hours: float, payload: Payload) -> Event:
    when = NOW + timedelta(hours=hours)
    return Event(f"e{hours}", when, when, "Europe/Berlin", payload)


@pytest.fixture
def empty(knowledge: Knowledge) -> Form:
    return form(knowledge, (), NOW, NOW)


def test_the_short_danger_check_asks_what_must_not_be_missed(empty: Form) -> None:
    asked = {finding for statement in empty.statements for finding in statement.findings}
    assert asked >= {
        "saddle_numbness", "bladder_retention", "leg_weakness_one", "leg_weakness_or_numbness_both",
        "fever", "abdominal_pain_severe", "chest_pain", "vomiting_blood_or_black_stool",
        "rash_not_fading", "pain_changed_character",
    }  # fmt: skip
    assert (empty.activities, empty.more_activities, empty.week) == ((), 3, 0)


def test_no_denies_each_finding_and_silence_none(knowledge: Knowledge, empty: Form) -> None:
    said = payload(knowledge, empty, said={"now_fever": "no", "now_rash": "yes"}, pain=65)
    assert said.pain == 65
    no = {"value": "no", "from": "list:check_in-1"}
    mark = {"value": "unsure", "from": "list:check_in-1:now_rash"}
    assert said.answers == {
        "fever": no, "shaking_chills": no,
        "rash_not_fading": mark, "blistering_rash_one_side": mark,
    }  # fmt: skip
    event = at(0, said)
    assert event_of(event_json(event), knowledge) == event


def test_one_sign_alone_is_reported_as_it_is(knowledge: Knowledge, empty: Form) -> None:
    said = payload(knowledge, empty, said={"now_bleeding": "yes"})
    event = at(0, said)
    assert alarms(knowledge, event) == ("vomiting_blood_or_black_stool",)
    result = outcome(knowledge, (event,), event, NOW)
    assert result.assessment.triage.disposition == "emergency"


@pytest.mark.parametrize("statement", [
    "now_between_legs", "now_bladder_bowel", "now_leg_weak", "now_second_leg", "now_fever",
    "now_chest_belly", "now_bleeding",
])  # fmt: skip
@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_any_new_alarm_is_triaged_at_once(
    knowledge: Knowledge, empty: Form, statement: str, answer: Any
) -> None:
    calm = at(0, Told({"lumbago": 1, "at": NOW.isoformat(), "answers": all_denied(knowledge)}))
    assert outcome(knowledge, (calm,), calm, NOW).assessment.triage.cleared
    said = {one.id: "no" for one in empty.statements} | {statement: answer}
    event = at(1, payload(knowledge, empty, said=said))
    result = outcome(knowledge, (calm, event), event, NOW + timedelta(hours=1))
    assert result.alarms
    assert result.assessment.triage.verdict.as_told >= Disposition.SAME_DAY
    marked = [f for f, given in result.current.case.given.items() if is_mark(given)]
    screen = next_screen(knowledge, result.current.case)
    if marked and not isinstance(screen, Stop):
        assert set(marked) & set(screen.findings), "what was ticked is asked one by one"


def test_yesterdays_calm_does_not_clear_today(knowledge: Knowledge, empty: Form) -> None:
    calm = at(0, Told({"lumbago": 1, "at": NOW.isoformat(), "answers": all_denied(knowledge)}))
    said: Any = {one.id: "no" for one in empty.statements}
    event = at(24, payload(knowledge, empty, said=said))
    result = outcome(knowledge, (calm, event), event, NOW + timedelta(hours=24))
    assert result.alarms == ()
    assert not result.assessment.triage.cleared, "the short check is not the whole one"
    assert result.assessment.triage.disposition == "unsettled"
    again = at(24, Told({"lumbago": 1, "answers": all_denied(knowledge)}))
    assert outcome(
        knowledge, (calm, again), again, NOW + timedelta(hours=24)
    ).assessment.triage.cleared


def all_denied(knowledge: Knowledge) -> dict[str, Any]:
    """A person without any sign: every yes/no finding denied, and who they are."""
    answers: dict[str, Any] = {
        finding.id: "no" for finding in knowledge.findings.values() if finding.answer == "yes_no"
    }
    return answers | {
        "age_years": 40,
        "sex_at_birth": "male",
        "pregnancy_status": "does_not_apply",
        "pain_severity_0_10": 4,
        "pain_duration_days": 2,
        "temperature_celsius": 36.8,
        "fever_reducer_last_6h": "no",
        "no_fever_before_tablets": "yes",
    }


def test_activities_are_the_persons_own(knowledge: Knowledge, empty: Form) -> None:
    said = payload(knowledge, empty, said={}, activities={" put  on socks ": 30, "stairs": 50})
    assert said.activities == {"put on socks": 30, "stairs": 50}
    log = (at(0, said),)
    later = form(knowledge, log, NOW, NOW)
    assert later.activities == ("put on socks", "stairs")
    assert later.more_activities == 1
    payload(knowledge, later, said={}, activities={"stairs": 60, "cook": 10})
    with pytest.raises(InputError, match=r"follows 3 activities. They are: put on socks, stairs"):
        payload(knowledge, later, said={}, activities={"cook": 10, "drive": 20})
    for name in ("", "x" * 61, "a\nb"):
        if name != "a\nb":
            with pytest.raises(InputError, match="not the name of an activity"):
                payload(knowledge, empty, said={}, activities={name: 10})
    assert payload(knowledge, empty, said={}, activities={"a\nb": 1}).activities == {"a b": 1}


@pytest.mark.parametrize(
    ("said", "answers", "message"),
    [
        ({"now_fevr": "no"}, {}, r"now_fevr: no.*Did you mean 'now_fever'"),
        ({"now_fever": "nope"}, {}, r"now_fever: nope.*Answer with one of"),
        ({}, {"fevr": "no"}, r"Unknown finding 'fevr'. Did you mean 'fever'"),
        ({}, {"fever": "nope"}, r"answers.fever: 'nope' is not an answer"),
    ],
)
def test_what_is_unknown_is_named(
    knowledge: Knowledge, empty: Form, said: Any, answers: Any, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        payload(knowledge, empty, said=said, answers=answers)


@pytest.mark.parametrize(
    ("days", "answered_on", "week"),
    [
        (0, [], 0), (13, [], 0), (13, [0], None), (14, [0], 2), (20, [0, 15], None),
        (42, [0, 15], 6), (100, [], 12), (100, [90], None), (83, [43], None), (84, [43], 12),
    ],
)  # fmt: skip
def test_the_questionnaire_is_due_in_its_weeks(
    knowledge: Knowledge, days: int, answered_on: list[int], week: int | None
) -> None:
    log = tuple(at(24 * day, CheckIn(roland_morris=9)) for day in answered_on)
    assert form(knowledge, log, NOW, NOW + timedelta(days=days)).week == week


@pytest.mark.parametrize(
    ("points", "worse"),
    [
        ([(0, 40), (24, 60)], True),
        ([(0, 40), (24, 59)], False),
        ([(0, 40), (6, 60)], False),  # the same day
        ([(0, 40), (48, 60)], False),  # not yesterday
        ([(0, 60), (10, 30), (24, 60)], True),
        ([(24, 60)], False),
        ([], False),
    ],
)
def test_worse_than_yesterday(
    knowledge: Knowledge, points: list[tuple[int, int]], worse: bool
) -> None:
    log = tuple(at(hours, CheckIn(pain=tenths)) for hours, tenths in points)
    assert is_worse(knowledge, log) is worse


def test_knowledge_without_a_check_in_says_so(knowledge: Knowledge) -> None:
    with pytest.raises(InputError, match="no check-in"):
        form(replace(knowledge, check_in=()), (), NOW, NOW)
    assert not is_worse(replace(knowledge, check_in=()), (at(0, CheckIn(pain=10)),))


def test_a_check_in_alone_makes_a_case(knowledge: Knowledge, empty: Form) -> None:
    event = at(0, payload(knowledge, empty, said={"now_fever": "no"}, answers={"fever": "unsure"}))
    case = current_case(knowledge, (event,), NOW).case
    assert case.given["fever"].value == "unsure", "an answer to the question itself goes before"
    assert assess(knowledge, case).triage.disposition == "same_day"
    assert alarms(knowledge, event) == ("fever",)
    assert alarms(knowledge, at(0, Told({"lumbago": 1}))) == ()
