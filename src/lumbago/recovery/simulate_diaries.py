"""Diaries of simulated people, drawn by seed from one account of how back pain goes on.

A person is a curve of the account, spells of better and worse days, and the noise of an answer;
answers are whole numbers of 0-10 and some days are left out. What is true of the person is kept
beside the diary, so that forecasts can be held against it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from lumbago.events import CheckIn, Event, Log
from lumbago.knowledge.recovery import Recovery, Stage
from lumbago.recovery.diary import Diary, Score
from lumbago.recovery.ensemble import Curve, Scale, by_chance, ensemble, recovered_days, starts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

DAYS: Final = 126
"""How long the simulated people keep their diary."""

OUTSIDE: Final = "outside"
"""People whose pain goes as no account has it."""

_POOL: Final = 4
_KEEPS: Final = 0.85
_ENTRY_DAYS: Final[dict[Stage, tuple[int, int]]] = {
    "acute": (0, 13),
    "subacute": (42, 83),
    "persistent": (84, 180),
}


@dataclass(frozen=True, eq=False)
class SimulatedPerson:
    """One person: `scores[d]` is the answer of day d after entry (tenths), `kept` the days logged.

    `exact` are the same answers before they were rounded to whole numbers, `level` the own curve.
    `entry` is the day after the onset on which the diary begins, `recovered` the day after the onset
    of recovery by the person's own curve (infinite: never).
    """

    id: str
    family: str
    entry: int
    scores: NDArray[np.intp]
    kept: NDArray[np.bool_]
    exact: Floats
    level: Floats
    recovered: float

    def diary(self, onset: datetime, days: int) -> Diary:
        """The diary as of `days` after entry."""
        first = onset + timedelta(days=self.entry)
        scores = tuple(
            Score(first + timedelta(days=day), int(self.scores[day]))
            for day in range(days + 1)
            if self.kept[day]
        )
        return Diary(first + timedelta(days=days), onset, scores)

    def log(self, onset: datetime, zone: str = "Etc/UTC") -> Log:
        """The whole diary as check-ins."""
        diary = self.diary(onset, len(self.scores) - 1)
        return tuple(
            Event(f"{self.id}-{n}", score.at, score.at, zone, CheckIn(pain=score.pain))
            for n, score in enumerate(diary.scores)
        )


def simulated_people(
    recovery: Recovery,
    n: int,
    seed: int,
    family: str,
    stage: Stage = "acute",
    days: int = DAYS,
) -> Iterator[SimulatedPerson]:
    """`n` people of one family of curves, or `OUTSIDE` of all; the same ones for the same seed.

    Raises `KeyError` for a family that the stage does not have.
    """
    import numpy as np

    rng = np.random.default_rng([seed, len(family), *family.encode()])
    first, last = _ENTRY_DAYS[stage]
    entries = rng.integers(first, last + 1, n)
    if family == OUTSIDE:
        levels, recovered = _late_droppers(recovery, n, days, rng)
    else:
        levels, recovered = _of_family(recovery, family, stage, entries, days, rng)
    scale = Scale(recovery.number("scale_offset"))
    for number in range(n):
        wander = deviations(recovery, scale, days, rng)
        roots = [scale.forth(level) for level in levels[number]]
        exact = np.array([scale.back(root) for root in roots + wander])
        kept = rng.random(days) < _KEEPS
        kept[0] = True
        yield SimulatedPerson(
            id=f"d{seed}-{number}",
            family=family,
            entry=int(entries[number]),
            scores=np.rint(exact / 10).astype(int) * 10,
            kept=kept,
            exact=exact,
            level=levels[number],
            recovered=float(entries[number] + recovered[number]),
        )


def _of_family(
    recovery: Recovery,
    family: str,
    stage: Stage,
    entries: NDArray[np.integer[Any]],
    days: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Levels by day after entry, and the day after entry of recovery, of people of a family.

    They are drawn by chance, so that nobody lies where the shipped members do.
    """
    import numpy as np

    n = len(entries)
    spread = by_chance(Random(int(rng.integers(2**32))))
    drawn = ensemble(recovery, stage, spread, (family,), members=_POOL * n)
    (pool,) = drawn.families
    chosen = rng.choice(len(pool.curves), n, p=pool.weight)
    begins = np.zeros(n, int) if pool.from_entry else entries
    own = np.minimum(begins[:, None] + np.arange(days), drawn.last_day)
    levels = [
        [pool.curves[one](day) for day in row]
        for one, row in zip(chosen, own.tolist(), strict=True)
    ]
    return np.array(levels), np.array(pool.recovered)[chosen] - begins


def _late_droppers(
    recovery: Recovery, n: int, days: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """People like no account: nothing for weeks, then the pain, or half of it, goes within days.

    Every published curve falls at once and ever more slowly; this one does the opposite.
    """
    import numpy as np

    start = starts(recovery, recovery.number("classes_start"))
    curves = [
        _dropping(start(rng.random()), rng.uniform(5, 45), rng.uniform(3, 14), left)
        for left in np.where(rng.random(n) < 0.5, 0, rng.uniform(0.3, 0.6, n))
    ]
    levels = np.array([[curve(day) for day in range(days)] for curve in curves])
    return levels, np.array(list(recovered_days(curves, recovery)))


def _dropping(start: float, waits: float, falls: float, left: float) -> Curve:
    return lambda day: start * (1 - (1 - left) * min(max((day - waits) / falls, 0.0), 1.0))


def deviations(recovery: Recovery, scale: Scale, days: int, rng: np.random.Generator) -> Floats:
    """The spells of one person plus the noise of each answer, on the scale, a day at a time."""
    import numpy as np

    spell = scale.spread(recovery.number("deviation"))
    keeps = math.exp(-1 / recovery.number("deviation_days"))
    fresh = rng.normal(0, spell, days) * math.sqrt(1 - keeps**2)
    state = np.empty(days)
    state[0] = rng.normal(0, spell)
    for day in range(1, days):
        state[day] = keeps * state[day - 1] + fresh[day]
    return state + rng.normal(0, scale.spread(recovery.number("day_noise")), days)
