from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago import Case, assess
from lumbago.answers import Given
from lumbago.checkin import outcome
from lumbago.events import Event, Log, Told
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning.present import CurrentCase, current_case
from lumbago.recovery.diary import Diary
from lumbago.recovery.signs import (
    NO_IMPROVEMENT,
    NOT_CLEARLY_BETTER,
    RISE,
    SIGNS,
    findings_of,
    signs_of,
    with_signs,
)
from lumbago.wire import case_json

Diaries = Callable[..., Diary]


def _said(knowledge: Knowledge, diary: Diary) -> dict[str, bool]:
    return findings_of(knowledge, diary)


# ----------------------------------------------------------------------------------------- the rise


@pytest.mark.parametrize(
    ("pains", "said"),
    [
        ([4, 4, 4, 6, 6, 6], True),
        ([4, 4, 4, 5, 6, 6], True),
        ([4, 4, 4, 5, 5, 6], False),
        ([4, 4, 4, 4, 4, 9], False),  # one bad day is not a rise
        ([8, 8, 8, 5, 5, 5], False),
        ([4, None, 4, None, 6, 6], True),
    ],
)
def test_a_rise_is_two_points_over_three_days(
    knowledge: Knowledge, diary: Diaries, pains: list[int | None], said: bool
) -> None:
    assert _said(knowledge, diary(pains))[RISE] is said


@pytest.mark.parametrize("pains", [[], [9], [4, 9], [4, 4, 4, 9], [4, None, None, None, 9, 9]])
def test_a_short_diary_says_nothing_of_a_rise(
    knowledge: Knowledge, diary: Diaries, pains: list[int | None]
) -> None:
    assert RISE not in _said(knowledge, diary(pains))


def test_an_old_rise_is_no_rise(knowledge: Knowledge, diary: Diaries) -> None:
    assert RISE not in _said(knowledge, diary([4, 4, 4, 7, 7, 7], now=20))


# ---------------------------------------------------------------------------------- no improvement


@pytest.mark.parametrize(
    ("pains", "said"),
    [
        ([6] * 15, True),
        ([7] * 12 + [6] * 3, True),  # one point less is none that matters
        ([7] * 12 + [5] * 3, False),
        ([3] * 10 + [2] * 5, False),  # a third less matters even if it is one point
        ([7] * 14 + [4], False),
    ],
)
def test_no_improvement_at_two_weeks(
    knowledge: Knowledge, diary: Diaries, pains: list[int], said: bool
) -> None:
    assert _said(knowledge, diary(pains))[NO_IMPROVEMENT] is said


def test_nothing_is_said_of_improvement_before_two_weeks(
    knowledge: Knowledge, diary: Diaries
) -> None:
    assert NO_IMPROVEMENT not in _said(knowledge, diary([8] * 14))
    assert NO_IMPROVEMENT in _said(knowledge, diary([8] * 15))


def test_two_weeks_without_improvement_count_from_the_last_better_day(
    knowledge: Knowledge, diary: Diaries
) -> None:
    relapse = [8, 8, 8, 4, 4, 4, *[8] * 10]
    assert _said(knowledge, diary(relapse))[NO_IMPROVEMENT] is False
    later = diary([*relapse, *[8] * 4])
    assert _said(knowledge, later)[NO_IMPROVEMENT] is True
    assert signs_of(knowledge.recovery, later).without_improvement == 14


# --------------------------------------------------------------------------------- clearly better


@pytest.mark.parametrize(
    ("start", "level", "said"),
    [
        (8, 6, True),
        (8, 5, False),
        (5, 3, False),
        (3, 2, True),
        (3, 1, False),
        (1, 1, True),
        (1, 0, False),
    ],
)
def test_clearly_better_at_four_weeks_is_by_points_and_by_share(
    knowledge: Knowledge, diary: Diaries, start: int, level: int, said: bool
) -> None:
    pains = [start] * 20 + [level] * 9
    assert _said(knowledge, diary(pains))[NOT_CLEARLY_BETTER] is said


def test_clearly_better_is_asked_from_four_weeks_on(knowledge: Knowledge, diary: Diaries) -> None:
    assert NOT_CLEARLY_BETTER not in _said(knowledge, diary([8] * 28))
    assert NOT_CLEARLY_BETTER in _said(knowledge, diary([8] * 29))
    assert NOT_CLEARLY_BETTER not in _said(knowledge, diary([8] * 5, entry=30))


def test_recovery_is_a_week_at_one_or_less(knowledge: Knowledge, diary: Diaries) -> None:
    one = diary([6, 4, 1, 0, 1, 0, 0, 0, 0, 1])
    recovered = signs_of(knowledge.recovery, one).recovered
    assert recovered == one.scores[2].at
    assert signs_of(knowledge.recovery, diary([6, 1, 0, 0, 0, 0])).recovered is None
    assert signs_of(knowledge.recovery, diary([0] * 9 + [2])).recovered is None


