"""The numbers of the differential: cited, in range, consistent, and near what studies found."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import pytest

from lumbago.answers import YES, Answer
from lumbago.differential.scalar import Network
from lumbago.evidence import Citation, Share
from lumbago.knowledge.model import Knowledge, Prior

Cited = Citation | Share | Prior


def citations(knowledge: Knowledge) -> Iterator[tuple[str, Cited]]:
    for cause in knowledge.causes.values():
        yield from ((cause.id, citation) for citation in cause.sources)
        yield from ((cause.id, prior) for prior in (cause.back, cause.neck) if prior)
        yield from ((f"{cause.id}/{link.clue}", c) for link in cause.links for c in link.sources)
    for clue in knowledge.clues.values():
        yield clue.id, clue.ordinary
        yield from ((clue.id, citation) for citation in clue.sources)
    for many in (knowledge.syndromes, knowledge.lookalikes, knowledge.parameters):
        for entry in many.values():
            yield from ((entry.id, citation) for citation in entry.sources)


def test_every_number_has_a_parent(knowledge: Knowledge) -> None:
    wrong = []
    for owner, citation in citations(knowledge):
        source = knowledge.sources.get(citation.source)
        if source is None:
            wrong.append(f"{owner}: unknown source {citation.source}")
        elif citation.source in knowledge.registers:
            continue  # the founding articles are here in full
        elif citation.confidence == "verified" and not source.address:
            wrong.append(f"{owner}: verified, but {source.id} has no address")
        elif citation.confidence == "estimate" and not citation.reason.strip():
            wrong.append(f"{owner}: an estimate without a reason")
    assert not wrong


def test_a_cause_has_a_source_for_what_has_none_of_its_own(knowledge: Knowledge) -> None:
    for cause in knowledge.causes.values():
        assert cause.back or cause.neck, cause.id
        assert any(citation.confidence == "estimate" for citation in cause.sources), cause.id
        for link in cause.links:
            if link.confidence == "verified":
                assert any(c.confidence == "verified" for c in link.sources), (cause.id, link.clue)
            if link.confidence == "recalled":
                assert link.sources, (cause.id, link.clue)


def test_ids_exist(knowledge: Knowledge) -> None:
    clues = knowledge.findings.keys() | knowledge.clues.keys()
    assert not knowledge.findings.keys() & knowledge.clues.keys()
    for cause in knowledge.causes.values():
        assert cause.id in knowledge.conditions
        named = [link.clue for link in cause.links]
        assert set(named) <= clues, cause.id
        assert len(named) == len(set(named)), cause.id
    for group in knowledge.syndromes.values():
        assert set(group.clues) <= clues, group.id
        assert {clue for rivals in group.apart for clue in rivals} <= set(group.clues), group.id
    for alike in knowledge.lookalikes.values():
        assert set(alike.causes) <= knowledge.causes.keys()
        assert len({knowledge.conditions[cause].family for cause in alike.causes}) == 1


def test_a_clue_is_in_one_group_at_most(knowledge: Knowledge) -> None:
    times = Counter(clue for group in knowledge.syndromes.values() for clue in group.clues)
    assert max(times.values()) == 1


def test_ranges_hold_their_points(knowledge: Knowledge) -> None:
    bands = knowledge.parameters["age_band_starts"].values
    for cause in knowledge.causes.values():
        for prior in (cause.back, cause.neck):
            assert prior is None or 0 < prior.low <= prior.share <= prior.high < 1, cause.id
        if cause.age_sex.ages:
            assert len(cause.age_sex.ages) == len(bands), cause.id
        assert all(value >= 0 for value in cause.age_sex.ages), cause.id
        for link in cause.links:
            assert 0 < link.share < 1, (cause.id, link.clue)
            assert link.otherwise is None or 0 < link.otherwise < 1, (cause.id, link.clue)


def test_the_shares_add_up(knowledge: Knowledge) -> None:
    back = sum(cause.back.share for cause in knowledge.causes.values() if cause.back)
    neck = sum(cause.neck.share for cause in knowledge.causes.values() if cause.neck)
    assert back == pytest.approx(1, abs=0.06)  # the list of 34 adds up to one; more were added
    assert neck == pytest.approx(1, abs=0.06)


def test_every_linked_clue_can_be_put_in_words(knowledge: Knowledge) -> None:
    words = knowledge.words["en"]["questions"]
    for question in Network(knowledge).questions.values():
        assert all(finding in words for finding in question.findings), question.id


@pytest.mark.parametrize(
    ("cause", "finding", "low", "high"),
    [
        # Downie 2013: 33 % (10-67) after steroids, 11 % (8-16) after severe trauma
        ("vertebral_compression_fracture", "steroid_use_long", 0.10, 0.67),
        ("vertebral_compression_fracture", "major_trauma", 0.05, 0.16),
        # 7 % in first visits; the sum of the tables gives 2 to 3 %
        ("spinal_malignancy", "history_of_cancer", 0.01, 0.07),
        # Harding 2005: night pain says little
        ("spinal_malignancy", "night_pain_wakes", 0.001, 0.006),
        # Henschke 2009: 0.7 % before anything is said
        ("vertebral_compression_fracture", None, 0.005, 0.01),
        ("cauda_equina_syndrome", None, 0.0003, 0.001),
    ],
)
def test_single_answers_leave_what_studies_found(
    knowledge: Knowledge, cause: str, finding: str | None, low: float, high: float
) -> None:
    answers = {finding: Answer(YES)} if finding else {}
    posterior = Network(knowledge).posterior(answers)
    assert low <= posterior.probability[cause] <= high


def test_bladder_and_saddle_signs_together_count_ten_times_at_most(knowledge: Knowledge) -> None:
    group = knowledge.syndromes["cauda_equina"]
    network = Network(knowledge)
    for cause in network.causes:
        joint = sum(
            network.questions[clue].gain(True, cause)
            for clue in group.clues
            if cause in network.questions[clue].ties
        )
        assert joint <= math.log(group.cap) + 1e-9, cause
