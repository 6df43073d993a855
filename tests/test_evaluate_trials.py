"""Claims where there is nothing, and power where there is something: the figures, scaled down."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from statsmodels.stats.weightstats import ttest_ind

from lumbago import load
from lumbago.evaluate_trials import ALL, BOTH, WAYS, false_claims, power
from lumbago.recovery.nof1.design import Design
from lumbago.recovery.nof1.simulate import STEEP, World, dealt, simulated, t_test

RECOVERY = load().recovery
HELPS = World(effects={"heat": -1.5})


@pytest.mark.parametrize("arms", [BOTH, ALL])
def test_steep_recovery_is_no_difference(arms: tuple[str, ...]) -> None:
    found = {one.way: one for one in false_claims(RECOVERY, STEEP, 160, 5, arms)}
    assert set(found) == set(WAYS)
    ours, products = found["ours"], found["t_test_turns"]
    assert ours.at_end <= ours.at_any_look <= 0.075, "at most 5 % and what chance adds to 160"
    assert products.at_any_look > 0.4, "the t-test credits what was tried last"


def test_a_true_difference_is_found_more_often_the_longer_one_looks() -> None:
    curve = power(RECOVERY, HELPS, 60, 5, BOTH, 10)
    assert [at.sessions for at in curve] == list(range(8, 21, 2))
    assert curve[-1].ever >= curve[3].ever >= curve[0].ever
    assert curve[3].ever > 0.55, "14 sessions are what five days hold"
    assert all(at.wrong <= 0.02 and at.missed <= 0.05 for at in curve)


def test_the_t_test_is_the_usual_one() -> None:
    dice = Random(3)
    for _ in range(20):
        one = [dice.gauss(0, 1) for _ in range(dice.randrange(2, 9))]
        other = [dice.gauss(0.7, 2) for _ in range(dice.randrange(2, 9))]
        assert t_test(one, other) == pytest.approx(ttest_ind(one, other)[1], abs=1e-6)
    assert t_test([1], [2, 3]) == 1
    assert t_test([1, 1], [1, 1]) == 1
    assert t_test([1, 1], [2, 2]) == 0


def test_simulated_sessions_come_three_a_day_in_whole_scores() -> None:
    dice, design = Random(1), Design.of(RECOVERY)
    seen = simulated(HELPS, dealt(ALL, 5, dice), design, dice)
    assert len(seen) == 15
    assert seen[0].hours == 0
    assert all(later.hours - one.hours > 3 for one, later in pairwise(seen))
    assert all(0 <= x == int(x) <= 10 for one in seen for x in (one.before, one.later))
    assert {one.arm for one in seen[:3]} == set(ALL)
