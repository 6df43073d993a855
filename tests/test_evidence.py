"""Every number and sentence has a parent: what the shipped knowledge says about its sources."""

from __future__ import annotations

import dataclasses

import pytest

from lumbago.evidence import Citation, Conflict, Source, Stance
from lumbago.knowledge.model import Knowledge


def test_evidence_cannot_be_changed() -> None:
    citation = Citation("book", "page 1", "recalled")
    with pytest.raises(dataclasses.FrozenInstanceError):
        citation.confidence = "verified"  # type: ignore[misc]
    assert hash(citation) == hash(Citation("book", "page 1", "recalled"))


def test_what_is_not_said_is_empty() -> None:
    source = Source("book", "A book", "textbook")
    assert (source.address, source.read, source.seen, source.weak) == ("", "", "", False)
    conflict = Conflict("c", ("E01",), (Stance("book"),))
    assert conflict.sources == ()
    assert str(conflict.position) == ""


def test_every_rule_can_name_who_says_so_and_where(knowledge: Knowledge) -> None:
    for rule in knowledge.rules.values():
        assert rule.sources, rule.id
        for citation in rule.sources:
            assert citation.at.strip(), f"{rule.id}: {citation.source} without a place"
            assert knowledge.sources[citation.source].citation.strip()


def test_a_judgement_is_never_verified(knowledge: Knowledge) -> None:
    judgements = {source.id for source in knowledge.sources.values() if source.kind == "judgement"}
    cited = {
        **{rule.id: rule.sources for rule in knowledge.rules.values()},
        **{finding.id: finding.sources for finding in knowledge.findings.values()},
        **{term.id: term.sources for term in knowledge.terms.values()},
    }
    for id_, citations in cited.items():
        verified = {c.source for c in citations if c.confidence == "verified"}
        assert not verified & judgements, id_


def test_who_disagrees_is_named_with_at_least_two_sides(knowledge: Knowledge) -> None:
    for conflict in knowledge.conflicts.values():
        sides = [stance.who for stance in conflict.positions]
        assert len(set(sides)) == len(sides) >= 2, conflict.id
