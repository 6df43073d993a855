"""What the diary says, as findings: cited comparisons of logged numbers. Standard library only.

The findings go into the case like any other answer, with the origin `derived`; rules in kb/ turn
them into dispositions. A comparison for which the diary is too short says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from lumbago.answers import Case, Given, Origin
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.recovery import Recovery
from lumbago.recovery.diary import Diary, Score

RISE: Final = "pain_rise_over_3_days"
NO_IMPROVEMENT: Final = "no_improvement_2_weeks"
NOT_CLEARLY_BETTER: Final = "pain_not_clearly_better"
SIGNS: Final = (RISE, NO_IMPROVEMENT, NOT_CLEARLY_BETTER)

CHANGE: Final = "pain_0_10"
_DAY: Final = timedelta(days=1)
_DETAIL: Final = "diary"
_DENIALS: Final = ("no", False)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the diary says at a moment; None where it is too short to say.

    `rise`: how many tenths the last days are above the days before. `start` and `level`: where the
    pain began and where it is. `without_improvement`: days since it last was better than at the start
    by what matters. `recovered`: when the days in a row began that make a recovery.
    """

    rise: float | None
    start: float | None
    level: float | None
    without_improvement: float | None
    recovered: datetime | None


def signs_of(recovery: Recovery, diary: Diary) -> Signs:
    """Compare the numbers of a diary."""
    start = diary.start(recovery.number("start_days"))
    return Signs(
        rise=_rise(recovery, diary),
        start=start,
        level=diary.level(diary.now, recovery.number("level_days")),
        without_improvement=_without_improvement(recovery, diary, start),
        recovered=_recovered(recovery, diary),
    )


def findings_of(knowledge: Knowledge, diary: Diary) -> dict[str, bool]:
    """The findings that the diary answers, with yes or no; what it cannot say is left out."""
    recovery = knowledge.recovery
    found: dict[str, bool] = {}
    if not set(SIGNS) <= knowledge.findings.keys():
        return found
    signs = signs_of(recovery, diary)
    if signs.rise is not None:
        found[RISE] = signs.rise >= _points(recovery)
    if diary.onset is None or signs.start is None or signs.level is None:
        return found
    days = recovery.number("no_improvement_days")
    if diary.today >= days and signs.without_improvement is not None:
        kept = (diary.now - diary.scores[0].at) / _DAY
        if signs.without_improvement >= days or signs.without_improvement < kept:
            found[NO_IMPROVEMENT] = signs.without_improvement >= days
    if diary.today >= recovery.number("clearly_better_days") and _old_enough(recovery, diary):
        found[NOT_CLEARLY_BETTER] = not all(_better(recovery, signs.start, signs.level))
    return found


def with_signs(knowledge: Knowledge, case: Case, diary: Diary) -> Case:
    """The case with what the diary answers, each sign an answer of the origin `derived`.

    What the person answered stands; where that is "no" to a sign that the diary shows, it is unsure.
    """
    given = dict(case.given)
    for finding, yes in findings_of(knowledge, diary).items():
        told = given.get(finding)
        if told is None:
            given[finding] = _derived("yes" if yes else "no", finding, diary.now)
        elif yes and told.value in _DENIALS:
            given[finding] = _derived("unsure", finding, diary.now)
    return replace(case, given=given)


def _derived(value: object, finding: str, at: datetime) -> Given:
    return Given(value, Origin("derived", f"{_DETAIL}:{finding}", given_at=at))


# ------------------------------------------------------------------------------------- comparisons


def _points(recovery: Recovery) -> float:
    """The important change of pain, in tenths."""
    return recovery.changes[CHANGE].points * 10


def _better(recovery: Recovery, start: float, level: float) -> tuple[bool, bool]:
    """Whether a level is below the start by the important points, and by the important share.

    From a low start a fall by the points is impossible; there a smaller one counts for both.
    """
    fall = start - level
    if start < recovery.number("low_start"):
        enough = fall >= min(recovery.number("low_start_change"), start) and start > 0
        return enough, enough
    return fall >= _points(recovery), fall >= recovery.changes[CHANGE].share * start


def _rise(recovery: Recovery, diary: Diary) -> float | None:
    """The middle of the last days less the middle of as many days before; needs both."""
    if not diary.scores:
        return None
    window = recovery.number("rise_days") * _DAY
    late = _by_day(diary, diary.now - window, diary.now)
    early = _by_day(diary, diary.now - 2 * window, diary.now - window)
    if min(len(late), len(early)) < recovery.number("rise_needs_days"):
        return None
    return median(late) - median(early)


def _by_day(diary: Diary, start: datetime, stop: datetime) -> list[float]:
    """The middle score of each day that ends at `stop` or whole days before, where there is one."""
    found = []
    while stop > start:
        scores = diary.between(max(start, stop - _DAY), stop)
        if scores:
            found.append(median(scores))
        stop -= _DAY
    return found


def _without_improvement(recovery: Recovery, diary: Diary, start: float | None) -> float | None:
    """Days since the pain was last better than at its start, by the points or by the share.

    Counted from the first score where it never was. A day counts by its middle score.
    """
    if start is None or not diary.scores:
        return None
    better = (
        score.at
        for score in reversed(diary.scores)
        if any(_better(recovery, start, diary.level(score.at, 1) or 0.0))
    )
    since = next(better, diary.scores[0].at)
    return (diary.now - since) / _DAY


def _old_enough(recovery: Recovery, diary: Diary) -> bool:
    """Whether the start of the diary lies far enough back to be compared with now."""
    return diary.now - diary.scores[0].at >= recovery.number("no_improvement_days") * _DAY


def _recovered(recovery: Recovery, diary: Diary) -> datetime | None:
    """When the days at or below recovery began that last until now, if they are enough."""
    low: list[Score] = []
    for score in reversed(diary.scores):
        if score.pain > recovery.number("recovered_at_most"):
            break
        low.append(score)
    if not low:
        return None
    enough = recovery.number("recovered_for_days") * _DAY
    return low[-1].at if low[0].at - low[-1].at >= enough else None
