"""So many of so many: shares with their intervals, and how far two of them lie apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

CERTAINTY: Final = 1.96
"""Standard errors on each side of an interval: 95 in 100."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval of the share, from 0 to 1 of nothing."""
        if not self.of:
            return 0.0, 1.0
        p, n, z2 = self.hits / self.of, self.of, CERTAINTY**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        reach = CERTAINTY * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __str__(self) -> str:
        if not self.of:
            return "-"
        low, high = self.interval
        return f"{100 * self.hits / self.of:.0f} % ({100 * low:.0f}-{100 * high:.0f})"


@dataclass(frozen=True, slots=True)
class Gap:
    """How much higher one share is than another, from -1 to 1."""

    one: Rate
    other: Rate

    @property
    def difference(self) -> float | None:
        """The first share less the second; None where either is of nothing."""
        if self.one.share is None or self.other.share is None:
            return None
        return self.one.share - self.other.share

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of Newcombe (1998, method 10), made of the two Wilson intervals."""
        middle = self.difference
        if middle is None or self.one.share is None or self.other.share is None:
            return -1.0, 1.0
        (low, high), (other_low, other_high) = self.one.interval, self.other.interval
        down = math.hypot(self.one.share - low, other_high - self.other.share)
        up = math.hypot(high - self.one.share, self.other.share - other_low)
        return max(-1.0, middle - down), min(1.0, middle + up)

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        low, high = self.interval
        return not low <= 0 <= high

    def __str__(self) -> str:
        if self.difference is None:
            return "-"
        low, high = self.interval
        return f"{100 * self.difference:+.0f} ({100 * low:+.0f} to {100 * high:+.0f})"


@dataclass(frozen=True, slots=True)
class Paired:
    """The same people twice: how many are hits both times, before alone, after alone, and never."""

    both: int
    before_only: int
    after_only: int
    neither: int

    def __add__(self, other: Paired) -> Paired:
        return Paired(
            self.both + other.both,
            self.before_only + other.before_only,
            self.after_only + other.after_only,
            self.neither + other.neither,
        )

    @property
    def people(self) -> int:
        """How many there are."""
        return self.both + self.before_only + self.after_only + self.neither

    @property
    def before(self) -> Rate:
        """The share before."""
        return Rate(self.both + self.before_only, self.people)

    @property
    def after(self) -> Rate:
        """The share after."""
        return Rate(self.both + self.after_only, self.people)

    @property
    def swapped(self) -> Paired:
        """The same seen from after to before."""
        return Paired(self.both, self.after_only, self.before_only, self.neither)

    @property
    def difference(self) -> float | None:
        """The share after less the share before; None of nobody."""
        return (self.after_only - self.before_only) / self.people if self.people else None

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of Newcombe (1998, paired, method 10): two Wilson intervals and their tie."""
        middle, one, other = self.difference, self.after.share, self.before.share
        if middle is None or one is None or other is None:
            return -1.0, 1.0
        (low, high), (other_low, other_high) = self.after.interval, self.before.interval
        tie = self._tie()
        down, up = one - low, high - one
        other_down, other_up = other - other_low, other_high - other
        below = math.sqrt(down**2 - 2 * tie * down * other_up + other_up**2)
        above = math.sqrt(up**2 - 2 * tie * up * other_down + other_down**2)
        return max(-1.0, middle - below), min(1.0, middle + above)

    def _tie(self) -> float:
        """How far before and after go together (phi), less a little for small numbers."""
        edges = (
            (self.both + self.before_only)
            * (self.after_only + self.neither)
            * (self.both + self.after_only)
            * (self.before_only + self.neither)
        )
        if not edges:
            return 0.0
        top = self.both * self.neither - self.before_only * self.after_only
        return (max(0.0, top - self.people / 2) if top > 0 else top) / math.sqrt(edges)

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        low, high = self.interval
        return not low <= 0 <= high


def paired_json(paired: Paired) -> dict[str, Any]:
    """Two shares of the same people as JSON data, with what lies between them."""
    middle = None if paired.difference is None else round(paired.difference, 6)
    return {
        "before": rate_json(paired.before),
        "after": rate_json(paired.after),
        "before_only": paired.before_only,
        "after_only": paired.after_only,
        "difference": middle,
        "interval": [round(end, 6) for end in paired.interval],
    }


def rate_json(rate: Rate) -> dict[str, Any]:
    """A rate as JSON data, with its interval."""
    share = None if rate.share is None else round(rate.share, 4)
    return {
        "hits": rate.hits,
        "of": rate.of,
        "share": share,
        "interval": [round(end, 4) for end in rate.interval],
    }


def gap_json(gap: Gap) -> dict[str, Any]:
    """A gap as JSON data, with its interval."""
    middle = None if gap.difference is None else round(gap.difference, 4)
    return {"difference": middle, "interval": [round(end, 4) for end in gap.interval]}
