"""Lists made from planes of bits, row by row what a loop would make."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lumbago.batch.lists import listed, rows_of
from lumbago.triage.columnar import Bits

LONG = 203


def plane(rows: set[int], extra: bool) -> Bits:
    flags = np.zeros(LONG + 5, np.bool_)
    flags[list(rows)] = True
    flags[LONG:] = extra  # bits past the last row say nothing
    return np.packbits(flags)


rows = st.sets(st.integers(0, LONG - 1), max_size=LONG)
planes = st.one_of(
    st.booleans().map(lambda every: (set(range(LONG)) if every else set(), every)),
    st.tuples(rows, st.booleans()).map(lambda pair: (pair[0], plane(*pair))),
)


@given(planes)
def test_rows_of_a_plane(made: tuple[set[int], Bits]) -> None:
    wanted, bits = made
    assert rows_of(bits, LONG).tolist() == sorted(wanted)


@given(st.lists(planes, max_size=6), st.none() | st.integers(1, 3))
def test_every_row_gets_its_numbers_in_order(
    made: list[tuple[set[int], Bits]], most: int | None
) -> None:
    lists = listed(((bits, number) for number, (_, bits) in enumerate(made)), LONG, most)
    assert len(lists) == LONG
    for row in range(LONG):
        wanted = [number for number, (held, _) in enumerate(made) if row in held]
        assert lists.row(row) == wanted[:most]
