"""The case as it stands: denials expire, reports stand, and a wrong clock never reassures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lumbago import assess
from lumbago.episode import (
    OVER,
    Went,
    activities,
    current_case,
    doses_since,
    how_it_went,
    is_over,
    pain_series,
    remembered,
)
from lumbago.events import (
    CheckIn,
    Chosen,
    Event,
    Log,
    Note,
    Payload,
    StepDone,
    Taken,
    Told,
    standing,
)
from lumbago.knowledge.care import Care, Measure, Medicine
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import KB, compile_files
from lumbago.store import Home, Record
from lumbago.wire import case_json, case_of

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@cache
def caring_knowledge() -> Knowledge:
    medicines = {
        id_: Medicine(id_, group, "choice", "oral", "low", ())
        for id_, group in (("ibuprofen", "nsaid"), ("codeine", "opioid"))
    }
    measures = {
        "walking": Measure("walking", "walking", "default", "low", ()),
        "lifting_well": Measure("lifting_well", "prevention", "default", "low", ()),
    }
    return replace(compile_files(KB), care=Care(medicines=medicines, measures=measures))


@pytest.fixture(scope="module")
def caring() -> Knowledge:
    return caring_knowledge()


def at(hours: float, payload: Payload, *, supersedes: str = "", id_: str = "") -> Event:
    when = NOW + timedelta(hours=hours)
    return Event(id_ or f"e{hours}", when, when, "Europe/Berlin", payload, supersedes=supersedes)


def told(hours: float = 0, **case: Any) -> Event:
    when = (NOW + timedelta(hours=hours)).isoformat()
    return at(hours, Told({"lumbago": 1, "at": when, **case}), id_=f"told{hours}")


def checked(hours: float, **answers: Any) -> Event:
    return at(hours, CheckIn(answers=answers))


def values(knowledge: Knowledge, *log: Event, after: float) -> Mapping[str, object]:
    case = current_case(knowledge, log, NOW + after * HOUR).case
    assess(knowledge, case)
    assert case_of(case_json(case)) == case, "it can be stored and sent"
    return {finding: given.value for finding, given in case.given.items()}


def test_a_denial_counts_for_its_lifetime_alone(caring: Knowledge) -> None:
    log = (told(answers={"saddle_numbness": "no", "diabetes": "no"}),)
    assert values(caring, *log, after=12)["saddle_numbness"] == "no"
    assert values(caring, *log, after=12.01) == {"diabetes": "no"}
    current = current_case(caring, log, NOW + 13 * HOUR)
    assert current.dropped == {"saddle_numbness": "expired"}
    assert current.told_at == NOW


def test_a_report_stands_until_that_very_question_is_answered(caring: Knowledge) -> None:
    report = told(answers={"saddle_numbness": "yes"})
    current = current_case(caring, (report,), NOW + 72 * HOUR)
    assert current.reported == {"saddle_numbness": NOW}
    assert assess(caring, current.case).triage.disposition == "emergency"
    denied = checked(72, saddle_numbness="no")
    assert values(caring, report, denied, after=72)["saddle_numbness"] == "no"


def test_a_no_to_several_signs_has_an_earlier_report_asked_again(caring: Knowledge) -> None:
    report = told(answers={"saddle_numbness": "yes", "sexual_dysfunction_new": "no"})
    no = {"value": "no", "from": "list:check_in-1"}
    grouped = checked(20, saddle_numbness=no, sexual_dysfunction_new=no)
    case = current_case(caring, (report, grouped), NOW + 20 * HOUR).case
    assert case.given["saddle_numbness"].value == "unsure"
    assert case.given["saddle_numbness"].origin.detail == "check_in-1:now_between_legs"
    assert case.given["sexual_dysfunction_new"].value == "no"
    assert assess(caring, case).triage.disposition in ("same_day", "emergency")


def test_own_words_are_read_at_the_time_they_were_written(caring: Knowledge) -> None:
    text = "I have a fever. My back has hurt for 2 days. No chest pain"
    found = values(caring, told(text=text), after=48)
    assert found["fever"] == "yes"
    assert found["pain_duration_days"] == 4
    assert "chest_pain" not in found, "an unconfirmed denial never counted"


def test_a_duration_goes_on(caring: Knowledge) -> None:
    log = (told(answers={"pain_duration_days": {"from": 1, "to": 3}}),)
    assert values(caring, *log, after=36)["pain_duration_days"] == {"from": 2.5, "to": 4.5}


def test_a_new_told_case_replaces_everything(caring: Knowledge) -> None:
    log = (
        told(answers={"fever": "yes", "diabetes": "yes"}),
        checked(1, chest_pain="yes"),
        told(2, answers={"fever": "no"}),
    )
    assert values(caring, *log, after=3) == {"fever": "no"}


def test_the_profile_is_kept_and_unknown_names_are_said(caring: Knowledge) -> None:
    names = ["warfarin", "a medicine of next year"]
    current = current_case(caring, (told(profile={"medicines": names}),), NOW + 100 * HOUR)
    assert current.case.profile.medicines == ("warfarin",)
    assert current.dropped == {"a medicine of next year": "unknown"}


def test_what_this_knowledge_does_not_know_is_left_out_and_said(caring: Knowledge) -> None:
    log = (
        told(answers={"sign_of_next_year": "no", "fever": "yes"}),
        checked(1, another="no", chest_pain="maybe"),
    )
    current = current_case(caring, log, NOW + HOUR)
    assert set(current.case.given) == {"fever"}
    assert set(current.dropped) == {"sign_of_next_year", "another", "chest_pain"}
    assert set(current.dropped.values()) == {"unknown"}


def test_a_clock_that_went_back_never_reassures(caring: Knowledge) -> None:
    log = (
        told(0, answers={"chest_pain": "no", "diabetes": "no"}),
        checked(1, saddle_numbness="yes", fever="no"),
        at(2, Taken("ibuprofen", 400)),
    )
    current = current_case(caring, log, NOW - 48 * HOUR)
    given_now = {finding: one.value for finding, one in current.case.given.items()}
    assert given_now == {
        "saddle_numbness": "yes", "diabetes": "no", "fever_reducer_last_6h": "yes",
    }  # fmt: skip
    assert current.dropped == {"chest_pain": "later_than_now", "fever": "later_than_now"}
    assert assess(caring, current.case).triage.disposition == "emergency"
    assert len(doses_since(log, NOW - 48 * HOUR)) == 1, "it may have been taken just now"


def test_pain_of_a_check_in_is_an_answer(caring: Knowledge) -> None:
    assert values(caring, at(0, CheckIn(pain=65)), after=1) == {"pain_severity_0_10": 6.5}
    assert values(caring, at(0, CheckIn(pain=65)), after=13) == {}


def test_a_corrected_check_in_counts_where_it_stood(caring: Knowledge) -> None:
    log = (
        checked(0, fever="yes"),
        checked(1, fever="no"),
        at(2, CheckIn(answers={"fever": "yes", "chest_pain": "no"}), supersedes="e0"),
    )
    assert values(caring, *log, after=3) == {"fever": "no", "chest_pain": "no"}


@pytest.mark.parametrize(
    ("dose_at", "ingredient", "later", "counts"),
    [
        (-3, "ibuprofen", 1, False),  # taken before the question: a tablet may hide a fever
        (
            -3,
            "ibuprofen",
            8,
            False,
        ),  # and still, when it no longer works
        (-7, "ibuprofen", 1, True),
        (-3, "codeine", 1, True),  # that one hides no fever
        (-3, "something_unknown", 1, False),
        (0.5, "ibuprofen", 1, False),  # taken since
        (0.5, "ibuprofen", 7, True),  # it hid nothing when the question was asked
    ],
)
def test_no_fever_under_a_tablet_does_not_count(
    caring: Knowledge, dose_at: float, ingredient: str, later: float, counts: bool
) -> None:
    dose = at(dose_at, Taken(ingredient, 400), id_="dose")
    log = tuple(sorted((checked(0, fever="no"), dose), key=lambda event: event.happened_at))
    case = current_case(caring, log, NOW + later * HOUR).case
    answers = assess(caring, case).answers
    assert ("fever" in answers) is counts
    apart = current_case(caring, (checked(0, fever="no"),), NOW + later * HOUR, doses=(dose,))
    assert apart.case.given == case.given, "a dose counts from any episode"


def test_the_voided_are_named(caring: Knowledge) -> None:
    log = (at(-1, Taken("ibuprofen", 400)), checked(0, fever="no"))
    assert current_case(caring, log, NOW + 9 * HOUR).dropped == {"fever": "voided"}


# ------------------------------------------------------------------------------------------ laws

DANGERS = ("saddle_numbness", "fever", "chest_pain", "leg_weakness_one", "foot_drop")
OTHERS = ("diabetes", "clearly_improving", "fever_reducer_last_6h", "pain_worse_with_movement")
some_answers = st.dictionaries(
    st.sampled_from(DANGERS + OTHERS),
    st.sampled_from(
        [
            "yes",
            "no",
            "unsure",
            {"value": "no", "from": "list:check_in-1"},
            {"value": "unsure", "from": "list:check_in-1:now_leg_weak"},
        ]
    ),
    max_size=5,
)
payloads: st.SearchStrategy[Payload] = st.one_of(
    st.builds(CheckIn, st.none() | st.integers(0, 100), st.just({}), some_answers),
    some_answers.map(lambda answers: Told({"lumbago": 1, "answers": answers})),
    st.sampled_from([Taken("ibuprofen", 400), Taken("codeine", 30), Note("x"), OVER]),
)


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Entries in any order of time, some of which correct others."""
    found: list[Event] = []
    free: list[str] = []
    for number in range(draw(st.integers(0, 8))):
        when = NOW + timedelta(minutes=draw(st.integers(-3000, 3000)))
        corrects = draw(st.sampled_from(["", "", *free])) if free else ""
        if corrects:
            free.remove(corrects)
        found.append(Event(f"e{number}", when, when, "UTC", draw(payloads), supersedes=corrects))
        free.append(f"e{number}")
    return tuple(found)


