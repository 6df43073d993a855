"""Sentences at the edge."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lumbago import Case, assess
from lumbago.knowledge.model import Knowledge
from lumbago.wording import Card, Wording

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def _card(knowledge: Knowledge, text: str = "", **answers: Any) -> Card:
    case = Case.of(answers=answers, text=text, at=AT)
    return Wording(knowledge).card(assess(knowledge, case))


def test_an_unsettled_card_names_no_lower_level(knowledge: Knowledge) -> None:
    card = _card(knowledge, gradual_onset="yes", pain_duration_days=40)
    assert not card.settled
    assert card.action == ""
    assert card.within == ""
    assert card.reasons == ()
    assert card.open_count > len(card.open_questions) > 0


def test_the_emergency_card_names_no_medicine_but_to_wait(knowledge: Knowledge) -> None:
    card = _card(knowledge, chest_pain="yes", age_years=60)
    words = " ".join((card.title, card.plain, card.action, *card.notes)).lower()
    for medicine in ("paracetamol", "naproxen", "300 mg", "painkiller"):
        assert medicine not in words
    assert "do not take aspirin" in words


def test_doubt_is_said_as_doubt(knowledge: Knowledge) -> None:
    (reason,) = _card(knowledge, saddle_numbness="unsure").reasons
    assert reason.doubtful
    assert reason.reported == (Wording(knowledge).short("saddle_numbness"),)


def test_reasons_of_one_kind_are_one_line(knowledge: Knowledge) -> None:
    card = _card(knowledge, saddle_numbness="yes", bladder_retention="yes")
    sentences = [reason.sentence for reason in card.reasons]
    assert len(sentences) == len(set(sentences))


def test_every_rule_and_population_can_be_said(knowledge: Knowledge) -> None:
    wording = Wording(knowledge)
    for rule in knowledge.rules.values():
        assert wording.because(rule).endswith(".")
        assert wording.action(rule.action)
    for population in knowledge.populations.values():
        assert knowledge.words["en"]["populations"][population.because]
    for condition in knowledge.conditions:
        assert wording.condition(condition)


def test_soon_has_a_date(knowledge: Knowledge) -> None:
    answers: dict[str, Any] = {
        f.id: "no" for f in knowledge.findings.values() if f.answer == "yes_no"
    }
    answers |= {"age_years": 40, "sex_at_birth": "male", "pain_duration_days": 3}
    answers |= {"pain_severity_0_10": 4, "pregnancy_status": "no", "temperature_celsius": 36.6}
    card = _card(knowledge, **{**answers, "testicle_lump_painless": "yes"})
    assert card.settled
    assert "Saturday 28 November" in card.within


@pytest.mark.parametrize("message", ["why", "settle", "proof_limits"])
def test_messages_are_looked_up(knowledge: Knowledge, message: str) -> None:
    assert Wording(knowledge).message(message)
