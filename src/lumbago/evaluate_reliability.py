"""Does the differential mean what it says? On written cases, and on people of known cause.

Written cases are chosen, not met: serious causes are many times more frequent in them than in life,
so no target is set there. Simulated people come from other worlds than the one the differential
believes in: their numbers are moved, and their clues hang together otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from lumbago.differential.columnar import Network
from lumbago.differential.scalar import NECK
from lumbago.evaluate import Evaluation, Mode
from lumbago.evaluate_causes import Claim, Fit
from lumbago.knowledge.model import Knowledge
from lumbago.reliability import DRAWS, Claims, Reliability, reliability
from lumbago.simulate_causes import BLOCK, Caused, World, people_by_cause

CASE_BINS: Final = 5
PEOPLE_BINS: Final = 10

PROMISED: Final = 0.05
"""The expected calibration error of the first cause, on people drawn as usual, is at most this."""

ENOUGH: Final = 20_000
"""With fewer people there are so few worlds that the error says more of the draw than of the numbers."""


class View(StrEnum):
    """What is claimed: the first cause, every cause worth a word, every family worth a word."""

    FIRST = "first_cause"
    CAUSES = "named_causes"
    FAMILIES = "named_families"


WORLDS: Final[Mapping[str, World]] = {
    "usual": World(),
    "close": World(together=0.8),
    "few_answers": World(answered=0.25),
    "all_answers": World(answered=1),
    "neck": World(region=NECK),
    "even": World(even=1),
}
"""Ways of drawing people; `usual` is the one that the promise is about, `even` breaks the priors."""

Views = Mapping[View, Reliability]


@dataclass(frozen=True, slots=True)
class Sureness:
    """How reliable the probabilities are: on the cases by mode, and on simulated people by world."""

    cases: Mapping[Mode, Views]
    people: Mapping[str, Views]
    drawn: int
    seed: int


def sureness(
    knowledge: Knowledge, result: Evaluation, people: int, seed: int, draws: int = DRAWS
) -> Sureness:
    """The reliability on the cases of an evaluation, and on `people` drawn by seed in each world.

    No people are drawn if `people` is 0.
    """
    network = Network(knowledge)
    worth = knowledge.parameters["bands"].values[-1]
    dice = np.random.default_rng([seed, people])
    cases = {
        mode: {
            view: reliability(claims, dice, CASE_BINS, draws)
            for view, claims in case_claims(outcome.fit for outcome in outcomes).items()
        }
        for mode, outcomes in result.outcomes.items()
    }
    drawn = {
        name: {
            view: reliability(claims, dice, PEOPLE_BINS, draws)
            for view, claims in people_claims(
                network, _drawn(knowledge, people, seed, world), worth
            )
        }
        for name, world in (WORLDS if people else {}).items()
    }
    return Sureness(cases, drawn, people, seed)


def _drawn(knowledge: Knowledge, people: int, seed: int, world: World) -> Caused:
    return people_by_cause(knowledge, people, np.random.default_rng(seed), world)


def case_claims(fits: Iterable[Fit | None]) -> Mapping[View, Claims]:
    """The claims about cases with a labelled cause; what labellers accept counts as so."""
    known = [fit for fit in fits if fit is not None]
    parts: Mapping[View, Callable[[Fit], tuple[Claim, ...]]] = {
        View.FIRST: lambda fit: (fit.first,) if fit.first else (),
        View.CAUSES: lambda fit: fit.causes,
        View.FAMILIES: lambda fit: fit.families,
    }
    return {view: _claims([part(fit) for fit in known]) for view, part in parts.items()}


def _claims(said: list[tuple[Claim, ...]]) -> Claims:
    return Claims(
        people=len(said),
        clusters=len(said),
        cluster=np.repeat(np.arange(len(said)), [len(claims) for claims in said]),
        probability=np.array([claim.probability for claims in said for claim in claims]),
        true=np.array([claim.true for claims in said for claim in claims], np.bool_),
    )


def people_claims(network: Network, people: Caused, worth: float) -> Iterator[tuple[View, Claims]]:
    """The claims about people whose causes are known; below `worth` nothing is named.

    People of one world are drawn again together.
    """
    found = network.posterior(people.table)
    active = np.zeros(found.probability.shape, np.bool_)
    active[:, [network.causes.index(cause) for cause in people.causes]] = people.active
    families = [network.knowledge.conditions[cause].family for cause in network.causes]
    member = np.array([[name == family for name in network.families] for family in families])
    in_family = active.astype(np.uint8) @ member.astype(np.uint8) > 0
    rows = np.arange(len(people))
    first = found.probability.argmax(axis=1)
    for view, said, true, (row, place) in (
        (View.FIRST, found.probability, active, (rows, first)),
        (View.CAUSES, found.probability, active, np.nonzero(found.probability >= worth)),
        (View.FAMILIES, found.family, in_family, np.nonzero(found.family >= worth)),
    ):
        yield (
            view,
            Claims(
                people=len(people),
                clusters=-(-len(people) // BLOCK),
                cluster=row // BLOCK,
                probability=said[row, place].astype(np.float64),
                true=true[row, place],
            ),
        )


def sureness_json(found: Sureness) -> dict[str, Any]:
    """The reliability as JSON data."""
    return {
        "cases": {str(mode): _views_json(views) for mode, views in found.cases.items()},
        "people": {name: _views_json(views) for name, views in found.people.items()},
        "promised": PROMISED,
        "drawn": found.drawn,
        "seed": found.seed,
    }


def _views_json(views: Views) -> dict[str, Any]:
    return {str(view): _reliability_json(one) for view, one in views.items()}


def _reliability_json(one: Reliability) -> dict[str, Any]:
    return {
        "people": one.people,
        "claims": one.claims,
        "expected_calibration_error": round(one.error, 4),
        "interval": [round(end, 4) for end in one.interval],
        "bins": [
            {
                "from": round(part.low, 4),
                "to": round(part.high, 4),
                "claims": part.claims,
                "said": round(part.said, 4),
                "was": round(part.was, 4),
                "band": [round(end, 4) for end in part.band],
            }
            for part in one.bins
        ],
    }
