"""Which statements to show next: those likely to close most of what is still at stake.

A greedy cover: the statement whose expected answer closes most, then the one that closes most of
what that leaves, until nothing is left. Each costs one row; how many there are tells how many
screens are likely to come.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lumbago.interview.stakes import Closer, Stake
from lumbago.knowledge.model import Finding

_EVEN: Final = 0.5
_NOTHING: Final = 1e-6


def likely(findings: Mapping[str, Finding], closer: Closer) -> float:
    """How likely the answer is that closes, among people with ordinary pain."""
    finding, yes = closer
    ordinary = findings[finding].ordinary
    if ordinary is None:
        return _EVEN
    return ordinary.share if yes else 1 - ordinary.share


def weight(stake: Stake) -> float:
    """What it is worth to close a rule: double for each level, less the more answers it needs."""
    return float(2**stake.reach) / max(1, stake.left.needs)


@dataclass(slots=True)
class _Closing:
    """The rules that a statement closes: number, the share of it, and how likely it does."""

    extra: float = 0.0
    rules: list[tuple[int, float, float]] = field(default_factory=list)

    def gain(self, worth: list[float], open_: list[float]) -> float:
        return self.extra + sum(
            worth[rule] * min(open_[rule], share) * chance for rule, share, chance in self.rules
        )


def cover(
    findings: Mapping[str, Finding],
    stakes: Iterable[Stake],
    item_of: Mapping[str, str],
    extra: Mapping[str, float],
) -> dict[str, float]:
    """The statements that together close what is at stake, the most useful first, with their gain.

    `item_of` names the statement of every finding that may be asked now; `extra` is what a
    statement is worth besides.
    """
    closing = {item: _Closing(worth) for item, worth in extra.items()}
    worth: list[float] = []
    for number, stake in enumerate(stakes):
        worth.append(weight(stake))
        for item, (share, chance) in _by_item(findings, stake, item_of).items():
            closing.setdefault(item, _Closing()).rules.append((number, share, chance))
    return _greedy(closing, worth)


def _greedy(closing: Mapping[str, _Closing], worth: list[float]) -> dict[str, float]:
    open_ = [1.0] * len(worth)
    heap = [(-one.gain(worth, open_), item) for item, one in closing.items()]
    heapq.heapify(heap)
    chosen: dict[str, float] = {}
    while heap:
        promised, item = heapq.heappop(heap)
        gain = closing[item].gain(worth, open_)
        if gain <= _NOTHING:
            continue
        if gain < -promised - _NOTHING:
            heapq.heappush(heap, (-gain, item))
            continue
        chosen[item] = gain
        for rule, share, chance in closing[item].rules:
            if chance >= _EVEN:
                open_[rule] = max(0.0, open_[rule] - share)
    return _without_spare(closing, chosen, len(worth))


def _without_spare(
    closing: Mapping[str, _Closing], chosen: dict[str, float], rules: int
) -> dict[str, float]:
    """The choice without statements whose rules the others close as well, the least useful first."""
    closed = [0.0] * rules
    for item in chosen:
        for rule, share, chance in closing[item].rules:
            closed[rule] += share if chance >= _EVEN else 0.0
    kept = dict(chosen)
    for item in list(chosen):
        one = closing[item]
        own = [(rule, share if chance >= _EVEN else 0.0) for rule, share, chance in one.rules]
        if not one.extra and all(closed[rule] - share >= 1 - _NOTHING for rule, share in own):
            del kept[item]
            for rule, share in own:
                closed[rule] -= share
    return kept


def _by_item(
    findings: Mapping[str, Finding], stake: Stake, item_of: Mapping[str, str]
) -> dict[str, tuple[float, float]]:
    """For every statement the share of a rule that it closes, and how likely it does."""
    found: dict[str, tuple[float, float]] = {}
    for closer, share in stake.left.closers.items():
        item = item_of.get(closer[0])
        if item is not None:
            before, chance = found.get(item, (0.0, 1.0))
            found[item] = (min(1.0, before + share), min(chance, likely(findings, closer)))
    return found
