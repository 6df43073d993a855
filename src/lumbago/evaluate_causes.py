"""Where the causes that labellers accept stand in a differential, and how sure it was of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lumbago.differential.explain import Differential
from lumbago.knowledge.model import Knowledge
from lumbago.rates import Rate

FIRST: Final = 1
"""The rank of what comes first."""

SHORT_LIST: Final = 3
"""So many causes are read by everybody."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What was said to be so with which probability, and whether it was."""

    probability: float
    true: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """How a differential meets the accepted causes of one case.

    `cause` and `family` are ranks from 1, None where none is in the list; causes that cannot be
    told apart share a rank, families are counted once in the order of their first cause. `serious`:
    the first accepted cause is one; `kept`: an accepted one is likely or not to be missed. `label`
    is the accepted family that stands highest, `told` the family that comes first, empty without a
    list. Claims are kept of every cause and family that is worth a word.
    """

    cause: int | None
    family: int | None
    serious: bool
    kept: bool
    label: str = ""
    told: str = ""
    first: Claim | None = None
    causes: tuple[Claim, ...] = ()
    families: tuple[Claim, ...] = ()


def fit_of(
    knowledge: Knowledge,
    found: Differential,
    not_to_be_missed: Iterable[str],
    accepted: tuple[str, ...],
) -> Fit | None:
    """The fit for one case; None where no accepted cause is known to the knowledge base."""
    known = [cause for cause in accepted if cause in knowledge.conditions]
    if not known:
        return None
    named = [{one.condition, *one.alike} for one in found.likely]
    families = list(dict.fromkeys(knowledge.conditions[cause].family for cause in found.ranked))
    wanted = dict.fromkeys(knowledge.conditions[cause].family for cause in known)
    shown = set(not_to_be_missed).union(*named)
    worth = knowledge.parameters["bands"].values[-1]
    claims = [Claim(share, cause in known) for cause, share in found.ranked.items()]
    return Fit(
        cause=next((i for i, group in enumerate(named, 1) if group & set(known)), None),
        family=next((i for i, family in enumerate(families, 1) if family in wanted), None),
        serious=knowledge.conditions[known[0]].serious,
        kept=bool(shown & set(known)),
        label=next((family for family in families if family in wanted), next(iter(wanted))),
        told=families[0] if families else "",
        first=claims[0] if claims else None,
        causes=tuple(claim for claim in claims if claim.probability >= worth),
        families=tuple(Claim(one.probability, one.family in wanted) for one in found.families),
    )


@dataclass(frozen=True, slots=True)
class CauseScore:
    """How often an accepted cause, or its family, comes first or among the first three.

    `serious_kept`: of the serious causes, those among the likely or not to be missed. `families`
    counts cases by the family of their label, then by the family that came first (empty: no list);
    `in_three` counts those by label whose family is among the first three.
    """

    cause_first: Rate
    cause_in_three: Rate
    family_first: Rate
    family_in_three: Rate
    serious_kept: Rate
    families: Mapping[tuple[str, str], int]
    in_three: Mapping[str, int]


def cause_score(fits: Iterable[Fit]) -> CauseScore:
    """The figures over cases with a labelled cause."""
    fits = list(fits)
    serious = [fit for fit in fits if fit.serious]

    def within(ranks: Iterable[int | None], limit: int) -> Rate:
        return Rate(sum(rank is not None and rank <= limit for rank in ranks), len(fits))

    causes, families = [fit.cause for fit in fits], [fit.family for fit in fits]
    return CauseScore(
        cause_first=within(causes, FIRST),
        cause_in_three=within(causes, SHORT_LIST),
        family_first=within(families, FIRST),
        family_in_three=within(families, SHORT_LIST),
        serious_kept=Rate(sum(fit.kept for fit in serious), len(serious)),
        families=Counter((fit.label, fit.told) for fit in fits),
        in_three=Counter(fit.label for fit in fits if fit.family and fit.family <= SHORT_LIST),
    )
