"""At a small size; the figures of docs/recovery.md are measured by tools/course_figures.py."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from lumbago.evaluate_course import EVERYTHING, coverage, detections, rises, week_of
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.ensemble import ensemble, evenly, families_of
from lumbago.recovery.simulate_diaries import simulated_people

PEOPLE = 120


@pytest.mark.parametrize("family", ["classes", "costa", "wallwork"])
def test_the_interval_of_8_in_10_holds_8_in_10_where_people_are_as_drawn(
    knowledge: Knowledge, family: str
) -> None:
    drawn = ensemble(knowledge.recovery, "acute", evenly(Random(11)), (family,))
    people = tuple(simulated_people(knowledge.recovery, PEOPLE, 1, family))
    assert 0.75 <= coverage(knowledge, drawn, family, family, people).share <= 0.85


@pytest.mark.parametrize("family", ["classes", "costa", "wallwork"])
def test_all_accounts_together_hold_people_of_each(knowledge: Knowledge, family: str) -> None:
    drawn = ensemble(knowledge.recovery, "acute", evenly(Random(11)))
    people = tuple(simulated_people(knowledge.recovery, PEOPLE, 1, family))
    found = coverage(knowledge, drawn, EVERYTHING, family, people)
    assert 0.72 <= found.share <= 0.87
    assert found.answers == PEOPLE * 4 * 4


def test_those_who_will_not_recover_are_told_better_with_every_week(knowledge: Knowledge) -> None:
    found = list(detections(knowledge, 40, 2))
    areas = [day.area for day in found]
    assert areas[-1] > areas[0]
    assert areas[-1] > 0.9
    assert found[-1].people == 40 * len(families_of(knowledge.recovery, "acute"))
    for day in found:
        assert 0 <= day.false_signs <= day.signs + 0.05
        assert 0 <= day.found <= 1
    assert all(later.signs >= sooner.signs for sooner, later in pairwise(found))


def test_a_rise_is_rare_in_people_who_recover(knowledge: Knowledge) -> None:
    assert rises(knowledge, 30, 3, "costa") < 0.02


def test_days_are_told_as_weeks() -> None:
    assert [week_of(days) for days in (3, 7, 42)] == ["0.4", "1.0", "6.0"]
