from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago import Case, assess
from lumbago.answers import Given, Origin
from lumbago.events import CheckIn, Event, Log
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.recovery.diary import Diary
from lumbago.recovery.signs import (
    NO_IMPROVEMENT,
    NOT_CLEARLY_BETTER,
    RISE,
    answered_since,
    case_now,
    findings_of,
    signs_of,
    with_diary,
)

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


def test_a_rise_reaches_the_rules(
    knowledge: Knowledge, person: Callable[..., Case], diary: Diaries
) -> None:
    case = person(9, clearly_improving="no")
    without = Case(case.id, case.at, given={k: v for k, v in case.given.items() if k != RISE})
    mild = assess(knowledge, with_diary(knowledge, without, diary([3, 3, 3, 5, 5, 5], entry=4)))
    assert mild.triage.verdict.as_told is Disposition.ROUTINE
    assert {fired.rule.id for fired in mild.triage.rules} == {"C02"}
    strong = assess(knowledge, with_diary(knowledge, without, diary([5, 5, 5, 8, 8, 8], entry=4)))
    assert strong.triage.verdict.as_told is Disposition.SOON
    assert {fired.rule.id for fired in strong.triage.rules} == {"C01", "C02"}
    assert mild.answers[RISE].origin.kind == "derived"
    assert mild.answers[RISE].origin.detail == "diary:pain_rise_over_3_days"


def test_six_weeks_without_being_clearly_better_are_seen_soon(
    knowledge: Knowledge, person: Callable[..., Case], diary: Diaries
) -> None:
    case = person(42, previous_similar_episode="yes", same_as_usual_flare="yes")
    given = {k: v for k, v in case.given.items() if k not in (NO_IMPROVEMENT, NOT_CLEARLY_BETTER)}
    told = assess(knowledge, with_diary(knowledge, Case(at=case.at, given=given), diary([7] * 43)))
    assert told.triage.verdict.as_told is Disposition.SOON
    assert "C05" in {fired.rule.id for fired in told.triage.rules}


def test_what_was_told_stands_but_a_denied_sign_is_unsure(
    knowledge: Knowledge, diary: Diaries
) -> None:
    rising, falling = diary([3, 3, 3, 6, 6, 6]), diary([6, 6, 6, 3, 3, 3])
    denied, reported = (Case(given={RISE: Given(value)}) for value in ("no", "yes"))
    assert with_diary(knowledge, denied, rising).given[RISE].value == "unsure"
    assert with_diary(knowledge, reported, falling).given[RISE].value == "yes"
    assert with_diary(knowledge, denied, falling).given[RISE] == Given("no")


def test_the_duration_goes_on_and_the_severity_is_the_last_one(
    knowledge: Knowledge, person: Callable[..., Case], log: Callable[..., Log]
) -> None:
    case = person(2)
    assert case.at is not None
    now = case.at + timedelta(days=6)
    later = case_now(knowledge, case, log([8, 7, 6, 6, 5, 5, 4, 3, 2, 9]), now)
    assert later.at == now
    assert later.given["pain_duration_days"].value == pytest.approx(8)
    assert later.given["pain_severity_0_10"].value == 2


def test_old_denials_expire_and_new_answers_count(
    knowledge: Knowledge, person: Callable[..., Case]
) -> None:
    case = person(5)
    assert case.at is not None
    now = case.at + timedelta(days=3)
    check = CheckIn(pain=30, answers={"saddle_numbness": "yes", "fever": {"value": "no"}})
    log = (
        Event("e", now, now, "Etc/UTC", check),
        Event("f", now + timedelta(1), now, "Etc/UTC", check),
    )
    later = answered_since(knowledge, case, log, now)
    assert later.given["saddle_numbness"] == Given("yes")  # a report stays, whatever its age
    assert later.given["fever"] == Given("no", Origin("tap", given_at=now))
    assert later.given["bladder_retention"].origin.given_at == case.at
    assessment = assess(knowledge, case_now(knowledge, case, log, now))
    assert assessment.triage.verdict.as_told is Disposition.EMERGENCY
    assert "bladder_retention" not in assessment.answers
    assert "fever" in assessment.answers


def test_a_case_without_a_moment_stays_undated(knowledge: Knowledge) -> None:
    case = Case(given={"fever": Given("no")})
    assert answered_since(knowledge, case, (), datetime(2026, 3, 1, tzinfo=UTC)).given == case.given


def test_a_report_stays_and_an_old_denial_of_a_sign_gives_way_to_the_diary(
    knowledge: Knowledge, person: Callable[..., Case], log: Callable[..., Log]
) -> None:
    case = person(2, fever="yes", pain_rise_over_3_days="no")
    assert case.at is not None
    now = case.at + timedelta(days=5)
    later = case_now(knowledge, case, log([3, 3, 3, 3, 3, 6, 6, 6]), now)
    assert later.given[RISE].value == "yes"
    assessment = assess(knowledge, later)
    assert "fever" in assessment.answers
    assert assessment.triage.verdict.low >= Disposition.SOON
