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
from typing import TYPE_CHECKING, Any, Final

from lumbago.events import CheckIn, Event, Log
from lumbago.knowledge.recovery import Recovery, Stage
from lumbago.recovery.diary import Diary, Score
from lumbago.recovery.ensemble import Scale, ensemble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

DAYS: Final = 126
"""How long the simulated people keep their diary."""

_HOUR: Final = 9
_POOL: Final = 4


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
    """`n` people of one family of curves; the same ones for the same seed.

    Raises `KeyError` for a family that the stage does not have.
    """
    import numpy as np

    rng = np.random.default_rng([seed, len(family), *family.encode()])
    pool = ensemble(recovery, stage, rng, (family,), members=_POOL * n)
    chosen = rng.choice(len(pool.weight), n, p=pool.weight / pool.weight.sum())
    last = pool.roots.shape[1] - 1
    for number, member in enumerate(chosen):
        entry = _entry(stage, rng)
        begins = 0 if pool.from_entry[member] else entry
        own = np.clip(np.arange(days) + begins, 0, last)
        roots = pool.roots[member, own] + deviations(recovery, pool.scale, days, rng)
        exact = pool.scale.back(roots)
        kept = rng.random(days) < _KEEPS
        kept[0] = True
        yield SimulatedPerson(
            id=f"d{seed}-{number}",
            family=family,
            entry=entry,
            scores=np.rint(exact / 10).astype(int) * 10,
            kept=kept,
            exact=exact,
            level=pool.scale.back(pool.roots[member, own]),
            recovered=float(pool.recovered[member] + (entry if pool.from_entry[member] else 0)),
        )


_KEEPS: Final = 0.85
_ENTRY_DAYS: Final[dict[Stage, tuple[int, int]]] = {
    "acute": (0, 13),
    "subacute": (42, 83),
    "persistent": (84, 180),
}


def _entry(stage: Stage, rng: np.random.Generator) -> int:
    return int(rng.integers(_ENTRY_DAYS[stage][0], _ENTRY_DAYS[stage][1] + 1))


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
