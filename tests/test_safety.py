"""The safety page says no more than the record does."""

from __future__ import annotations

from pathlib import Path

import pytest

from lumbago import safety
from lumbago.knowledge.model import Knowledge


def test_the_page_says_what_a_proof_cannot(knowledge: Knowledge) -> None:
    page = safety.page(knowledge)
    assert "They cannot show that the rules are the right ones" in page
    assert page.index("What a proof cannot say") < page.index("Claims about the rules")


def test_every_hazard_is_listed_with_its_state(knowledge: Knowledge) -> None:
    page = safety.page(knowledge)
    for hazard in knowledge.hazards.values():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {hazard.id} |")]
        assert hazard.status in row


def test_a_stale_record_is_said_first(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "recorded", lambda: {"logic": "other", "code": "", "claims": {}})
    assert "They do not speak of the rules in use: the rules have changed since" in safety.page(
        knowledge
    )


def test_claims_of_the_program_name_tests_that_exist() -> None:
    root = Path(__file__).parent.parent
    for _, _, test in safety.PROGRAM_CLAIMS:
        if "differential" not in test:
            assert (root / test).exists()
