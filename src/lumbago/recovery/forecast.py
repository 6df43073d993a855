"""The expected course as values, and when none is drawn. Standard library only.

A course never sets a disposition: it is shown beside the advice, and may prompt a check-in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from lumbago.answers import Answers
from lumbago.assess import Assessment
from lumbago.expr import literals
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.knowledge.recovery import Stage
from lumbago.quantity import Interval
from lumbago.recovery.diary import DURATION, Diary
from lumbago.triage.scalar import DOUBT, POSSIBLE, Rules

Standing = Literal["too_early", "usual", "slower"]
"""`usual`: within the published recoveries that began alike; `slower`: more pain than in 8 of 10."""

AGE: Final = "age_years"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no course is drawn: an id of words, and the findings that would have to be answered."""

    reason: str
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """Pain at a day after the onset, in tenths: the interval of 8 in 10 and its middle."""

    day: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance of having recovered by a week after the onset."""

    week: int
    share: float


@dataclass(frozen=True, slots=True)
class Course:
    """What published cohorts let one expect of this person.

    `band` is where people who began alike would be, `forecast` what this diary makes of it from
    today. `ahead` is the share of them with less pain than this person now (None: too early to say).
    `effective` is how many curves still count, `trust` how far the diary was believed (1: fully).
    """

    stage: Stage
    entry_day: float
    today: float
    dots: tuple[tuple[float, int], ...]
    band: tuple[Range, ...]
    forecast: tuple[Range, ...]
    recovery: tuple[Chance, ...]
    standing: Standing
    ahead: float | None
    factors: tuple[str, ...]
    effective: float
    trust: float


def refusal(knowledge: Knowledge, assessment: Assessment, diary: Diary) -> Refusal | None:
    """The first reason for which no course is drawn, or None.

    What is not known counts against drawing: not asked is never "no".
    """
    return next(_refusals(knowledge, assessment, diary), None)


def _refusals(knowledge: Knowledge, assessment: Assessment, diary: Diary) -> Iterator[Refusal]:
    recovery, verdict = knowledge.recovery, assessment.triage.verdict
    if max(verdict.low, verdict.as_told) >= Disposition.SOON:
        yield Refusal("needs_care_first")
    age = assessment.answers.get(AGE)
    possible = age.possible if age is not None else None
    if not isinstance(possible, Interval):
        yield Refusal("age_unknown", (AGE,))
    elif possible.low < recovery.number("adult_from_years"):
        yield Refusal("under_age")
    rules, limits = Rules(knowledge), recovery.limits.values()
    yield from (
        Refusal(one.id) for one in limits if rules.holds(one.when, assessment.answers, DOUBT)
    )
    if verdict.high >= Disposition.SOON:
        open_ = [q.finding for q in assessment.triage.open_questions]
        yield Refusal("questions_open", tuple(open_))
    unknown = tuple(_unknown(knowledge, rules, assessment.answers))
    if unknown:
        yield Refusal("answers_missing", unknown)
    if diary.onset is None:
        yield Refusal("onset_unknown", (DURATION,))
    elif diary.today * 24 < recovery.number("not_before_hours"):
        yield Refusal("too_early")
    elif diary.today > recovery.number("last_day"):
        yield Refusal("too_late")


def _unknown(knowledge: Knowledge, rules: Rules, answers: Answers) -> Iterator[str]:
    """The findings not asked for which a limit could still hold."""
    for limit in knowledge.recovery.limits.values():
        if rules.holds(limit.when, answers, POSSIBLE):
            named = {one.finding for one, _ in literals(limit.when, knowledge.term_expressions)}
            yield from sorted(named - answers.keys())


def factors_of(knowledge: Knowledge, answers: Answers) -> tuple[str, ...]:
    """The prognostic factors that were reported."""
    rules = Rules(knowledge)
    return tuple(
        factor.id
        for factor in knowledge.recovery.factors.values()
        if factor.when is not None and rules.certain(factor.when, answers)
    )
