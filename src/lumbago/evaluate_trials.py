"""How often a comparison claims something, rightly or wrongly, in simulated people.

A claim is any pair of arms that is said to differ, at any look of the comparison. The t-test that
trackers use stands beside it, on the same people: at the end, and with a look after every session.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from lumbago.knowledge.recovery import Recovery
from lumbago.recovery.nof1.answer import Looked, look
from lumbago.recovery.nof1.design import Design
from lumbago.recovery.nof1.model import Observation, Priors
from lumbago.recovery.nof1.simulate import World, dealt, simulated, t_test

BOTH: Final = ("heat", "cold")
ALL: Final = ("heat", "cold", "rest")
_LEVEL: Final = 0.05
_FEWEST: Final = 3

Way = Literal["ours", "t_test_dice", "t_test_change", "t_test_turns"]
WAYS: Final[tuple[Way, ...]] = ("t_test_turns", "t_test_dice", "t_test_change", "ours")


@dataclass(frozen=True, slots=True)
class Claims:
    """The share of people to whom a difference was claimed: at the end alone, and at any look."""

    way: Way
    people: int
    at_end: float
    at_any_look: float


@dataclass(frozen=True, slots=True)
class Power:
    """After so many blocks and sessions: shares of right, wrong and no answers about heat and cold.

    `right`: heat was said to help more than cold. `missed`: no difference worth having was said.
    `wrong`: cold was said to help more. `ever` is the share that had the right answer by then.
    """

    blocks: int
    sessions: int
    right: float
    missed: float
    wrong: float
    ever: float


def false_claims(
    recovery: Recovery, world: World, people: int, seed: int, arms: Sequence[str] = BOTH
) -> tuple[Claims, ...]:
    """How often each way claims a difference, in people of a world (with none, all are false)."""
    design, priors = Design.of(recovery), Priors.of(recovery)
    blocks = design.blocks(len(arms))
    ends, looks = dict.fromkeys(WAYS, 0), dict.fromkeys(WAYS, 0)
    for number in range(people):
        dice = Random(f"{seed}:{number}")
        sessions = simulated(world, dealt(arms, blocks, dice), design, dice)
        turns = tuple(arm for arm in arms for _ in range(blocks))
        in_turns = simulated(world, turns, design, dice)
        ours = [bool(_claims(one)) for one in _looks(sessions, arms, priors, design, blocks)]
        found = {
            "ours": ours,
            "t_test_dice": list(_t_tests(sessions, arms, change=False)),
            "t_test_change": list(_t_tests(sessions, arms, change=True)),
            "t_test_turns": list(_t_tests(in_turns, arms, change=False)),
        }
        for way in WAYS:
            ends[way] += found[way][-1]
            looks[way] += any(found[way])
    return tuple(Claims(way, people, ends[way] / people, looks[way] / people) for way in WAYS)


def power(
    recovery: Recovery,
    world: World,
    people: int,
    seed: int,
    arms: Sequence[str] = BOTH,
    most_blocks: int = 12,
) -> tuple[Power, ...]:
    """By number of blocks, how often heat is told from cold. More blocks than fit are hypothetical."""
    design, priors = Design.of(recovery), Priors.of(recovery)
    blocks = range(design.least_blocks, most_blocks + 1)
    counts = {block: [0, 0, 0, 0] for block in blocks}
    for number in range(people):
        dice = Random(f"{seed}:{number}")
        sessions = simulated(world, dealt(arms, most_blocks, dice), design, dice)
        ever = False
        for block, looked in zip(
            blocks, _looks(sessions, arms, priors, design, most_blocks), strict=True
        ):
            pair = looked.pair("heat", "cold")
            assert pair is not None, "both were compared"
            right = pair.kind == "helps_more" and pair.better == "heat"
            ever = ever or right
            wrong = pair.kind == "helps_more" and not right
            seen = (right, pair.kind == "no_difference", wrong, ever)
            for index, one in enumerate(seen):
                counts[block][index] += one
    return tuple(
        Power(block, block * len(arms), *(count / people for count in counts[block]))
        for block in blocks
    )


def _looks(
    sessions: Sequence[Observation],
    arms: Sequence[str],
    priors: Priors,
    design: Design,
    blocks: int,
) -> Iterator[Looked]:
    """Every answer that a person who looks after each session gets to see: one a block."""
    for block in range(design.least_blocks, blocks + 1):
        looked = look(tuple(sessions[: block * len(arms)]), arms, priors, design, block)
        if looked is not None:
            yield looked


def _claims(looked: Looked) -> list[str]:
    return [pair.better for pair in looked.pairs if pair.kind == "helps_more"]


def _t_tests(
    sessions: Sequence[Observation], arms: Sequence[str], *, change: bool
) -> Iterator[bool]:
    """Whether the t-test of the first two arms claims anything, after each session from three a side."""
    yielded = False
    for end in range(1, len(sessions) + 1):
        scores: dict[str, list[float]] = {arm: [] for arm in arms}
        for one in sessions[:end]:
            scores[one.arm].append(one.later - one.before if change else one.later)
        first, second = scores[arms[0]], scores[arms[1]]
        if min(len(first), len(second)) >= _FEWEST:
            yielded = True
            yield t_test(first, second) < _LEVEL
    if not yielded:
        yield False
