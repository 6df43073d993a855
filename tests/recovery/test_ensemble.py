from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.recovery import Stage
from lumbago.recovery.ensemble import (
    Ensemble,
    Family,
    Scale,
    Spread,
    beta,
    by_chance,
    ensemble,
    evenly,
    families_of,
    recovered_days,
    stage_of,
    starts,
)

STAGES: tuple[Stage, ...] = ("acute", "subacute", "persistent")


def _one(knowledge: Knowledge, stage: Stage, name: str, spread: Spread | None = None) -> Family:
    spread = spread or evenly(Random(3))
    return ensemble(knowledge.recovery, stage, spread, (name,), 3000).families[0]


def _mean(family: Family, day: float) -> float:
    levels = (curve(day) for curve in family.curves)
    return sum(one * level for one, level in zip(family.weight, levels, strict=True))


def _recovered(family: Family, by: float) -> float:
    days = zip(family.weight, family.recovered, strict=True)
    return sum(one for one, day in days if day <= by)


@pytest.mark.parametrize("spread", [evenly, by_chance])
def test_a_pooled_family_has_the_published_means(
    knowledge: Knowledge, spread: Callable[[Random], Spread]
) -> None:
    for curve in knowledge.recovery.curves.values():
        drawn = _one(knowledge, curve.stage, curve.family, spread(Random(3)))
        for week, mean, low, high in zip(
            curve.weeks, curve.means, curve.lows, curve.highs, strict=True
        ):
            found = _mean(drawn, 7 * week)
            assert low <= found <= high, f"{curve.id}, week {week}: {found} for {mean}"


def test_a_pooled_family_has_the_published_shares_of_recovery(knowledge: Knowledge) -> None:
    for share in knowledge.recovery.shares.values():
        if share.fits:
            found = _recovered(_one(knowledge, "acute", share.fits), share.by_days)
            assert found == pytest.approx(share.share, abs=0.05), share.id


def test_the_classes_recover_as_their_names_say(knowledge: Knowledge) -> None:
    drawn = _one(knowledge, "acute", "classes")
    assert _recovered(drawn, 14) == pytest.approx(567 / 1585, abs=0.03)
    assert _recovered(drawn, 84) == pytest.approx(1110 / 1585, abs=0.03)


def test_people_differ_after_the_start_about_as_much_as_is_told(knowledge: Knowledge) -> None:
    drawn = _one(knowledge, "acute", "wallwork")
    mean, levels = _mean(drawn, 84), [curve(84) for curve in drawn.curves]
    apart = zip(drawn.weight, levels, strict=True)
    assert 18 <= math.sqrt(sum(one * (level - mean) ** 2 for one, level in apart)) <= 26


@pytest.mark.parametrize("stage", STAGES)
def test_an_ensemble_is_whole_and_the_same_for_the_same_dice(
    knowledge: Knowledge, stage: Stage
) -> None:
    one, other = (
        ensemble(knowledge.recovery, stage, evenly(Random(9)), members=600) for _ in range(2)
    )
    assert sum(one.weight) == pytest.approx(1)
    assert min(one.weight) >= 0
    assert one.weight == other.weight
    low, high = one.scale.forth(0), one.scale.forth(100)
    for day in range(0, 365, 7):
        roots = one.on(day, 0)
        assert len(roots) == len(one.weight)
        assert all(low <= root <= high for root in roots)
        assert roots == other.on(day, 0)


@pytest.mark.parametrize("stage", STAGES)
def test_two_drawings_of_an_ensemble_say_nearly_the_same(
    knowledge: Knowledge, stage: Stage
) -> None:
    drawn = [ensemble(knowledge.recovery, stage, evenly(Random(seed))) for seed in (1, 2)]
    for day in (7, 28, 84, 200):
        means = [
            sum(map(float.__mul__, one.weight, map(one.scale.back, one.on(day, 3))))
            for one in drawn
        ]
        assert means[0] == pytest.approx(means[1], abs=0.8)


def test_each_member_goes_by_its_own_clock(acute: Ensemble) -> None:
    later, at_once = acute.on(30, 10), acute.on(30, 0)
    place = 0
    for family in acute.families:
        members = slice(place, place + len(family.curves))
        place = members.stop
        if family.from_entry:
            assert later[members] == family.roots(20, acute.scale.offset)
        else:
            assert later[members] == at_once[members]
        entered = 10 if family.from_entry else 0
        assert acute.recovery_day(10)[members] == [day + entered for day in family.recovered]
    assert acute.on(-5, 0) == acute.on(0, 0)
    assert acute.on(1000, 0) == acute.on(acute.last_day, 0)


