"""The order of a comparison: dealt by a seed, each block whole, fair, and the same everywhere."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago import load
from lumbago.evaluate_trials import ALL, BOTH
from lumbago.recovery.nof1.design import Design, order

DESIGN = Design.of(load().recovery)
ARMS = st.sampled_from([ALL, BOTH, ("rest", "cold")])


@given(st.text(max_size=40), ARMS, st.integers(1, 12))
def test_each_block_has_every_arm_once(seed: str, arms: tuple[str, ...], blocks: int) -> None:
    found = order(seed, arms, blocks)
    assert [slot.number for slot in found] == list(range(1, len(found) + 1))
    for block in range(1, blocks + 1):
        assert sorted(slot.arm for slot in found if slot.block == block) == sorted(arms)
    assert order(seed, tuple(reversed(arms)), blocks) == found
    assert order(seed, arms, blocks + 1)[: len(found)] == found


def test_a_seed_gives_the_same_order_in_every_version() -> None:
    found = "".join(slot.arm[0] for slot in order("4f" * 16, ALL, 5))
    assert found == "hrcrchrchhrchcr"


def test_every_order_of_a_block_is_dealt_about_as_often() -> None:
    seen = Counter(tuple(s.arm for s in order(str(seed), ALL, 1)) for seed in range(6000))
    assert len(seen) == 6
    assert all(850 < count < 1150 for count in seen.values())


@pytest.mark.parametrize(
    ("minutes", "window"),
    [(5, "running"), (15, "after"), (39, "after"), (40, "later"), (80, "later"), (81, "lapsed")],
)
def test_a_score_is_what_it_is_by_its_time(minutes: int, window: str) -> None:
    assert DESIGN.window(timedelta(minutes=minutes)) == window


def test_the_days_hold_so_many_blocks() -> None:
    assert (DESIGN.blocks(2), DESIGN.blocks(3)) == (7, 5)
    assert DESIGN.apart > DESIGN.whole
