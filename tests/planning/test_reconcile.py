"""What is in the plan by default and by choice, and what is kept apart."""

from __future__ import annotations

from typing import Any

import pytest

from lumbago import Case, assess
from lumbago.knowledge.model import Knowledge
from lumbago.planning.eligibility import Eligibility, InUse, agents_of
from lumbago.planning.history import History
from lumbago.planning.reconcile import (
    Reconciler,
    Selected,
    backing,
    fits,
    regions_of,
    stages_in_order,
)
from lumbago.testing_plan import ordinary_answers

NOW = 29_900_000


def selected(
    knowledge: Knowledge,
    stage: str = "first_72_hours",
    history: History | None = None,
    in_use: tuple[InUse, ...] = (),
    **changes: Any,
) -> Selected:
    answers = assess(knowledge, Case.of(answers=ordinary_answers(knowledge, **changes))).answers
    eligibility = Eligibility(knowledge)
    standings = eligibility.standings(answers)
    reconciler = Reconciler(knowledge, eligibility.rules, answers, standings, history or History())
    return reconciler.select(stage, in_use, NOW)


def ids(found: Selected) -> set[str]:
    return {measure.id for measure in found.measures}


def test_by_default_one_form_of_warmth_and_one_position(knowledge: Knowledge) -> None:
    found = selected(knowledge)
    kinds = [m.kind for m in found.measures]
    assert kinds.count("heat") == 1
    assert "cold" not in kinds
    lying = [m for m in found.measures if m.kind == "position" and m.dosages]
    assert len(lying) == 1
    assert {"log_roll", "getting_up_from_floor"} <= ids(found)
    assert not any(m.kind == "programme" for m in found.measures)


def test_no_bath_unless_the_person_picks_it(knowledge: Knowledge) -> None:
    for stage in ("first_72_hours", "days_3_14", "weeks_2_6", "staying_well"):
        assert not any("bath" in m.agents for m in selected(knowledge, stage).measures)
    picked = selected(knowledge, "staying_well", History(added=frozenset({"warm_bath"})))
    assert "warm_bath" in ids(picked)


def test_the_person_picks_the_position(knowledge: Knowledge) -> None:
    found = selected(knowledge, history=History(chosen={"position": ("side_lying", NOW)}))
    assert "side_lying" in ids(found)
    assert "hook_lying" not in ids(found)


def test_a_position_that_something_stands_against_is_not_the_one(knowledge: Knowledge) -> None:
    wanted = History(chosen={"position": ("prone_lying", NOW)})
    pregnant = selected(
        knowledge,
        history=wanted,
        sex_at_birth="female",
        pregnancy_status="under_20_weeks",
    )
    assert "prone_lying" not in ids(pregnant)


def test_what_eases_this_person_comes_first(knowledge: Knowledge) -> None:
    options = selected(knowledge, "days_3_14").choices
    plain = [o.value for c in options if c.id == "add" for o in c.options]
    eased = selected(knowledge, "days_3_14", relief_sitting_or_bending_forward="yes").choices
    first = [o.value for c in eased if c.id == "add" for o in c.options]
    assert plain.index("double_knee_to_chest") > first.index("double_knee_to_chest")


def test_a_programme_that_was_added_adds_its_parts(knowledge: Knowledge) -> None:
    parts = knowledge.care.measures["back_exercises"].parts
    found = selected(knowledge, "weeks_2_6", History(added=frozenset({"back_exercises"})))
    assert set(parts) & ids(found) - ids(selected(knowledge, "weeks_2_6"))


def test_a_rub_keeps_heat_away_for_a_while(knowledge: Knowledge) -> None:
    rub = agents_of(knowledge.care.medicines["menthol_rub"])
    fresh = selected(knowledge, in_use=(InUse("menthol_rub", rub, NOW - 60),))
    assert not any(m.kind == "heat" for m in fresh.measures)
    assert fresh.standings["heat_pad"].objections[0].origin == "already_used"
    gone = selected(knowledge, in_use=(InUse("menthol_rub", rub, NOW - 300),))
    assert any(m.kind == "heat" for m in gone.measures)


def test_only_what_is_for_the_place_that_hurts(knowledge: Knowledge) -> None:
    assert regions_of({}) == {"low_back"}
    neck = selected(knowledge, "days_3_14", pain_site_low_back="no", pain_site_neck="yes")
    assert all(fits(m, frozenset({"neck"})) for m in neck.measures)
    assert not ids(neck) & {"pelvic_tilt", "knee_rolls"}


@pytest.mark.parametrize("id_", ["heat_pad", "ibuprofen", "little_exercise"])
def test_the_backing_names_sources_conflicts_and_guidelines(knowledge: Knowledge, id_: str) -> None:
    care = knowledge.care
    item = care.measures.get(id_) or care.medicines.get(id_) or next(iter(care.habits.values()))
    found = backing(knowledge, item)
    assert found.sources
    assert set(found.conflicts) <= knowledge.conflicts.keys()
    assert set(found.guidelines) <= care.guidelines.keys()


def test_stages_follow_each_other(knowledge: Knowledge) -> None:
    order = [stage.from_hours for stage in stages_in_order(knowledge.care)]
    assert order == sorted(order)
