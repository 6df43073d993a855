from __future__ import annotations

import numpy as np
import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.recovery.ensemble import (
    Ensemble,
    Scale,
    ensemble,
    families_of,
    recovered_day,
    stage_of,
)


def _one(knowledge: Knowledge, stage: str, family: str) -> Ensemble:
    return ensemble(knowledge.recovery, stage, np.random.default_rng(3), (family,), 3000)  # type: ignore[arg-type]


def test_a_pooled_family_has_the_published_means(knowledge: Knowledge) -> None:
    for curve in knowledge.recovery.curves.values():
        drawn = _one(knowledge, curve.stage, curve.family)
        for week, mean, low, high in zip(
            curve.weeks, curve.means, curve.lows, curve.highs, strict=True
        ):
            found = drawn.mean(min(7 * week, 364))
            assert low <= found <= high, f"{curve.id}, week {week}: {found} for {mean}"


def test_a_pooled_family_has_the_published_shares_of_recovery(knowledge: Knowledge) -> None:
    for share in knowledge.recovery.shares.values():
        if share.fits:
            drawn = _one(knowledge, "acute", share.fits)
            found = float(drawn.weight @ (drawn.recovered <= share.by_days))
            assert found == pytest.approx(share.share, abs=0.05), share.id


def test_the_classes_recover_as_their_names_say(knowledge: Knowledge) -> None:
    drawn = _one(knowledge, "acute", "classes")
    by_two = float(drawn.weight @ (drawn.recovered <= 14))
    by_twelve = float(drawn.weight @ (drawn.recovered <= 84))
    assert by_two == pytest.approx(567 / 1585, abs=0.03)
    assert by_twelve == pytest.approx(1110 / 1585, abs=0.03)


def test_people_differ_after_the_start_about_as_much_as_is_told(knowledge: Knowledge) -> None:
    drawn = _one(knowledge, "acute", "wallwork")
    levels = drawn.scale.back(drawn.roots[:, 84])
    mean = drawn.weight @ levels
    spread = float(np.sqrt(drawn.weight @ (levels - mean) ** 2))
    assert 18 <= spread <= 26


@pytest.mark.parametrize("stage", ["acute", "subacute", "persistent"])
def test_an_ensemble_is_whole_and_the_same_for_the_same_dice(
    knowledge: Knowledge, stage: str
) -> None:
    one, other = (
        ensemble(knowledge.recovery, stage, np.random.default_rng(9), members=600)  # type: ignore[arg-type]
        for _ in range(2)
    )
    assert one.weight.sum() == pytest.approx(1)
    assert (one.weight >= 0).all()
    assert np.isfinite(one.roots).all()
    assert (one.roots == other.roots).all()
    assert (one.weight == other.weight).all()


def test_the_classes_are_of_acute_pain_alone(knowledge: Knowledge) -> None:
    assert families_of(knowledge.recovery, "acute") == ("classes", "costa", "wallwork")
    assert families_of(knowledge.recovery, "subacute") == ("wallwork",)
    assert families_of(knowledge.recovery, "persistent") == ("costa", "wallwork")
    with pytest.raises(KeyError, match="classes"):
        ensemble(knowledge.recovery, "subacute", np.random.default_rng(0), ("classes",))


def test_the_stage_is_that_of_the_first_score(knowledge: Knowledge) -> None:
    stages = [stage_of(knowledge.recovery, day) for day in (0, 41.9, 42, 83.9, 84, 300)]
    assert stages == ["acute", "acute", "subacute", "subacute", "persistent", "persistent"]


def test_recovery_is_seven_days_in_a_row(knowledge: Knowledge) -> None:
    levels = np.full((3, 30), 40.0)
    levels[0, 10:] = 10
    levels[1, 5:11] = 0
    levels[2, 5:12] = 5
    assert recovered_day(levels, knowledge.recovery).tolist() == [10, np.inf, 5]


def test_the_scale_goes_forth_and_back() -> None:
    scale = Scale(10)
    levels = np.linspace(0, 100, 11)
    assert scale.back(scale.forth(levels)) == pytest.approx(levels)
    assert scale.back(np.array([-4.0, 99.0])).tolist() == [0, 100]
