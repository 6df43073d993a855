"""What to ask next, and when to stop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lumbago import Case, assess
from lumbago.answers import Given
from lumbago.interview import LIST_LENGTH, Screen, follow_up, next_screen
from lumbago.knowledge.model import Disposition, Knowledge

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
PERSON = {"age_years": Given(44), "sex_at_birth": Given("female")}


def _screen(knowledge: Knowledge, given: dict[str, Given]) -> Screen | None:
    return next_screen(knowledge, assess(knowledge, Case(at=AT, given=given)))


def _reply(knowledge: Knowledge, screen: Screen, yes: set[str]) -> dict[str, Given]:
    """Yes to some findings, no to the rest, a middling number or the first harmless choice."""
    given: dict[str, Given] = {}
    for finding in screen.findings:
        kind = knowledge.findings[finding]
        if kind.answer == "number":
            given[finding] = Given({"days": 3, "score": 5, "celsius": 36.8}[str(kind.unit)])
        elif kind.answer == "choice":
            given[finding] = Given("no")
        else:
            given[finding] = Given("yes" if finding in yes else "no", screen.origin)
    return given


def test_it_asks_who_first_then_danger(knowledge: Knowledge) -> None:
    first = _screen(knowledge, {})
    assert first is not None
    assert first.id == "age_years"
    second = _screen(knowledge, {"age_years": Given(44)})
    assert second is not None
    assert second.id == "sex_at_birth"
    third = _screen(knowledge, PERSON)
    assert third is not None
    assert third.id == "danger-1"


def test_the_danger_screens_come_in_order_and_only_what_is_open(knowledge: Knowledge) -> None:
    given: dict[str, Given] = dict(PERSON)
    seen = []
    for _ in range(3):
        screen = _screen(knowledge, given)
        assert screen is not None
        seen.append(screen.id)
        given |= _reply(knowledge, screen, set())
    assert seen == ["danger-1", "danger-2", "danger-3"]
    screen = _screen(knowledge, PERSON | {"chest_pain": Given("no")})
    assert screen is not None
    assert "chest_pain" not in screen.findings


def test_an_emergency_stops_at_once(knowledge: Knowledge) -> None:
    assert _screen(knowledge, PERSON | {"fainted_or_collapsed": Given("yes")}) is None


@pytest.mark.parametrize(
    "yes", [set(), {"lifted_or_bent", "pain_worse_with_movement"}, {"blood_in_urine"}, {"fever"}]
)
def test_it_ends_and_nothing_open_could_raise_the_advice(
    knowledge: Knowledge, yes: set[str]
) -> None:
    given: dict[str, Given] = dict(PERSON)
    screens = 0
    while (screen := _screen(knowledge, given)) is not None:
        assert len(screen.items) <= LIST_LENGTH or screen.id.startswith("danger")
        given |= _reply(knowledge, screen, yes)
        screens += 1
        assert screens < 80
    verdict = assess(knowledge, Case(at=AT, given=given)).triage.verdict
    assert verdict.high == verdict.as_told
    assert verdict.disposition is not None


def test_a_yes_to_an_item_asks_each_finding_of_it(knowledge: Knowledge) -> None:
    screen = next(s for s in knowledge.screens if s.style == "items")
    item = max(screen.items, key=lambda item: len(item.findings))
    asked = follow_up(item, Screen(screen.id, screen.style, screen.items).origin)
    assert asked.findings == item.findings
    assert asked.kind == "each"


def test_the_screens_settle_every_sign_that_alone_is_an_emergency(knowledge: Knowledge) -> None:
    covered = {f for s in knowledge.screens for item in s.items for f in item.findings}
    for finding in knowledge.findings.values():
        if finding.answer != "yes_no":
            continue
        given: dict[str, Any] = {finding.id: Given("yes")}
        told = assess(knowledge, Case(at=AT, given=given)).triage.verdict.as_told
        if told is Disposition.EMERGENCY:
            implied = {i for i in finding.implies if i in covered}
            assert finding.id in covered or implied, finding.id
