"""Groups of people, and how they compare."""

from __future__ import annotations

from typing import Any

import pytest

from lumbago import Case, assess
from lumbago.evaluate_groups import NOT_KNOWN, Groups, group_rates, groups_of
from lumbago.knowledge.model import Knowledge
from lumbago.rates import Rate


def _groups(knowledge: Knowledge, **answers: Any) -> Groups:
    found = assess(knowledge, Case.of(answers=answers))
    return groups_of(knowledge, found.answers, found.differential.regions)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "<18"),
        (17, "<18"),
        (18, "18-34"),
        (64, "50-64"),
        (75, "75+"),
        (120, "75+"),
        ({"from": 50, "to": 60}, "50-64"),
        ({"from": 50, "to": 70}, NOT_KNOWN),
    ],
)
def test_bands_of_age(knowledge: Knowledge, age: Any, band: str) -> None:
    assert _groups(knowledge, age_years=age)["age"] == band


def test_what_is_not_said_is_not_known(knowledge: Knowledge) -> None:
    assert _groups(knowledge) == {"age": NOT_KNOWN, "sex": NOT_KNOWN, "region": "back"}
    told = _groups(knowledge, sex_at_birth="other", pain_site_neck="yes", pain_site_low_back="yes")
    assert (told["sex"], told["region"]) == ("other", "back_and_neck")
    assert _groups(knowledge, age_years=9, pain_site_neck="yes")["region"] == "neck"


def test_a_group_is_compared_with_all_others_whose_group_is_known() -> None:
    def person(age: str, sex: str) -> Groups:
        return {"age": age, "sex": sex, "region": "back"}

    people = [
        (person("<18", "female"), True),
        (person("18-34", "male"), False),
        (person("75+", "male"), True),
        (person(NOT_KNOWN, "male"), False),
    ]
    found = {(one.kind, one.name): (one.rate, one.others) for one in group_rates(people)}
    assert list(found) == [
        ("age", "<18"),
        ("age", "18-34"),
        ("age", "75+"),
        ("sex", "female"),
        ("sex", "male"),
    ]  # the region is the same for all
    assert found["age", "<18"] == (Rate(1, 1), Rate(1, 2))
    assert found["sex", "male"] == (Rate(1, 3), Rate(1, 1))
    gap = group_rates(people)[0].gap
    assert (gap.one, gap.other) == (Rate(1, 1), Rate(1, 2))
