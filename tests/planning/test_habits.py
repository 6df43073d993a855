"""Prevention for this person: reported first, honest where it is weak; intakes by age and sex."""

from __future__ import annotations

from typing import Any

from lumbago import Case, assess
from lumbago.knowledge.care import Intake
from lumbago.knowledge.model import Knowledge
from lumbago.planning.eligibility import Eligibility
from lumbago.planning.habits import habits, intakes
from lumbago.planning.result import HabitAdvice
from lumbago.testing_plan import ordinary_answers
from lumbago.triage.scalar import Rules

CERTAINTY = ("high", "moderate", "low", "very_low", "none")


def advice(knowledge: Knowledge, **changes: Any) -> tuple[HabitAdvice, ...]:
    answers = assess(knowledge, Case.of(answers=ordinary_answers(knowledge, **changes))).answers
    return habits(knowledge, Rules(knowledge), answers)


def needs(knowledge: Knowledge, **changes: Any) -> tuple[Intake, ...]:
    answers = assess(knowledge, Case.of(answers=ordinary_answers(knowledge, **changes))).answers
    eligibility = Eligibility(knowledge)
    return intakes(knowledge, eligibility.rules, answers, eligibility.standings(answers))


def test_what_was_reported_comes_first_then_the_best_evidence(knowledge: Knowledge) -> None:
    found = advice(knowledge, held_one_position_long="yes")
    assert len(found) == len(knowledge.care.habits)
    flags = [one.reported for one in found]
    assert flags == sorted(flags, reverse=True)
    assert any(flags)
    rest = [CERTAINTY.index(one.habit.works) for one in found if not one.reported]
    assert rest == sorted(rest)


def test_every_habit_says_how_sure_it_is(knowledge: Knowledge) -> None:
    for one in advice(knowledge):
        assert one.backing.certainty == one.habit.works
        assert one.backing.sources


def test_intakes_are_those_of_the_age_and_sex(knowledge: Knowledge) -> None:
    man, woman = (
        needs(knowledge),
        needs(knowledge, sex_at_birth="female", pregnancy_ruled_out="yes"),
    )
    potassium = {
        sex: [i.per_day for i in found if i.nutrient == "potassium"]
        for sex, found in (("man", man), ("woman", woman))
    }
    assert potassium == {"man": [3400], "woman": [2600]}
    other = needs(knowledge, sex_at_birth="other", pregnancy_ruled_out="yes")
    assert {i.sex for i in other if i.nutrient == "potassium"} == {"male", "female"}
    assert not any(i.pregnant for i in (*man, *woman))


def test_no_potassium_is_named_where_the_kidneys_cannot_pass_it(knowledge: Knowledge) -> None:
    found = needs(knowledge, one_kidney_or_transplant="yes")
    assert "potassium" not in {i.nutrient for i in found}
