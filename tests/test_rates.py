"""Shares, their intervals, and gaps between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.rates import Gap, Paired, Rate, gap_json, paired_json, rate_json


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    of = draw(st.integers(0, 500))
    return Rate(draw(st.integers(0, of)), of)


def test_wilson_interval() -> None:
    low, high = Rate(8, 10).interval
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Rate(0, 53).interval == pytest.approx((0, 0.0676), abs=1e-4)
    assert Rate(5, 5).interval[1] == 1
    assert str(Rate(8, 10)) == "80 % (49-94)"


def test_a_rate_of_nothing_claims_nothing() -> None:
    assert (Rate(0, 0).share, Rate(0, 0).interval, str(Rate(0, 0))) == (None, (0.0, 1.0), "-")
    nothing = Gap(Rate(1, 2), Rate(0, 0))
    assert (nothing.difference, nothing.interval, str(nothing)) == (None, (-1.0, 1.0), "-")
    assert not nothing.clear
    assert gap_json(nothing) == {"difference": None, "interval": [-1.0, 1.0]}


def test_the_interval_of_a_gap_is_that_of_the_paper() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, Table II, method 10
    gap = Gap(Rate(56, 70), Rate(48, 80))
    assert gap.difference == pytest.approx(0.2)
    assert gap.interval == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert gap.clear
    assert str(gap) == "+20 (+5 to +33)"
    assert Gap(Rate(10, 10), Rate(0, 10)).interval == pytest.approx((0.6075, 1), abs=1e-4)


@given(rates(), rates())
def test_a_gap_lies_in_its_interval_and_turns_its_sign(one: Rate, other: Rate) -> None:
    gap, back = Gap(one, other), Gap(other, one)
    low, high = gap.interval
    assert -1 <= low <= high <= 1
    assert back.interval == pytest.approx((-high, -low))
    if gap.difference is not None:
        assert low - 1e-9 <= gap.difference <= high + 1e-9


@given(rates())
def test_a_share_lies_in_its_interval(rate: Rate) -> None:
    low, high = rate.interval
    assert 0 <= low <= high <= 1
    assert rate.share is None or low - 1e-9 <= rate.share <= high + 1e-9
    assert rate_json(rate)["hits"] == rate.hits


# ----------------------------------------------------------------------------------------- pairs

PAIRS = st.builds(Paired, *(st.integers(0, 300) for _ in range(4)))


@given(PAIRS)
def test_pairs_say_what_their_sides_say(pair: Paired) -> None:
    assert pair.before.of == pair.after.of == pair.people
    assert (pair.swapped.before, pair.swapped.after) == (pair.after, pair.before)
    if pair.difference is None:
        assert (pair.people, pair.interval, pair.clear) == (0, (-1.0, 1.0), False)
        return
    low, high = pair.interval
    assert -1 <= low <= pair.difference <= high <= 1
    back_low, back_high = pair.swapped.interval
    assert (-back_high, -back_low) == pytest.approx((low, high), abs=1e-12)


def test_pairs_are_added() -> None:
    assert Paired(1, 2, 3, 4) + Paired(10, 20, 30, 40) == Paired(11, 22, 33, 44)


def test_where_nothing_ties_them_pairs_are_as_wide_as_apart() -> None:
    pair = Paired(25, 25, 25, 25)
    assert pair.interval == pytest.approx(Gap(Rate(50, 100), Rate(50, 100)).interval)
    tied = Paired(49, 1, 1, 49)
    assert tied.interval[1] < pair.interval[1] / 3


@pytest.mark.parametrize(
    ("shares", "people"),
    [
        ((0.3, 0.1, 0.05, 0.55), 60),
        ((0.02, 0.005, 0.001, 0.974), 2000),
        ((0.3, 0.003, 0, 0.697), 9000),
    ],
)
def test_the_interval_of_pairs_holds_as_often_as_it_says(
    shares: tuple[float, ...], people: int
) -> None:
    dice, hits, tries = np.random.default_rng(0), 0, 800
    for counts in dice.multinomial(people, shares, size=tries):
        low, high = Paired(*(int(count) for count in counts)).interval
        hits += low <= shares[2] - shares[1] <= high
    assert 0.93 <= hits / tries <= 0.995


def test_pairs_as_data() -> None:
    data = paired_json(Paired(10, 4, 1, 85))
    assert (data["before"]["hits"], data["after"]["hits"]) == (14, 11)
    assert (data["before_only"], data["after_only"], data["difference"]) == (4, 1, -0.03)
    assert data["interval"][0] < -0.03 < data["interval"][1]
