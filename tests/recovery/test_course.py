from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago import Case, assess
from lumbago.assess import Assessment
from lumbago.events import Event, Log, Told
from lumbago.knowledge.model import Knowledge
from lumbago.planning.present import current_case
from lumbago.recovery.course import Expected, _answers, _followed, _Noise, expected_course
from lumbago.recovery.diary import Diary
from lumbago.recovery.ensemble import Ensemble
from lumbago.recovery.forecast import Course, Refusal
from lumbago.wire import case_json

Diaries = Callable[..., Diary]
PAINS = st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=60)


@pytest.fixture(scope="session")
def course(knowledge: Knowledge, acute: Ensemble) -> Callable[..., Course]:
    def build(diary: Diary, *factors: str, seed: int = 1) -> Course:
        return expected_course(knowledge.recovery, acute, diary, Random(seed), factors)

    return build


def _whole(course: Course) -> None:
    for one in (*course.band, *course.forecast):
        assert all(math.isfinite(x) for x in (one.day, one.low, one.middle, one.high))
        assert 0 <= one.low <= one.middle <= one.high <= 100
    shares = [one.share for one in course.recovery]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 + 1e-9 for share in shares)
    assert course.ahead is None or 0 <= course.ahead <= 1
    assert 0 <= course.trust <= 1


@settings(max_examples=40)
@given(pains=PAINS, entry=st.sampled_from([0, 0.3, 5, 30, 200]))
def test_no_diary_makes_a_course_that_is_not_a_number(
    pains: list[int | None], entry: float, diary: Diaries, course: Callable[..., Course]
) -> None:
    _whole(course(diary(pains, entry)))


@pytest.mark.parametrize(
    "pains",
    [[0] * 60, [10] * 60, [0, 10] * 30, [10, 0] * 30, [10] + [None] * 300 + [0], [None] * 5],
    ids=["none", "worst", "up-down", "down-up", "gap", "empty"],
)
def test_extreme_diaries_give_whole_courses(
    pains: list[int | None], diary: Diaries, course: Callable[..., Course]
) -> None:
    _whole(course(diary(pains)))


def test_many_answers_on_one_day_count_as_one_day(
    diary: Diaries, course: Callable[..., Course]
) -> None:
    one = diary([6, 6, 5, 5, 4])
    hours = tuple(
        type(score)(score.at - timedelta(minutes=5 * n), score.pain)
        for score in one.scores
        for n in range(60)
    )
    many = Diary(one.now, one.onset, tuple(sorted(hours, key=lambda score: score.at)))
    _whole(course(many))
    widths = [c.forecast[0].high - c.forecast[0].low for c in (course(one), course(many))]
    assert widths[1] <= widths[0] + 2


def test_the_same_seed_gives_the_same_course(diary: Diaries, course: Callable[..., Course]) -> None:
    one = diary([8, 8, 7, 7, 6, 6, 5])
    assert course(one, seed=4) == course(one, seed=4)
    other = course(one, seed=5)
    for first, second in zip(course(one, seed=4).forecast, other.forecast, strict=True):
        assert first.middle == pytest.approx(second.middle, abs=4)


@settings(max_examples=40)
@given(pains=st.lists(st.integers(0, 10), min_size=1, max_size=40), worse=st.integers(0, 10))
def test_a_worse_last_score_never_lowers_the_forecast(
    pains: list[int], worse: int, diary: Diaries, course: Callable[..., Course]
) -> None:
    lower = course(diary(pains))
    higher = course(diary([*pains[:-1], max(worse, pains[-1])]))
    for low, high in zip(lower.forecast, higher.forecast, strict=True):
        assert high.middle >= low.middle - SAMPLING, low.day


@settings(max_examples=40)
@given(pains=st.lists(st.integers(0, 10), min_size=1, max_size=40), more=st.integers(1, 5))
def test_more_days_of_the_worst_pain_never_lower_the_forecast(
    pains: list[int], more: int, diary: Diaries, course: Callable[..., Course]
) -> None:
    now = len(pains) - 1 + more
    before = course(diary(pains, now=now))
    after = course(diary([*pains, *[10] * more], now=now))
    for low, high in zip(before.forecast, after.forecast, strict=True):
        assert high.middle >= low.middle - SAMPLING, low.day


SAMPLING = 2.0
"""Points of 0-100 by which two drawings of the same forecast may differ."""


@pytest.mark.parametrize("level", [4, 5, 6])
def test_the_forecast_of_steady_pain_widens_with_the_days_ahead(
    level: int, diary: Diaries, course: Callable[..., Course]
) -> None:
    # the scale narrows towards 0, so a forecast that falls may narrow; steady pain shows the law
    ahead = course(diary([level] * 40)).forecast
    widths = [one.high - one.low for one in ahead if one.day - 39 <= 14]
    assert all(later >= sooner - 2 for sooner, later in pairwise(widths))
    assert widths[-1] > widths[0]


def test_a_diary_that_does_not_fall_is_slower_and_one_that_falls_is_usual(
    diary: Diaries, course: Callable[..., Course]
) -> None:
    slow, usual = course(diary([8] * 29)), course(diary([8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 3, 2]))
    assert slow.standing == "slower"
    assert usual.standing == "usual"
    assert slow.recovery[-1].share < usual.recovery[-1].share


def test_one_or_two_scores_say_nothing_of_how_it_goes(
    diary: Diaries, course: Callable[..., Course]
) -> None:
    assert course(diary([9, 9], 5)).standing == "too_early"
    assert course(diary([], 5)).ahead is None


