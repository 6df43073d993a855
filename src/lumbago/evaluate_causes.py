"""Where the causes that labellers accept stand in a differential."""

from __future__ import annotations

from dataclasses import dataclass

from lumbago.assess import Assessment
from lumbago.knowledge.model import Knowledge


@dataclass(frozen=True, slots=True)
class Fit:
    """How a differential meets the accepted causes of one case.

    `cause` and `family` are ranks from 1, None where none is in the list; causes that cannot be
    told apart share a rank, families are counted once in the order of their first cause. `serious`:
    the first accepted cause is one; `kept`: an accepted one is likely or not to be missed.
    """

    cause: int | None
    family: int | None
    serious: bool
    kept: bool


def fit_of(knowledge: Knowledge, assessment: Assessment, accepted: tuple[str, ...]) -> Fit | None:
    """The fit for one case; None where no accepted cause is known to the knowledge base."""
    known = [cause for cause in accepted if cause in knowledge.conditions]
    if not known:
        return None
    found = assessment.differential
    named = [{one.condition, *one.alike} for one in found.likely]
    families = list(dict.fromkeys(knowledge.conditions[cause].family for cause in found.ranked))
    wanted = {knowledge.conditions[cause].family for cause in known}
    shown = set(assessment.not_to_be_missed).union(*named)
    return Fit(
        cause=next((i for i, group in enumerate(named, 1) if group & set(known)), None),
        family=next((i for i, family in enumerate(families, 1) if family in wanted), None),
        serious=knowledge.conditions[known[0]].serious,
        kept=bool(shown & set(known)),
    )
