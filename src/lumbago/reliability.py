"""Do probabilities hold? Of all that were said to be so with 30 %, 30 % should be so.

Claims are sorted into bins of equal width. The bands and the interval of the error come from a
bootstrap over clusters: all that is said of one person hangs together, and so do people of one world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

DRAWS: Final = 1000
"""Draws of a bootstrap."""

TAILS: Final = (2.5, 97.5)
"""The percentiles that bound a band: 95 in 100 lie within."""


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """What was said to be so with which probability, and whether it was; of `people` people.

    `cluster` holds for each claim the number, from 0, of what is drawn again as one, of `clusters`.
    """

    people: int
    clusters: int
    cluster: Index
    probability: Floats
    true: Flags

    def __len__(self) -> int:
        return len(self.probability)


@dataclass(frozen=True, slots=True)
class Bin:
    """The claims of one bin: how many, the mean probability said, the share that was so, its band."""

    low: float
    high: float
    claims: int
    said: float
    was: float
    band: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reliability:
    """How probabilities compare with what was. Bins without claims are left out.

    `error` is the expected calibration error: the gap in each bin, weighted by its claims. Few
    claims make it look larger than it is; `interval` is that of the bootstrap.
    """

    people: int
    claims: int
    bins: tuple[Bin, ...]
    error: float
    interval: tuple[float, float]


def reliability(
    claims: Claims, rng: np.random.Generator, bins: int = 10, draws: int = DRAWS
) -> Reliability:
    """Sort claims into `bins` bins of equal width, and draw their clusters again `draws` times."""
    if not len(claims):
        return Reliability(claims.people, 0, (), 0.0, (0.0, 0.0))
    place = np.minimum((claims.probability * bins).astype(np.intp), bins - 1)
    sums = np.zeros((3, claims.clusters, bins))
    values = np.stack([np.ones(len(claims)), claims.probability, claims.true])
    for part, value in zip(sums, values, strict=True):
        np.add.at(part, (claims.cluster, place), value)
    count, said, was = sums.sum(axis=1)
    drawn = _drawn(sums, rng, draws)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = drawn[2] / drawn[0]
    errors = _error(*drawn)
    return Reliability(
        people=claims.people,
        claims=len(claims),
        bins=tuple(
            Bin(
                low=number / bins,
                high=(number + 1) / bins,
                claims=int(count[number]),
                said=float(said[number] / count[number]),
                was=float(was[number] / count[number]),
                band=_band(shares[:, number]),
            )
            for number in range(bins)
            if count[number]
        ),
        error=float(_error(count, said, was)),
        interval=_band(errors),
    )


def _drawn(sums: Floats, rng: np.random.Generator, draws: int) -> Floats:
    """The sums over clusters that are drawn again with replacement: three, a draw, a bin."""
    clusters = sums.shape[1]
    found = np.empty((3, draws, sums.shape[2]))
    for draw in range(draws):
        times = np.bincount(rng.integers(clusters, size=clusters), minlength=clusters)
        found[:, draw] = times @ sums
    return found


def _error(count: Floats, said: Floats, was: Floats) -> Floats:
    """The sum over bins of the gap, by claims, for every draw."""
    error: Floats = np.abs(said - was).sum(axis=-1) / np.maximum(count.sum(axis=-1), 1)
    return error


def _band(values: Floats) -> tuple[float, float]:
    """The middle 95 in 100 of what was drawn; draws without a claim in the bin do not count."""
    known = values[np.isfinite(values)]
    low, high = np.percentile(known, TAILS) if len(known) else (0.0, 1.0)
    return float(low), float(high)
