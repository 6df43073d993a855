"""The expected course held against simulated people: how often the forecast holds them, and when
those who will not recover can be told.

Nobody here is real. The figures say what the method does when people are like one account of
recovery or another; that people are like any of them only real diaries can show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.recovery import Stage
from lumbago.recovery.course import AHEAD, expected_course
from lumbago.recovery.ensemble import Ensemble, ensemble, evenly, families_of
from lumbago.recovery.signs import RISE, SIGNS, findings_of
from lumbago.recovery.simulate_diaries import OUTSIDE, SimulatedPerson, simulated_people

if TYPE_CHECKING:
    import numpy as np

EVERYTHING: Final = "all"
LOOKED_AHEAD: Final = (1, 7, 14, 28)
LOOKED_ON: Final = (4, 10, 21, 42)
"""Days of diary from which a forecast is made."""

DETECTED_ON: Final = (3, 7, 10, 14, 21, 28, 42)
SPECIFICITY: Final = 0.9
RECOVERY_BY: Final = 84

_ONSET: Final = datetime(2026, 1, 1, 9, tzinfo=UTC)
_DICE: Final = 7


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the answer that came lay in the interval: people of `people`, curves of `curves`.

    `ahead` is the share by days ahead, `share` over all of them, `answers` how many were looked at.
    """

    curves: str
    people: str
    ahead: tuple[float, ...]
    share: float
    answers: int


@dataclass(frozen=True, slots=True)
class Detection:
    """Telling those who will not recover by week 12, after so many days of diary.

    `area` is the chance that one of them gets the lower chance of recovery of a pair; `found` the
    share of them found where 9 in 10 of the others are left alone. `signs` is the share of them with
    a sign of the diary by then, `false_signs` that of the others, `slower` and `false_slower` the
    same for the words "slower than 8 in 10".
    """

    days: int
    area: float
    found: float
    signs: float
    false_signs: float
    slower: float
    false_slower: float
    people: int


def coverages(
    knowledge: Knowledge, n: int, seed: int, stage: Stage = "acute"
) -> Iterator[Coverage]:
    """Each account's curves, then all of them, against `n` people of each, and of none."""
    families = families_of(knowledge.recovery, stage)
    met = (*families, OUTSIDE)
    people = {
        family: tuple(simulated_people(knowledge.recovery, n, seed, family, stage))
        for family in met
    }
    for curves in (*families, EVERYTHING) if len(families) > 1 else (EVERYTHING,):
        drawn = _drawn(knowledge, stage, curves)
        for family in met:
            yield coverage(knowledge, drawn, curves, family, people[family])


def coverage(
    knowledge: Knowledge,
    drawn: Ensemble,
    curves: str,
    family: str,
    people: Sequence[SimulatedPerson],
) -> Coverage:
    """How often these curves hold these people."""
    import numpy as np

    places = [AHEAD.index(days) for days in LOOKED_AHEAD]
    held = []
    for person in people:
        for days in LOOKED_ON:
            diary = person.diary(_ONSET, days)
            course = expected_course(knowledge.recovery, drawn, diary, Random(_DICE))
            ranges = [course.forecast[place] for place in places]
            came = [person.exact[days + ahead] for ahead in LOOKED_AHEAD]
            held.append([r.low <= one <= r.high for r, one in zip(ranges, came, strict=True)])
    found = np.array(held)
    by_day = tuple(float(share) for share in found.mean(axis=0))
    return Coverage(curves, family, by_day, float(found.mean()), found.size)


def detections(
    knowledge: Knowledge, n: int, seed: int, curves: str = EVERYTHING
) -> Iterator[Detection]:
    """How early those who will not recover are told, among `n` people of each account."""
    import numpy as np

    recovery = knowledge.recovery
    drawn = _drawn(knowledge, "acute", curves)
    people = [
        person
        for family in families_of(recovery, "acute")
        for person in simulated_people(recovery, n, seed, family)
    ]
    not_recovered = np.array([person.recovered > person.entry + RECOVERY_BY for person in people])
    signs, slower = np.zeros(len(people), bool), np.zeros(len(people), bool)
    before = 0
    for days in DETECTED_ON:
        chance = np.empty(len(people))
        for index, person in enumerate(people):
            diary = person.diary(_ONSET, days)
            course = expected_course(recovery, drawn, diary, Random(_DICE))
            chance[index] = next(c.share for c in course.recovery if c.week * 7 >= RECOVERY_BY)
            slower[index] |= course.standing == "slower"
            signs[index] |= _signed(knowledge, person, before, days)
        before = days
        area, found = _told_apart(chance[not_recovered], chance[~not_recovered])
        yield Detection(
            days=days,
            area=area,
            found=found,
            signs=float(signs[not_recovered].mean()),
            false_signs=float(signs[~not_recovered].mean()),
            slower=float(slower[not_recovered].mean()),
            false_slower=float(slower[~not_recovered].mean()),
            people=len(people),
        )


def rises(knowledge: Knowledge, n: int, seed: int, family: str) -> float:
    """The share of days of diary, among people who recover, on which a rise is read."""
    found = looked = 0
    for person in simulated_people(knowledge.recovery, n, seed, family):
        if person.recovered <= person.entry + RECOVERY_BY:
            for days in range(6, 43):
                said = findings_of(knowledge, person.diary(_ONSET, days)).get(RISE)
                looked += said is not None
                found += said is True
    return found / max(1, looked)


def _drawn(knowledge: Knowledge, stage: Stage, curves: str) -> Ensemble:
    families = None if curves == EVERYTHING else (curves,)
    return ensemble(knowledge.recovery, stage, evenly(Random(_DICE)), families)


def _signed(knowledge: Knowledge, person: SimulatedPerson, before: int, days: int) -> bool:
    """Whether the diary shows a sign on one of these days (a rise is looked for every day)."""
    for day in range(before + 1, days + 1):
        said = findings_of(knowledge, person.diary(_ONSET, day))
        if any(said.get(sign) for sign in SIGNS):
            return True
    return False


def _told_apart(low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    """The area under the curve, and the share of `low` below where 9 in 10 of `high` are above."""
    import numpy as np

    less = (low[:, None] < high).mean() + 0.5 * (low[:, None] == high).mean()
    limit = np.quantile(high, 1 - SPECIFICITY)
    return float(less), float((low <= limit).mean())


def week_of(days: int) -> str:
    """Days of diary as weeks, for a table."""
    return f"{timedelta(days=days) / timedelta(weeks=1):.1f}"
