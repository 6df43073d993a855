"""So that it does not come back: what to change, ranked for this person; and intakes by age and sex.

What a person reported comes first, then what is best shown to prevent, then what is best shown to
cause. Where the evidence is weak the certainty says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumbago.answers import YES, Answers
from lumbago.knowledge.care import Intake
from lumbago.knowledge.model import Knowledge
from lumbago.planning.eligibility import Standing
from lumbago.planning.reconcile import backing
from lumbago.planning.result import HabitAdvice
from lumbago.quantity import Interval
from lumbago.triage.scalar import TOLD, Rules

_CERTAINTY: Final = ("high", "moderate", "low", "very_low", "none")


def habits(knowledge: Knowledge, rules: Rules, answers: Answers) -> tuple[HabitAdvice, ...]:
    """Every habit worth knowing, the ones reported and best supported first."""
    found = [
        HabitAdvice(
            habit=habit,
            reported=habit.when is not None and rules.holds(habit.when, answers, TOLD),
            backing=backing(knowledge, habit),
        )
        for habit in knowledge.care.habits.values()
    ]
    return tuple(sorted(found, key=_rank))


def _rank(advice: HabitAdvice) -> tuple[bool, int, int, str]:
    habit = advice.habit
    return (
        not advice.reported,
        _CERTAINTY.index(habit.works),
        _CERTAINTY.index(habit.strength),
        habit.id,
    )


def intakes(
    knowledge: Knowledge, rules: Rules, answers: Answers, standings: Mapping[str, Standing]
) -> tuple[Intake, ...]:
    """The daily intakes that can be this person's: of several possible sexes or ages, each.

    None of a nutrient while something stands against food or tablets that bring it.
    """
    against = {
        agent.partition("_")[0]
        for measure in knowledge.care.measures.values()
        for agent in measure.agents
        if measure.kind == "food" and standings[measure.id].status != "offered"
    }
    return tuple(
        intake
        for intake in knowledge.care.intakes.values()
        if intake.nutrient not in against and _fits(knowledge, rules, intake, answers)
    )


def _fits(knowledge: Knowledge, rules: Rules, intake: Intake, answers: Answers) -> bool:
    age = answers.get("age_years")
    if age is None or not isinstance(age.possible, Interval):
        return False
    if age.possible.high < intake.ages[0] or age.possible.low > intake.ages[1]:
        return False
    sex = answers.get("sex_at_birth")
    possible = sex.possible if sex is not None else frozenset({"other"})
    known = isinstance(possible, frozenset) and possible.isdisjoint({"other", intake.sex})
    if intake.sex != "any" and known:
        return False
    nursing = answers.get("breastfeeding_now")
    if intake.breastfeeding != (nursing is not None and nursing.possible == YES):
        return False
    return intake.pregnant == _pregnant(knowledge, rules, answers)


def _pregnant(knowledge: Knowledge, rules: Rules, answers: Answers) -> bool:
    population = knowledge.populations.get("pregnancy")
    return population is not None and rules.holds(population.when, answers, TOLD)
