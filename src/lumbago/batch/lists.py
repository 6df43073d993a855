"""Lists of different length, one a row, made from planes of bits without a loop over rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lumbago.triage.columnar import Bits, both

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Small numbers in lists: those of row i are `values[offsets[i]:offsets[i + 1]]`."""

    offsets: NDArray[np.int32]
    values: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def row(self, row: int) -> list[int]:
        """The list of one row."""
        found: list[int] = self.values[self.offsets[row] : self.offsets[row + 1]].tolist()
        return found


def listed(entries: Iterable[tuple[Bits, int]], rows: int, most: int | None = None) -> Lists:
    """A list a row: the numbers whose plane has the row, in the order of the entries.

    With `most`, only so many of a row are kept.
    """
    counts = np.zeros(rows, np.int32)
    parts: list[tuple[Rows, NDArray[np.int32], int]] = []
    room: Bits = True
    for plane, value in entries:
        found = rows_of(both(plane, room), rows)
        if len(found):
            places = counts[found]
            parts.append((found, places, value))
            counts[found] = places + 1
            if most is not None:
                room = np.packbits(counts < most)
    offsets = np.zeros(rows + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    values = np.empty(int(offsets[-1]), np.int16)
    for found, places, value in parts:
        values[offsets[found] + places] = value
    return Lists(offsets, values)


def rows_of(plane: Bits, rows: int) -> Rows:
    """The numbers of the rows of a plane, ascending."""
    if isinstance(plane, bool):
        return np.arange(rows if plane else 0)
    filled = np.flatnonzero(plane)
    if len(filled) * 8 >= len(plane):
        return np.flatnonzero(np.unpackbits(plane, count=rows))
    line, bit = np.nonzero(np.unpackbits(plane[filled]).reshape(-1, 8))
    found: Rows = filled[line] * 8 + bit
    return found[: int(np.searchsorted(found, rows))]
