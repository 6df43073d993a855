"""The posterior against statsmodels, against a sampler written here, and its own laws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from statistics import NormalDist

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lumbago import load
from lumbago.evaluate_trials import ALL, BOTH
from lumbago.recovery.nof1.design import Design
from lumbago.recovery.nof1.model import Difference, Observation, Priors, fit
from lumbago.recovery.nof1.simulate import World, dealt, simulated

RECOVERY = load().recovery
PRIORS = Priors.of(RECOVERY)
DESIGN = Design.of(RECOVERY)
Array = NDArray[np.float64]


def sessions(seed: int, arms: Sequence[str] = ALL, blocks: int = 5) -> tuple[Observation, ...]:
    dice = Random(seed)
    world = World(effects={"heat": -1.5}, doses=0.5)
    return simulated(world, dealt(arms, blocks, dice), DESIGN, dice)


def design_matrix(seen: Sequence[Observation], arms: Sequence[str]) -> Array:
    """The regression, written again and as one matrix."""
    before = np.array([one.before for one in seen])
    carried = sorted({arm for one in seen for arm in (one.carry or {})})
    columns = [
        np.ones(len(seen)),
        before - before.mean(),
        np.array([one.hours for one in seen]) / 24,
        np.array([one.dose for one in seen]),
        *(np.array([(one.carry or {}).get(arm, 0.0) for one in seen]) for arm in carried),
        *(np.array([float(one.arm == arm) for one in seen]) for arm in arms),
    ]
    return np.column_stack(columns)


def correlation(seen: Sequence[Observation], rho: float, unit: float) -> Array:
    at = np.array([one.hours for one in seen])
    apart: Array = np.abs(at[:, None] - at[None, :]) / unit
    return np.where(apart == 0, 1.0, rho**apart)


@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("arms", [ALL, BOTH])
def test_it_agrees_with_generalised_least_squares(rho: float, arms: tuple[str, ...]) -> None:
    seen, sigma = sessions(3, arms), 0.8
    open_ = replace(
        PRIORS,
        intercept=(0, 1e4), slope=(0, 1e4), trend_sd=1e4, dose_sd=1e4, carry_sd=1e4,
        rho=((rho, 1.0),), sigma=((sigma, 1.0),), tau=((1e3, 1.0),),
    )  # fmt: skip
    x = design_matrix(seen, arms)[:, :-1]  # the last arm is the reference
    y = np.array([one.later for one in seen])
    found = sm.GLS(y, x, sigma=correlation(seen, rho, PRIORS.rho_hours)).fit()
    first = x.shape[1] - (len(arms) - 1)
    ours = fit(seen, arms, open_)
    for index, arm in enumerate(arms[:-1]):
        difference = ours.difference(arm, arms[-1])
        variance = found.normalized_cov_params[first + index, first + index] * sigma**2
        assert difference.mean == pytest.approx(-found.params[first + index], abs=1e-4)
        assert difference.sd == pytest.approx(math.sqrt(variance), rel=1e-4)


def gibbs(seen: Sequence[Observation], arms: Sequence[str], draws: int, seed: int) -> Array:
    """Draws of the arms by Gibbs, with a continuous spread of the noise (Metropolis on its log)."""
    dice = np.random.default_rng(seed)
    x = design_matrix(seen, arms)
    y = np.array([one.later for one in seen])
    fixed = x.shape[1] - len(arms)
    means = np.zeros(x.shape[1])
    means[:2] = PRIORS.intercept[0], PRIORS.slope[0]
    spreads = np.full(fixed, PRIORS.carry_sd)
    spreads[:4] = PRIORS.intercept[1], PRIORS.slope[1], PRIORS.trend_sd, PRIORS.dose_sd
    rhos, taus = (np.array([v for v, _ in grid]) for grid in (PRIORS.rho, PRIORS.tau))
    tau_prior = np.log([w for _, w in PRIORS.tau])
    inverses = [np.linalg.inv(correlation(seen, rho, PRIORS.rho_hours)) for rho in rhos]
    log_dets = np.array([np.linalg.slogdet(one)[1] for one in inverses])
    middle, spread = RECOVERY.comparison["prior_noise"].values[:2]
    log_sigma, r, t = math.log(middle), 0, 0
    kept = np.empty((draws, len(arms)))
    for draw in range(-500, draws):
        precision = np.concatenate([1 / spreads**2, np.full(len(arms), 1 / taus[t] ** 2)])
        weight = inverses[r] / math.exp(2 * log_sigma)
        covariance = np.linalg.inv(x.T @ weight @ x + np.diag(precision))
        mean = covariance @ (x.T @ weight @ y + precision * means)
        beta = dice.multivariate_normal(mean, covariance)
        error = y - x @ beta
        squares = np.array([error @ one @ error for one in inverses])
        scores = log_dets / 2 - squares / 2 / math.exp(2 * log_sigma)
        r = int(
            dice.choice(
                len(rhos), p=np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
            )
        )
        arm = beta[fixed:]
        scores = tau_prior - len(arms) * np.log(taus) - (arm @ arm) / 2 / taus**2
        t = int(
            dice.choice(
                len(taus), p=np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
            )
        )

        def log_density(at: float, square: float = squares[r]) -> float:
            prior = -(((at - math.log(middle)) / spread) ** 2) / 2
            return float(prior - len(y) * at - square / 2 / math.exp(2 * at))

        wanted = log_sigma + 0.35 * dice.normal()
        if math.log(dice.random()) < log_density(wanted) - log_density(log_sigma):
            log_sigma = wanted
        if draw >= 0:
            kept[draw] = arm
    return kept


@pytest.mark.parametrize(("seed", "arms", "blocks"), [(1, ALL, 4), (2, BOTH, 7), (9, ALL, 5)])
def test_it_agrees_with_a_sampler(seed: int, arms: tuple[str, ...], blocks: int) -> None:
    seen = sessions(seed, arms, blocks)
    ours = fit(seen, arms, PRIORS)
    drawn = gibbs(seen, arms, 6000, seed)
    for index in range(1, len(arms)):
        difference = ours.difference(arms[0], arms[index])
        theirs = drawn[:, index] - drawn[:, 0]
        for share, ours_share in (
            (theirs > 0.5, difference.above(0.5)),
            (np.abs(theirs) <= 0.5, difference.within(0.5)),
        ):
            batches = share.reshape(60, -1).mean(axis=1)
            error = batches.std(ddof=1) / math.sqrt(len(batches))
            assert ours_share == pytest.approx(share.mean(), abs=4 * error + 0.005)
        batches = theirs.reshape(60, -1).mean(axis=1)
        error = batches.std(ddof=1) / math.sqrt(len(batches))
        assert difference.mean == pytest.approx(theirs.mean(), abs=4 * error + 0.005)
        assert difference.sd == pytest.approx(theirs.std(), rel=0.08)


def test_without_a_session_there_is_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="no session"):
        fit((), BOTH, PRIORS)


@given(st.integers(0, 10**6), st.sampled_from([ALL, BOTH]), st.integers(1, 6))
def test_a_difference_is_the_same_seen_from_either_side(
    seed: int, arms: tuple[str, ...], blocks: int
) -> None:
    posterior = fit(sessions(seed, arms, blocks), arms, PRIORS)
    one, other = posterior.difference("heat", "cold"), posterior.difference("cold", "heat")
    assert one.mean == pytest.approx(-other.mean)
    assert one.within(0.5) == pytest.approx(other.within(0.5))
    assert one.above(0.5) + one.within(0.5) + other.above(0.5) == pytest.approx(1)
    assert sum(part.weight for part in posterior.components) == pytest.approx(1)


@given(st.integers(0, 10**6))
def test_the_names_of_the_arms_do_not_matter(seed: int) -> None:
    seen = sessions(seed, BOTH)
    names = {"heat": "cold", "cold": "heat"}
    turned = [
        replace(one, arm=names[one.arm], carry={names[a]: w for a, w in (one.carry or {}).items()})
        for one in seen
    ]
    ours = fit(seen, BOTH, PRIORS).difference("heat", "cold")
    theirs = fit(turned, BOTH, PRIORS).difference("cold", "heat")
    assert ours.mean == pytest.approx(theirs.mean, abs=1e-9)
    assert ours.above(0.5) == pytest.approx(theirs.above(0.5), abs=1e-9)


def test_what_falls_by_itself_is_not_credited_to_what_came_last() -> None:
    falling = [
        Observation(4.0 * index, "heat" if index < 6 else "cold", 8 - 0.5 * index, 8 - 0.5 * index)
        for index in range(12)
    ]
    assert abs(fit(falling, BOTH, PRIORS).difference("cold", "heat").mean) < 0.3


def test_a_quantile_and_its_share_belong_together() -> None:
    difference = Difference(((0.3, -0.2, 0.4), (0.7, 1.1, 0.6)))
    for share in (0.025, 0.5, 0.975):
        assert 1 - difference.above(difference.quantile(share)) == pytest.approx(share, abs=1e-9)
    alone = Difference(((1.0, 0.4, 0.5),))
    assert alone.above(0.5) == pytest.approx(1 - NormalDist(0.4, 0.5).cdf(0.5))
    assert alone.sd == pytest.approx(0.5)


def test_two_sessions_of_one_moment_do_no_harm() -> None:
    twice = [
        Observation(0, "heat", 5, 3),
        Observation(0, "cold", 5, 5),
        Observation(9, "heat", 4, 3),
    ]
    assert math.isfinite(fit(twice, BOTH, PRIORS).difference("heat", "cold").mean)