@given(pains=st.lists(st.integers(0, 10), min_size=5, max_size=50))
def test_more_pain_now_never_takes_a_sign_away(
    pains: list[int], knowledge: Knowledge, diary: Diaries
) -> None:
    before = _said(knowledge, diary(pains))
    worse = _said(knowledge, diary([*pains[:-1], 10]))
    assert all(worse[sign] for sign, yes in before.items() if yes)


# ---------------------------------------------------------------------------------------- the case


def _unasked(case: Case) -> Case:
    return replace(case, given={k: v for k, v in case.given.items() if k not in SIGNS})


def test_a_rise_reaches_the_rules(
    knowledge: Knowledge, person: Callable[..., Case], diary: Diaries
) -> None:
    case = _unasked(person(9, clearly_improving="no"))
    mild = assess(knowledge, with_signs(knowledge, case, diary([3, 3, 3, 5, 5, 5], entry=4)))
    assert mild.triage.verdict.as_told is Disposition.ROUTINE
    assert {fired.rule.id for fired in mild.triage.rules} == {"C02"}
    severe = replace(case, given={**case.given, "pain_severity_0_10": Given(8)})
    strong = assess(knowledge, with_signs(knowledge, severe, diary([5, 5, 5, 8, 8, 8], entry=4)))
    assert strong.triage.verdict.as_told is Disposition.SOON
    assert {fired.rule.id for fired in strong.triage.rules} == {"C01", "C02"}
    assert strong.answers[RISE].origin.kind == "derived"
    assert strong.answers[RISE].origin.detail == "diary:pain_rise_over_3_days"


def test_six_weeks_without_being_clearly_better_are_seen_soon(
    knowledge: Knowledge, person: Callable[..., Case], diary: Diaries
) -> None:
    case = _unasked(person(42, previous_similar_episode="yes", same_as_usual_flare="yes"))
    told = assess(knowledge, with_signs(knowledge, case, diary([7] * 43)))
    assert told.triage.verdict.as_told is Disposition.SOON
    assert "C05" in {fired.rule.id for fired in told.triage.rules}


def test_what_was_told_stands_but_a_denied_sign_is_unsure(
    knowledge: Knowledge, diary: Diaries
) -> None:
    rising, falling = diary([3, 3, 3, 6, 6, 6]), diary([6, 6, 6, 3, 3, 3])
    denied, reported = (Case(given={RISE: Given(value)}) for value in ("no", "yes"))
    assert with_signs(knowledge, denied, rising).given[RISE].value == "unsure"
    assert with_signs(knowledge, reported, falling).given[RISE].value == "yes"
    assert with_signs(knowledge, denied, falling).given[RISE] == Given("no")


def _now(knowledge: Knowledge, log: Log, at: datetime) -> CurrentCase:
    return current_case(knowledge, log, at)


def test_the_current_case_of_an_episode_holds_the_signs(
    knowledge: Knowledge, person: Callable[..., Case], log: Callable[..., Log]
) -> None:
    case = person(0, fever="yes", pain_rise_over_3_days="no")
    assert case.at is not None
    told = Event("t", case.at, case.at, "Etc/UTC", Told(case_json(case)))
    diary = log([4, 3, 3, 3, 3, 6, 6, 6])
    for days, said in ((0.2, "no"), (7, "yes")):
        now = case.at + timedelta(days=days)
        current = _now(knowledge, (told, *(e for e in diary if e.happened_at <= now)), now)
        assert current.case.given[RISE].value == said
    assert current.case.given["fever"].value == "yes"
    assert current.case.given["pain_duration_days"].value == 7
    assert assess(knowledge, current.case).triage.verdict.low >= Disposition.SOON


def test_the_diary_takes_over_where_a_report_of_its_sign_has_grown_old(
    knowledge: Knowledge, person: Callable[..., Case], log: Callable[..., Log]
) -> None:
    case = person(0, pain_rise_over_3_days="yes")
    assert case.at is not None
    told = Event("t", case.at, case.at, "Etc/UTC", Told(case_json(case)))
    now = case.at + timedelta(days=7)
    without = _now(knowledge, (told,), now)
    assert without.case.given[RISE].value == "yes"
    eased = _now(knowledge, (told, *log([6, 6, 6, 5, 5, 4, 4, 3])), now)
    assert RISE not in eased.reported
    assert eased.case.given[RISE].value == "no"
    assert eased.case.given[RISE].origin.kind == "derived"


def test_knowledge_without_the_signs_reads_none(knowledge: Knowledge, diary: Diaries) -> None:
    assert findings_of(replace(knowledge, findings={}), diary([3, 3, 3, 6, 6, 6])) == {}


def test_a_check_in_is_assessed_with_the_signs(
    knowledge: Knowledge, person: Callable[..., Case], log: Callable[..., Log]
) -> None:
    case = person(0)
    assert case.at is not None
    told = Event("t", case.at, case.at, "Etc/UTC", Told(case_json(case)))
    whole = (told, *log([4, 3, 3, 3, 3, 8, 8, 8]))
    found = outcome(knowledge, whole, whole[-1], case.at + timedelta(days=7))
    assert found.assessment.answers[RISE].possible == frozenset({"yes"})
    assert "C01" in {fired.rule.id for fired in found.assessment.triage.rules}
