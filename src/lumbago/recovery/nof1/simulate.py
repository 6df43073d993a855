"""Sessions of simulated people, to measure how often a comparison is right. Standard library only.

Nothing here is a claim about people: a `World` says how pain falls by itself, how it wanders, how
exactly it is scored, what each arm truly does, and what a dose does. The dice are an argument.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from lumbago.recovery.nof1.design import Design, order
from lumbago.recovery.nof1.model import Observation
from lumbago.recovery.nof1.sessions import REST

_HOURS: Final = (8.0, 12.0, 16.0)
_LATER: Final = 50 / 60
_DAY: Final = 24.0
_HIGHEST: Final = 10


@dataclass(frozen=True, slots=True)
class World:
    """How it truly is. Pain in points of 0-10, time in days unless it says hours.

    `effects` are what an arm adds to pain half an hour later (negative: less pain). Pain falls from
    `start` towards `end` with `pace` a day (each a range that people are drawn from). `wander` is an
    AR(1) of that spread with `likeness` four hours apart; `slip` the noise of each single score.
    `carried` is the share of an effect that is left right after a session, halving in two hours;
    a dose is taken before a session with probability `doses` and takes `relief` away.
    """

    effects: Mapping[str, float] = field(default_factory=dict)
    start: tuple[float, float] = (5, 8)
    end: tuple[float, float] = (0.5, 2)
    pace: tuple[float, float] = (0.25, 0.7)
    wander: float = 0.8
    likeness: float = 0.5
    slip: float = 0.5
    carried: float = 0.25
    doses: float = 0.2
    relief: float = 1.0


STEEP: Final = World()
"""No true difference, and pain that falls by more than half in five days."""


def dealt(arms: Sequence[str], blocks: int, dice: Random) -> tuple[str, ...]:
    """The order of a comparison as it is dealt, from a seed of its own."""
    return tuple(slot.arm for slot in order(dice.randbytes(16).hex(), arms, blocks))


def simulated(
    world: World, sequence: Sequence[str], design: Design, dice: Random
) -> tuple[Observation, ...]:
    """The sessions of one person in this order, three a day, scored in whole numbers."""
    times = [
        _DAY * day + hour + dice.uniform(-0.3, 0.3)
        for day in range(math.ceil(len(sequence) / len(_HOURS)))
        for hour in _HOURS
    ][: len(sequence)]
    start, end, pace = (dice.uniform(*ends) for ends in (world.start, world.end, world.pace))
    wander = dice.gauss(0, world.wander)
    found: list[Observation] = []
    left: dict[str, float] = {}
    for index, (at, arm) in enumerate(zip(times, sequence, strict=True)):
        if index:
            phi = world.likeness ** ((at - times[index - 1]) / 4)
            wander = phi * wander + math.sqrt(1 - phi * phi) * dice.gauss(0, world.wander)
            left = _left(sequence[index - 1], at - times[index - 1] - 1 / 3, design)
        dose = dice.uniform(0.3, 1) if dice.random() < world.doses else 0.0
        level = end + (start - end) * math.exp(-pace * at / _DAY) + wander
        residue = sum(
            world.carried * world.effects.get(one, 0.0) * weight for one, weight in left.items()
        )
        later = level + world.effects.get(arm, 0.0) - dose * world.relief
        before = _scored(level + residue + dice.gauss(0, world.slip))
        after = _scored(later + dice.gauss(0, world.slip))
        found.append(Observation(at - times[0], arm, before, after, dose, left))
    return tuple(found)


def _left(arm: str, hours: float, design: Design) -> dict[str, float]:
    return {} if arm == REST else {arm: math.exp(-hours / design.carry_hours)}


def _scored(pain: float) -> float:
    return float(min(_HIGHEST, max(0, round(pain))))


# --------------------------------------------------------------------- what others do instead


def t_test(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p of Student's t-test for two groups of scores; 1 where it cannot be worked out.

    This is what trackers and spreadsheets do. Neither trend nor pauses are in it.
    """
    n, m = len(one), len(other)
    if min(n, m) < 2:
        return 1.0
    mean, average = sum(one) / n, sum(other) / m
    squares = sum((x - mean) ** 2 for x in one) + sum((x - average) ** 2 for x in other)
    freedom = n + m - 2
    if not squares:
        return 1.0 if mean == average else 0.0
    t = (mean - average) / math.sqrt(squares / freedom * (1 / n + 1 / m))
    return 1 - 2 * _area(abs(t), freedom)


def _area(t: float, freedom: int) -> float:
    """The area under Student's density from 0 to t, by Simpson's rule in the angle."""
    half = (freedom + 1) / 2
    scale = math.exp(math.lgamma(half) - math.lgamma(freedom / 2)) / math.sqrt(math.pi)
    steps = 200
    top = math.atan(t / math.sqrt(freedom))
    points = [math.cos(top * i / steps) ** (freedom - 1) for i in range(steps + 1)]
    ends = points[0] + points[-1]
    inner = sum((4 if i % 2 else 2) * points[i] for i in range(1, steps))
    return min(0.5, scale * top / steps / 3 * (ends + inner))