def test_the_classes_are_of_acute_pain_alone(knowledge: Knowledge) -> None:
    assert families_of(knowledge.recovery, "acute") == ("classes", "costa", "wallwork")
    assert families_of(knowledge.recovery, "subacute") == ("wallwork",)
    assert families_of(knowledge.recovery, "persistent") == ("costa", "wallwork")
    with pytest.raises(KeyError, match="classes"):
        ensemble(knowledge.recovery, "subacute", evenly(Random(0)), ("classes",))


def test_the_stage_is_that_of_the_first_score(knowledge: Knowledge) -> None:
    stages = [stage_of(knowledge.recovery, day) for day in (0, 41.9, 42, 83.9, 84, 300)]
    assert stages == ["acute", "acute", "subacute", "subacute", "persistent", "persistent"]


def test_recovery_is_seven_days_in_a_row(knowledge: Knowledge) -> None:
    curves = (
        lambda day: 10 if day >= 10 else 40,
        lambda day: 0 if 5 <= day < 11 else 40,
        lambda day: 5 if 5 <= day < 12 else 40,
        lambda day: 10 if day >= 358 else 40,
        lambda day: 10 if day >= 359 else 40,
    )
    found = list(recovered_days(curves, knowledge.recovery))
    assert found == [10, math.inf, 5, 358, math.inf]


@given(low=st.lists(st.booleans(), min_size=365, max_size=365), runs=st.integers(1, 12))
def test_the_day_of_recovery_is_what_looking_at_every_day_finds(
    knowledge: Knowledge, low: list[bool], runs: int
) -> None:
    stretched = [one for one in low for _ in range(runs)][:365]
    starts_ = (day for day in range(365 - 6) if all(stretched[day : day + 7]))
    curve = [lambda day: 0.0 if stretched[int(day)] else 40.0]
    assert list(recovered_days(curve, knowledge.recovery)) == [next(starts_, math.inf)]


@given(n=st.integers(1, 400), dimensions=st.integers(1, 6), seed=st.integers(0, 99))
def test_points_lie_within_the_cube_one_in_each_slice(n: int, dimensions: int, seed: int) -> None:
    for spread in (evenly, by_chance):
        points = list(spread(Random(seed))(n, dimensions))
        assert len(points) == n
        assert all(
            len(point) == dimensions and 0 < min(point) <= max(point) < 1 for point in points
        )
    slices = [int(point[0] * n) for point in evenly(Random(seed))(n, dimensions)]
    assert len(set(slices)) >= n - 1


@pytest.mark.parametrize("dimensions", [2, 3, 6])
def test_even_points_leave_fewer_gaps_than_chance(dimensions: int) -> None:
    def error(spread: Spread) -> float:
        # the share of points below a corner, against the volume below it
        points = list(spread(500, dimensions))
        corners = list(by_chance(Random(5))(200, dimensions))
        return fmean(
            abs(
                fmean(all(map(float.__lt__, point, corner)) for point in points) - math.prod(corner)
            )
            for corner in corners
        )

    assert error(evenly(Random(1))) < 0.6 * error(by_chance(Random(1)))


def test_starts_are_normal_within_what_people_bring(knowledge: Knowledge) -> None:
    level = starts(knowledge.recovery, 60)
    levels = [level((n + 0.5) / 1000) for n in range(1000)]
    assert levels == sorted(levels)
    lowest = knowledge.recovery.number("lowest_start")
    assert lowest <= levels[0] < lowest + 5
    assert 95 < levels[-1] <= 100
    assert fmean(levels) == pytest.approx(60, abs=1)


@settings(max_examples=15)
@given(a=st.floats(0.1, 6), b=st.floats(0.1, 6))
def test_what_is_left_at_the_plateau_has_the_moments_of_its_beta(a: float, b: float) -> None:
    quantile = beta(a, b)
    shares = [quantile((n + 0.5) / 4000) for n in range(4000)]
    assert shares == sorted(shares)
    mean, variance = a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1))
    assert fmean(shares) == pytest.approx(mean, abs=2e-3)
    assert fmean((one - mean) ** 2 for one in shares) == pytest.approx(variance, abs=2e-3)


def test_the_scale_goes_forth_and_back() -> None:
    scale = Scale(10)
    for level in (0, 10, 55, 100):
        assert scale.back(scale.forth(level)) == pytest.approx(level)
    assert [scale.back(root) for root in (-4.0, 99.0)] == [0, 100]
    assert [scale.forth(level) for level in (-4, 104)] == [scale.forth(0), scale.forth(100)]
