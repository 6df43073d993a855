"""Shares, their intervals, and gaps between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.rates import Gap, Rate, gap_json, rate_json


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
