"""The design: how many sessions, how far apart, and which arm comes when. Standard library only.

The order follows from a seed that is drawn once and kept with the event that begins the comparison:
the arms of each block are shuffled by SHA-256 of the seed, so the same seed gives the same order on
every machine and in every version, and nobody can change it later without changing the seed. The
next arm is said only once the pain before the session is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from lumbago.knowledge.recovery import Recovery

ArmId = str
Window = Literal["running", "after", "between", "later", "lapsed"]

_BYTES: Final = 16
_POINT: Final = 10


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the order: its number (from 1), its block (from 1), and its arm."""

    number: int
    block: int
    arm: ArmId


@dataclass(frozen=True, slots=True)
class Design:
    """The numbers of the design, out of kb/recovery/comparison.yaml; scores in tenths."""

    most_days: int
    sessions_per_day: int
    session: timedelta
    later: timedelta
    later_window: tuple[timedelta, timedelta]
    washout: timedelta
    least_blocks: int
    too_strong: int
    too_weak: int
    worth_having: float
    sure_enough: float
    dose_hours: tuple[float, float]
    carry_hours: float

    @classmethod
    def of(cls, recovery: Recovery) -> Design:
        """The design of a knowledge base. Raises `KeyError` if it has none."""
        numbers = {id_: one.values for id_, one in recovery.comparison.items()}

        def minutes(id_: str, index: int = 0) -> timedelta:
            return timedelta(minutes=numbers[id_][index])

        return cls(
            most_days=int(numbers["most_days"][0]),
            sessions_per_day=int(numbers["sessions_per_day"][0]),
            session=minutes("session_minutes"),
            later=minutes("later_minutes"),
            later_window=(minutes("later_window_minutes"), minutes("later_window_minutes", 1)),
            washout=minutes("washout_minutes"),
            least_blocks=int(numbers["least_blocks"][0]),
            too_strong=int(_POINT * numbers["too_strong_from"][0]),
            too_weak=int(_POINT * numbers["too_weak_below"][0]),
            worth_having=numbers["difference_worth_having"][0],
            sure_enough=numbers["sure_enough"][0],
            dose_hours=(numbers["dose_hours"][0], numbers["dose_hours"][1]),
            carry_hours=numbers["carry_hours"][0],
        )

    @property
    def apart(self) -> timedelta:
        """From the start of one session to the earliest start of the next."""
        return self.session + self.washout

    @property
    def whole(self) -> timedelta:
        """From the start of a session to its last score, where it is given in time."""
        return self.session + self.later

    @property
    def lapses(self) -> timedelta:
        """From the start of a session to when it can no longer be scored."""
        return self.session + self.later_window[1]

    def window(self, since: timedelta) -> Window:
        """What a score given so long after the start of a session is."""
        if since < self.session / 2:
            return "running"
        if since < self.session + self.later_window[0]:
            return "after"
        return "later" if since <= self.lapses else "lapsed"

    def blocks(self, arms: int) -> int:
        """How many whole blocks fit into the days, for so many arms."""
        return self.most_days * self.sessions_per_day // arms


def order(seed: str, arms: Sequence[ArmId], blocks: int) -> tuple[Slot, ...]:
    """The whole order: in each block every arm once, shuffled by the seed alone."""
    found: list[Slot] = []
    for block in range(1, blocks + 1):
        for arm in _shuffled(f"{seed}:{block}", arms):
            found.append(Slot(len(found) + 1, block, arm))
    return tuple(found)


def _shuffled(seed: str, arms: Sequence[ArmId]) -> list[ArmId]:
    """Fisher and Yates with numbers from SHA-256; 128 bits make the bias of `%` vanish."""
    left = sorted(arms)
    for last in range(len(left) - 1, 0, -1):
        digest = hashlib.sha256(f"{seed}:{last}".encode()).digest()[:_BYTES]
        chosen = int.from_bytes(digest) % (last + 1)
        left[last], left[chosen] = left[chosen], left[last]
    return left