relaxed = settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@relaxed
@given(log=logs(), minutes=st.integers(-4000, 4000))
def test_the_record_finds_the_same_case_without_reading_everything(
    tmp_path_factory: pytest.TempPathFactory, log: Log, minutes: int
) -> None:
    now = NOW + timedelta(minutes=minutes)
    dice = iter(range(10**6))
    with Record.open(
        Home(tmp_path_factory.mktemp("home")),
        now=NOW,
        dice=lambda size: next(dice).to_bytes(size, "big"),
    ) as record:
        person = record.add_person("Anna", NOW)
        episode = record.begin(person, NOW)
        record.append(episode, log)
        doses = record.since(person, now - timedelta(days=7), "taken")
        few = current_case(caring_knowledge(), record.answering(episode), now, doses)
        whole = current_case(caring_knowledge(), log, now)
        assert few.case == whole.case
        assert few.reported == whole.reported
        assert record.pain(episode) == pain_series(log)
        assert doses_since(log, now) == doses_since(doses, now)


@relaxed
@given(log=logs(), later=st.integers(0, 5000))
def test_time_alone_never_reassures(log: Log, later: int) -> None:
    """Without new entries the worst case never gets better, and no report is forgotten."""
    end = max((event.happened_at for event in log), default=NOW)
    first = current_case(caring_knowledge(), log, end)
    second = current_case(caring_knowledge(), log, end + timedelta(minutes=later))
    soon, then = assess(caring_knowledge(), first.case), assess(caring_knowledge(), second.case)
    assert then.triage.verdict.high >= soon.triage.verdict.high
    assert second.reported == first.reported


