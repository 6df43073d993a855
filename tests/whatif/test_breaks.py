"""What an overlay breaks is told, with people who show it; what it does not break is not."""

from __future__ import annotations

import importlib.util

import pytest

from lumbago.knowledge.overlay import Overlay
from lumbago.triage import scalar
from lumbago.whatif.breaks import Claims, broken_checks, broken_claims, solver_is_there
from lumbago.whatif.show import claims_text
from lumbago.whatif.words import Words

pytest.importorskip("z3")


@pytest.fixture(scope="module")
def claims(loosened: Overlay) -> Claims:
    return broken_claims(loosened, only=("6", "11", "13", "17"))


def test_the_loosened_example_breaks_claims_and_somebody_shows_each(
    loosened: Overlay, claims: Claims
) -> None:
    assert claims.tried == 4
    assert {one.id for one in claims.broken} == {"6", "11", "17"}
    rules = scalar.Rules(loosened.knowledge)
    for one in claims.broken:
        assert one.outcome == "refuted"
        assert one.people
        for answers, verdict in one.people:
            assert rules.verdict(answers) == verdict
    (bounded,) = [one for one in claims.broken if one.id == "11"]
    (_, before), (_, after) = bounded.people
    assert after.as_told < before.as_told


def test_each_claim_is_told_of_before_it_is_tried(unchanged: Overlay) -> None:
    told: list[str] = []
    found = broken_claims(unchanged, tell=told.append, only=("5", "13"))
    assert found.broken == ()
    assert told == ["5 founding_signs", "13 more_pain_never_lowers"]
    assert found.solver.startswith("z3 ")


def test_the_tightened_example_breaks_nothing(tightened: Overlay) -> None:
    assert broken_claims(tightened, only=("5", "7", "11", "17")).broken == ()
    assert broken_checks(tightened) == ()


def test_what_is_not_known_in_time_is_not_said_to_hold(unchanged: Overlay) -> None:
    found = broken_claims(unchanged, timeout=0.001, only=("7", "8"))
    assert {one.outcome for one in found.broken} == {"unknown"}
    assert all(one.people == () for one in found.broken)
    said = claims_text(Words(unchanged), found)
    assert "or are not known to" in said


def test_what_is_broken_already_is_not_the_doing_of_the_overlay(loosened: Overlay) -> None:
    same = Overlay("x", "y", loosened.knowledge, loosened.knowledge)
    assert broken_claims(same, only=("17",)).broken == ()


def test_checks_that_pass_on_the_shipped_rules_are_told(
    loosened: Overlay, unchanged: Overlay
) -> None:
    assert broken_checks(unchanged) == ()
    (floors,) = broken_checks(loosened)
    assert floors.sentence.startswith("Every emergency that an excuse can switch off")
    assert any("'E15'" in problem for problem in floors.problems)


def test_whether_there_is_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    assert solver_is_there()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert not solver_is_there()
