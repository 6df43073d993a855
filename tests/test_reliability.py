"""Whether what was said with a probability was so as often."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.reliability import Claims, Reliability, reliability


def claims(probability: list[float], true: list[bool], cluster: list[int] | None = None) -> Claims:
    clusters = cluster or list(range(len(probability)))
    return Claims(
        people=len(probability),
        clusters=max(clusters, default=-1) + 1,
        cluster=np.array(clusters, np.intp),
        probability=np.array(probability, np.float64),
        true=np.array(true, np.bool_),
    )


def found(given_claims: Claims, bins: int = 10, draws: int = 200) -> Reliability:
    return reliability(given_claims, np.random.default_rng(1), bins, draws)


def test_the_error_counts_the_gaps() -> None:
    result = found(claims([0.95, 0.95, 0.15, 0.15], [True, True, False, False]))
    assert result.error == pytest.approx(0.1)
    assert [(part.low, part.high, part.claims) for part in result.bins] == [
        (0.1, 0.2, 2),
        (0.9, 1.0, 2),
    ]
    assert [(part.said, part.was) for part in result.bins] == [(0.15, 0), (0.95, 1)]
    assert found(claims([1.0], [True])).error == 0


def test_nothing_said_is_nothing_claimed() -> None:
    assert found(claims([], [])) == Reliability(0, 0, (), 0.0, (0.0, 0.0))


def test_fewer_bins_hide_more() -> None:
    said = claims([0.05, 0.35], [True, False])
    assert found(said, bins=1).error == pytest.approx(0.3)
    assert found(said, bins=10).error == pytest.approx(0.65)


def test_probabilities_that_hold_have_a_small_error() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(20_000)
    true = rng.random(20_000) < probability
    result = found(claims(probability.tolist(), true.tolist()), draws=100)
    assert result.error < 0.02
    assert all(part.band[0] <= part.was <= part.band[1] for part in result.bins)
    covered = [part.band[0] <= (part.low + part.high) / 2 <= part.band[1] for part in result.bins]
    assert sum(covered) >= 8


def test_claims_of_one_cluster_are_drawn_together() -> None:
    said, true = [0.5] * 40, [i % 2 == 0 for i in range(40)]
    alone = found(claims(said, true)).bins[0].band
    together = found(claims(said, sorted(true), [i // 10 for i in range(40)])).bins[0].band
    assert together[1] - together[0] > alone[1] - alone[0]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.integers(0, 5)), min_size=1, max_size=40)
)
def test_every_claim_is_in_one_bin(said: list[tuple[float, bool, int]]) -> None:
    probability, true, cluster = (list(part) for part in zip(*said, strict=True))
    result = found(claims(probability, true, cluster), draws=20)
    assert sum(part.claims for part in result.bins) == len(said)
    assert 0 <= result.error <= 1
    assert 0 <= result.interval[0] <= result.interval[1] <= 1
    for part in result.bins:
        assert part.low - 1e-12 <= part.said <= part.high + 1e-12
        assert 0 <= part.band[0] <= part.band[1] <= 1