@relaxed
@given(log=logs(), sign=st.sampled_from(DANGERS))
def test_a_new_alarm_counts_at_once(log: Log, sign: str) -> None:
    end = max((event.happened_at for event in log), default=NOW) + HOUR
    before = current_case(caring_knowledge(), log, end)
    alarm = Event("alarm", end, end, "UTC", CheckIn(answers={sign: "yes"}))
    after = current_case(caring_knowledge(), (*log, alarm), end)
    assert after.case.given[sign].value == "yes"
    low = assess(caring_knowledge(), before.case).triage.verdict.as_told
    assert assess(caring_knowledge(), after.case).triage.verdict.as_told >= low


def test_the_record_keeps_a_report_behind_a_no_to_several_signs(tmp_path: Path) -> None:
    no = {"value": "no", "from": "list:check_in-1"}
    log = (
        checked(0, saddle_numbness="yes", fever="yes"),
        checked(1, fever="no"),
        checked(2, saddle_numbness=no, fever=no),
        checked(3, saddle_numbness=no, fever=no),
    )
    dice = iter(range(1000))
    with Record.open(
        Home(tmp_path), now=NOW, dice=lambda size: next(dice).to_bytes(size, "big")
    ) as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        record.append(episode, log)
        case = current_case(caring_knowledge(), record.answering(episode), NOW + 3 * HOUR).case
    assert case == current_case(caring_knowledge(), log, NOW + 3 * HOUR).case
    assert {f: given.value for f, given in case.given.items()} == {
        "saddle_numbness": "unsure", "fever": "no",
    }  # fmt: skip


# ------------------------------------------------------------------------------- other readings


def test_series_follow_time_and_leave_out_what_was_corrected() -> None:
    log = (
        at(2, CheckIn(pain=50, activities={"socks": 30})),
        at(1, CheckIn(pain=70, activities={"socks": 20, "stairs": 10})),
        at(3, CheckIn(pain=60), supersedes="e2"),
    )
    assert [tenths for _, tenths in pain_series(log)] == [70, 60]
    assert {name: len(points) for name, points in activities(log).items()} == {
        "socks": 1, "stairs": 1,
    }  # fmt: skip
    assert len(standing(log)) == 2


def test_an_earlier_episode_is_remembered(caring: Knowledge) -> None:
    log = (
        at(0, StepDone("walking", "done", 20, 60, 40)),
        at(1, StepDone("walking", "worse", 20, 60, 70)),
        at(2, StepDone("heat", "done", 20)),
        at(3, StepDone("lifting_well", "done")),
        at(4, StepDone("cold", "skipped")),
        at(24, OVER),
        at(30, Note("thanks")),
    )
    assert how_it_went(log)[3] == Went("walking", 1, 1, 2, -5.0)
    found = remembered(caring, NOW, log, how_it_went(log), NOW + timedelta(days=91))
    assert found.over
    assert found.last_at == NOW + 24 * HOUR
    assert found.since == timedelta(days=90)
    assert [one.measure for one in found.eased] == ["walking"]
    assert [one.measure for one in found.not_eased] == ["heat", "lifting_well"]
    assert found.prevented == {"lifting_well": 1}
    assert is_over(log)
    assert not is_over((*log, checked(31, fever="no")))
    assert not is_over((Event("c", NOW, NOW, "UTC", Chosen("warmth", "heat")),))


def test_a_case_of_nothing_is_open(caring: Knowledge, tmp_path: Path) -> None:
    current = current_case(caring, (), NOW)
    assert current.told_at is None
    assert assess(caring, current.case).triage.disposition == "unsettled"
