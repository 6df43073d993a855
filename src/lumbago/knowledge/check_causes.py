"""The part of `lumbago kb check` that reads the differential: numbers in range, whole, with a parent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from lumbago.errors import Position, Problem
from lumbago.evidence import Citation, Share
from lumbago.knowledge.check_words import Check, listed
from lumbago.knowledge.model import Cause, Knowledge, Link, Prior

Ids = Iterable[str]

PARAMETERS: Final = (
    "pair_odds",
    "age_band_starts",
    "adult_from",
    "back_share_if_both",
    "sample_size_verified",
    "sample_size_recalled",
    "sample_size_estimate",
    "sample_size_most",
    "prior_range_coverage",
    "interval_coverage",
    "close_ratio",
    "two_causes_from",
    "bands",
)
"""The numbers without which there is no differential."""

_BEYOND_WHOLE: Final = 0.06
"""So far from one the shares of a list may add up: none of them is known to a hundredth."""

_FOLDER: Final = "differential"


def cited_causes(
    knowledge: Knowledge,
) -> Iterator[tuple[str, Position, tuple[Citation | Share, ...]]]:
    """Everything in the differential that must have a source, with its citations.

    A link without sources of its own rests on those of its cause.
    """
    for cause in knowledge.causes.values():
        owner, at = f"cause '{cause.id}'", cause.position
        yield owner, at, cause.sources
        for prior in _priors(cause):
            citation = Citation(prior.source, prior.at, prior.confidence, prior.reason)
            yield f"{owner}, share", at, (citation,)
        yield from ((_link(cause, link), at, link.sources) for link in cause.links if link.sources)
    for clue in knowledge.clues.values():
        yield f"clue '{clue.id}'", clue.position, clue.sources
        yield f"clue '{clue.id}', share", clue.position, (clue.ordinary,)
    for group in knowledge.syndromes.values():
        yield f"syndrome '{group.id}'", group.position, group.sources
    for alike in knowledge.lookalikes.values():
        yield f"lookalikes '{alike.id}'", alike.position, alike.sources
    for parameter in knowledge.parameters.values():
        yield f"parameter '{parameter.id}'", parameter.position, parameter.sources


def named_by_causes(knowledge: Knowledge) -> Iterator[tuple[str, Position, str, Ids]]:
    """Who in the differential names something, where, what kind of thing, and the ids."""
    for cause in knowledge.causes.values():
        owner, at = f"cause '{cause.id}'", cause.position
        yield owner, at, "condition", [cause.id]
        yield owner, at, "finding or clue", [link.clue for link in cause.links]
    for group in knowledge.syndromes.values():
        yield f"syndrome '{group.id}'", group.position, "finding or clue", group.clues
    for alike in knowledge.lookalikes.values():
        yield f"lookalikes '{alike.id}'", alike.position, "cause", alike.causes


def _priors(cause: Cause) -> tuple[Prior, ...]:
    return tuple(prior for prior in (cause.back, cause.neck) if prior is not None)


def _link(cause: Cause, link: Link) -> str:
    return f"cause '{cause.id}', link to '{link.clue}'"


@listed
def links_say_how_sure(knowledge: Knowledge) -> Iterator[Problem]:
    """Every cause and link has a source as sure as it claims to be."""
    for cause in knowledge.causes.values():
        at = str(cause.position)
        bare = [link for link in cause.links if not link.sources]
        if bare and not any(citation.confidence == "estimate" for citation in cause.sources):
            said = f"cause '{cause.id}' has links without sources, and no reason for an estimate."
            yield Problem(said, at, "Add a source with `confidence: estimate` to the cause.")
        for link in cause.links:
            sure = {citation.confidence for citation in link.sources}
            if link.confidence == "verified" and "verified" not in sure:
                said = f"{_link(cause, link)} is verified, but none of its sources is."
                yield Problem(said, at, "Add the source that was seen, or call it recalled.")
            if link.confidence == "recalled" and not sure:
                said = f"{_link(cause, link)} is recalled, but from no source."
                yield Problem(said, at, "Add the source, or call it an estimate.")


@listed
def causes_are_whole(knowledge: Knowledge) -> Iterator[Problem]:
    """Every cause has a share of the pain, and all shares make a whole."""
    for cause in knowledge.causes.values():
        if not _priors(cause):
            said = f"cause '{cause.id}' has no share of any pain."
            yield Problem(said, str(cause.position), "Add `back` or `neck`.")
    for region in ("back", "neck"):
        priors = [getattr(cause, region) for cause in knowledge.causes.values()]
        total = sum(prior.share for prior in priors if prior is not None)
        if total and abs(total - 1) > _BEYOND_WHOLE:
            said = f"The shares of the causes of {region} pain add up to {total:.3f}."
            yield Problem(said, f"{_FOLDER}/causes", "They must add up to about 1.")


@listed
def shares_of_causes_are_in_range(knowledge: Knowledge) -> Iterator[Problem]:
    """Every share of a cause or clue lies between 0 and 1, and within its range."""
    for cause in knowledge.causes.values():
        for said, hint in _out_of_range(knowledge, cause):
            yield Problem(said, str(cause.position), hint)
    for clue in knowledge.clues.values():
        if not 0 < clue.ordinary.share < 1:
            said = f"clue '{clue.id}' cannot have the ordinary share {clue.ordinary.share:g}."
            yield Problem(said, str(clue.position), "Use one between 0 and 1.")
    linked = {link.clue for cause in knowledge.causes.values() for link in cause.links}
    for id_ in sorted(linked & knowledge.findings.keys()):
        finding = knowledge.findings[id_]
        if finding.ordinary is None or not 0 < finding.ordinary.share < 1:
            said = f"finding '{id_}' is linked to a cause, but has no ordinary share it could have."
            yield Problem(said, str(finding.position), "Add `ordinary`, between 0 and 1.")


def _out_of_range(knowledge: Knowledge, cause: Cause) -> Iterator[tuple[str, str]]:
    bands = knowledge.parameters.get("age_band_starts")
    for prior in _priors(cause):
        if not 0 < prior.low <= prior.share <= prior.high < 1:
            ends = f"{prior.low:g} to {prior.high:g}"
            said = f"cause '{cause.id}' has the share {prior.share:g} in a range of {ends}."
            yield said, "The range must hold the share, between 0 and 1."
    if bands and cause.age_sex.ages and len(cause.age_sex.ages) != len(bands.values):
        said = f"cause '{cause.id}' has {len(cause.age_sex.ages)} numbers for ages."
        yield said, f"There are {len(bands.values)} bands of age."
    if min((*cause.age_sex.ages, cause.age_sex.male, cause.age_sex.female)) < 0:
        yield f"cause '{cause.id}' is multiplied by less than nothing.", "Use 0 for never."
    for link in cause.links:
        for share in (link.share, link.otherwise):
            if share is not None and not 0 < share < 1:
                yield f"{_link(cause, link)} has the share {share:g}.", "Use one between 0 and 1."


@listed
def clues_count_once(knowledge: Knowledge) -> Iterator[Problem]:
    """No clue is a finding too, linked twice to a cause, or in two groups."""
    for id_ in sorted(knowledge.clues.keys() & knowledge.findings.keys()):
        at = str(knowledge.clues[id_].position)
        yield Problem(f"'{id_}' is a clue and a finding.", at, "Rename the clue.")
    for cause in knowledge.causes.values():
        for clue, times in Counter(link.clue for link in cause.links).items():
            if times > 1:
                said = f"cause '{cause.id}' has {times} links to '{clue}'."
                yield Problem(said, str(cause.position), "Keep one of them.")
    groups = knowledge.syndromes.values()
    for clue, times in Counter(clue for group in groups for clue in group.clues).items():
        if times > 1:
            said = f"clue '{clue}' is in the syndromes {times} times."
            yield Problem(said, f"{_FOLDER}/syndromes.yaml", "Keep it in one group, once.")
    for group in groups:
        strange = {clue for rivals in group.apart for clue in rivals} - set(group.clues)
        for clue in sorted(strange):
            said = f"syndrome '{group.id}' keeps '{clue}' apart, which is none of its clues."
            yield Problem(said, str(group.position), "Add it to `clues`, or remove it.")


@listed
def lookalikes_are_of_one_family(knowledge: Knowledge) -> Iterator[Problem]:
    """Causes that no answer tells apart belong to one family."""
    for alike in knowledge.lookalikes.values():
        known = [knowledge.conditions[c] for c in alike.causes if c in knowledge.conditions]
        families = sorted({condition.family for condition in known})
        if len(families) > 1:
            said = f"lookalikes '{alike.id}' are of the families {', '.join(families)}."
            yield Problem(said, str(alike.position), "Keep causes of one family together.")


@listed
def parameters_are_there(knowledge: Knowledge) -> Iterator[Problem]:
    """The numbers that the differential as a whole rests on are there."""
    for id_ in PARAMETERS if knowledge.causes else ():
        parameter = knowledge.parameters.get(id_)
        if parameter is None or not parameter.values:
            said = f"The differential lacks its parameter '{id_}'."
            yield Problem(said, f"{_FOLDER}/parameters.yaml", "Add it.")


CAUSE_CHECKS: Final[tuple[Check, ...]] = (
    links_say_how_sure,
    causes_are_whole,
    shares_of_causes_are_in_range,
    clues_count_once,
    lookalikes_are_of_one_family,
    parameters_are_there,
)
"""The checks of the differential, in the order in which they are printed."""
