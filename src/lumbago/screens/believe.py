"""Everything the answers rest on, to be checked: rules, sources, proofs, hazards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lumbago.evidence import Citation, Source
from lumbago.expr import show
from lumbago.knowledge.model import Disposition, Hazard, Knowledge
from lumbago.quantity import from_base
from lumbago.triage.proof import recorded, stale
from lumbago.wording import Wording


@dataclass(frozen=True, slots=True)
class CitedSource:
    """One source with its place and how sure we are, in words."""

    citation: str
    at: str
    sure: str
    address: str
    doi: str
    read: str
    weak: bool


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule with everything behind it."""

    id: str
    level: str
    because: str
    when: str
    action: str
    protects: str
    costs: str
    findings: tuple[str, ...]
    sources: tuple[CitedSource, ...]
    conflicts: tuple[tuple[str, tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One safety claim: what it says, and whether it is proved of these rules."""

    sentence: str
    proved: bool


def levels(wording: Wording) -> tuple[tuple[str, str, int], ...]:
    """Every level that rules ask for, most urgent first: id, title, how many rules."""
    rules = wording.knowledge.rules.values()
    counts = {d: sum(rule.disposition is d for rule in rules) for d in reversed(Disposition)}
    titles = wording.words["dispositions"]
    return tuple((d.id, str(titles[d.id]["title"]), n) for d, n in counts.items() if n)


def rules_of(wording: Wording, level: str) -> tuple[tuple[str, str, str], ...]:
    """The rules of a level: id, the sentence of its reason, what it protects against."""
    return tuple(
        (rule.id, wording.because(rule), wording.condition(rule.protects_against))
        for rule in wording.knowledge.rules_by_urgency
        if rule.disposition.id == level
    )


def rule(wording: Wording, id_: str) -> RuleView | None:
    """One rule, or None if there is none of this id."""
    knowledge = wording.knowledge
    found = knowledge.rules.get(id_)
    if found is None:
        return None
    return RuleView(
        id=found.id,
        level=str(wording.words["dispositions"][found.disposition.id]["title"]),
        because=wording.because(found),
        when=_shown(knowledge, found.when),
        action=wording.action(found.action),
        protects=wording.condition(found.protects_against),
        costs=found.costs,
        findings=tuple(wording.short(f) for f in knowledge.findings_of_rule[found.id]),
        sources=tuple(_cited(wording, citation) for citation in found.sources),
        conflicts=tuple(_conflicts(wording, found.id, found.disagrees)),
    )


def _shown(knowledge: Knowledge, expr: object) -> str:
    def in_unit(finding: str, value: int) -> object:
        unit = knowledge.findings[finding].unit
        return from_base(value, unit) if unit else value

    return show(expr, in_unit)  # type: ignore[arg-type]


def _cited(wording: Wording, citation: Citation) -> CitedSource:
    source = wording.knowledge.sources.get(citation.source)
    text = wording.words["screens"]
    sure = wording.message("verified_mark")
    if citation.confidence == "recalled":
        sure = str(text["believe_recalled"])
    elif citation.confidence == "estimate":
        sure = str(text["believe_estimate"]).format(reason=citation.reason)
    return CitedSource(
        citation=source.citation if source else citation.source,
        at=citation.at,
        sure=sure,
        address=source.address if source else "",
        doi=source.doi if source else "",
        read=source.read if source else "",
        weak=bool(source and source.weak),
    )


def _conflicts(
    wording: Wording, rule: str, named: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for conflict in wording.knowledge.conflicts.values():
        if rule in conflict.about or conflict.id in named:
            words = wording.words["conflicts"][conflict.id]
            sides = tuple(str(text) for text in words["positions"].values())
            yield str(words["issue"]), sides, str(words["choice"])


def claims(knowledge: Knowledge) -> tuple[tuple[ClaimView, ...], bool]:
    """Every recorded claim, and whether the record speaks of these rules and this code."""
    proof = recorded()
    fresh = not stale(knowledge, proof)
    entries = proof.get("claims", {}).values()
    return (
        tuple(ClaimView(str(c["sentence"]), fresh and c["outcome"] == "proved") for c in entries),
        fresh,
    )


def hazards(knowledge: Knowledge) -> tuple[Hazard, ...]:
    """The hazard log."""
    return tuple(knowledge.hazards.values())


def sources(knowledge: Knowledge) -> tuple[Source, ...]:
    """Every source, by its citation."""
    return tuple(sorted(knowledge.sources.values(), key=lambda source: source.citation.lower()))