def test_nobody_is_told_to_be_fast(diary: Diaries, course: Callable[..., Course]) -> None:
    assert course(diary([9, 6, 3, 1, 0, 0, 0])).standing == "usual"


def test_reported_factors_make_recovery_less_likely(
    knowledge: Knowledge, diary: Diaries, course: Callable[..., Course]
) -> None:
    one = diary([6, 6, 5])
    for factor in knowledge.recovery.factors:
        plain, slow = course(one), course(one, factor)
        week = [c.week for c in plain.recovery].index(12)
        assert slow.recovery[week].share < plain.recovery[week].share
        assert slow.factors == (factor,)


def test_enough_curves_always_count(
    knowledge: Knowledge, diary: Diaries, course: Callable[..., Course]
) -> None:
    strange = course(diary([10] * 40 + [0] * 30))
    assert strange.effective >= knowledge.recovery.number("least_effective") * 0.99
    assert strange.trust < 1


@settings(max_examples=40)
@given(pains=PAINS, entry=st.sampled_from([0, 0.3, 5, 30]), ahead=st.integers(0, 20))
def test_going_through_the_answers_says_what_their_covariance_says(
    pains: list[int | None],
    entry: float,
    ahead: int,
    diary: Diaries,
    knowledge: Knowledge,
    acute: Ensemble,
) -> None:
    noise, one = _Noise.of(knowledge.recovery, acute), diary(pains, entry)
    answers = tuple(_answers(acute, one))
    found = _followed(acute, noise, answers, entry)
    days = np.array([answer.day for answer in answers])
    logged = [(noise.answer**2 + noise.rounding**2) / answer.count for answer in answers]
    spells = noise.spell**2 * np.exp(-np.abs(days[:, None] - days) / noise.lasts)
    inverse = np.linalg.inv(spells + np.diag(logged))
    curves = np.array([acute.on(day, entry) for day in days]).reshape(len(days), len(acute.weight))
    gaps = np.array([answer.root for answer in answers])[:, None] - curves
    likelihood = -0.5 * np.sum(gaps * (inverse @ gaps), axis=0)
    assert np.array(found.likelihood) == pytest.approx(likelihood, abs=1e-8)
    day = one.today + ahead
    pull = noise.spell**2 * np.exp(-np.abs(days - day) / noise.lasts) @ inverse
    spell = np.array(found.spell) * noise.kept(day - found.day)
    assert spell == pytest.approx(pull @ gaps, abs=1e-8)
    known = pull @ (noise.spell**2 * np.exp(-np.abs(days - day) / noise.lasts))
    left = noise.later(found.variance, day - found.day)
    assert left == pytest.approx(noise.spell**2 - known)


def test_older_answers_are_taken_a_week_at_a_time(diary: Diaries, acute: Ensemble) -> None:
    answers = tuple(_answers(acute, diary([5] * 60)))
    assert sum(answer.count for answer in answers) == 60
    assert [answer.count for answer in answers] == [1, 7, 7, 7, 7, *[1] * 31]
    assert [answer.day for answer in answers] == sorted(answer.day for answer in answers)
    assert [a.count for a in _answers(acute, diary([5] * 60), until=3)] == [1, 3]


def test_a_whole_course_for_an_assessment(
    expected: Expected, assessed: Callable[..., Assessment], log: Callable[..., Log]
) -> None:
    assessment = assessed(10)
    assert assessment.at is not None
    found = expected.course(assessment, log([7, 7, 6, 6, 5, 5, 5, 4, 4, 4]), assessment.at)
    assert isinstance(found, Course)
    assert found.today == pytest.approx(10, abs=0.01)
    assert found.standing == "usual"
    assert len(found.dots) == 10
    assert expected.course(assessment, log([7]), assessment.at) == Expected(
        expected.knowledge
    ).course(assessment, log([7]), assessment.at)


def test_later_entry_uses_the_curves_of_its_stage(
    expected: Expected, assessed: Callable[..., Assessment], log: Callable[..., Log]
) -> None:
    assessment = assessed(60, same_as_usual_flare="yes", previous_similar_episode="yes")
    assert assessment.at is not None
    found = expected.course(assessment, log([4, 4, 4], first=50), assessment.at)
    assert isinstance(found, Course)
    assert found.stage == "subacute"


def test_no_course_for_an_urgent_person(
    expected: Expected, assessed: Callable[..., Assessment], log: Callable[..., Log]
) -> None:
    assessment = assessed(10, saddle_numbness="yes")
    assert assessment.at is not None
    found = expected.course(assessment, log([2, 1, 0]), assessment.at)
    assert found == Refusal("needs_care_first")


def _case(knowledge: Knowledge, log: Log, now: datetime) -> Case:
    return current_case(knowledge, log, now).case


def test_no_published_curve_has_a_say_in_the_advice(
    knowledge: Knowledge, person: Callable[..., Case], log: Callable[..., Log]
) -> None:
    recovery = knowledge.recovery
    bent = {
        id_: replace(curve, means=tuple(reversed(curve.means)))
        for id_, curve in recovery.curves.items()
    }
    other = replace(knowledge, recovery=replace(recovery, curves=bent, classes={}, factors={}))
    diaries = ([8] * 20, [8, 7, 6, 5, 4, 3, 2], [3] * 10 + [7] * 5, [0] * 15)
    for pains in diaries:
        case = person(2)
        assert case.at is not None
        now = case.at + timedelta(days=len(pains))
        told = Event("t", case.at, case.at, "Etc/UTC", Told(case_json(case)))
        one, two = (
            assess(base, _case(base, (told, *log(pains)), now)).triage
            for base in (knowledge, other)
        )
        assert one == two
