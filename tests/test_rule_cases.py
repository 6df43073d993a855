"""Every rule has hand-written people on its boundary and one step short of it.

`tests/cases/rules/<topic>.yaml` is thought as a clinician would, one `why` a row, and written by
hand; nothing can re-record it. `triage.mutation.people` says what the keys of a row mean.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from lumbago import Case, assess
from lumbago.answers import Answers
from lumbago.intake import Desk
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.triage.mutation import Person, people, rule_files
from lumbago.triage.scalar import TOLD, Rules

CASES = Path(__file__).parent / "cases"
ROW_KEYS = {"rule", "why", "fires", "near_miss", "with_any", "not_if"}
PERSON_KEYS = {"age", "sex", "answers", "level"}


@cache
def _rows() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.stem, row)
        for path in rule_files(CASES)
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


ROWS = [row for _, row in _rows()]
NUMBERS = Counter[str]()


def _name(row: dict[str, Any]) -> str:
    NUMBERS[row["rule"]] += 1
    return f"{row['rule']}-{NUMBERS[row['rule']]}"


def _case(person: Person) -> Case:
    return Case.of(age=person["age"], sex=person["sex"], answers=person["answers"])


@pytest.fixture(scope="module")
def desk(knowledge: Knowledge) -> Desk:
    return Desk(knowledge)


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_the_rule_holds_on_its_boundary_and_not_one_step_short(
    knowledge: Knowledge, desk: Desk, row: dict[str, Any]
) -> None:
    rules, rule = Rules(knowledge), knowledge.rules[row["rule"]]
    for name, holds, person in people(row):
        answers: Answers = desk.intake(_case(person)).answers
        assert rules.holds(rule.when, answers, TOLD) is holds, f"{name}: {row['why']}"
        if "level" in person:
            told = rules.verdict(answers).as_told
            assert told is Disposition.of(person["level"]), f"{name}: {row['why']}"


@pytest.mark.parametrize("rule", sorted({row["rule"] for row in ROWS}))
def test_the_front_door_says_that_the_rule_fired(knowledge: Knowledge, rule: str) -> None:
    first = next(row for row in ROWS if row["rule"] == rule)
    one_of_each = {holds: person for _, holds, person in people(first)}
    for holds, person in one_of_each.items():
        fired = {
            fire.rule.id: fire.reading for fire in assess(knowledge, _case(person)).triage.rules
        }
        assert (fired.get(rule) in ("forced", "told")) is holds


def test_every_rule_has_both_kinds_of_people(knowledge: Knowledge) -> None:
    kinds: dict[str, set[bool]] = {rule: set() for rule in knowledge.rules}
    for row in ROWS:
        kinds[row["rule"]].update(holds for _, holds, _ in people(row))
    assert {rule for rule, found in kinds.items() if found != {True, False}} == set()


def test_every_row_is_filed_with_its_rule(knowledge: Knowledge) -> None:
    assert {row["rule"] for row in ROWS} <= set(knowledge.rules)
    for topic, row in _rows():
        assert Path(knowledge.rules[row["rule"]].position.path).stem == topic


def test_every_person_who_fires_a_rule_has_a_level_written_down() -> None:
    for row in ROWS:
        assert set(row) <= ROW_KEYS
        assert row["why"].strip()
        assert row["fires"]["level"] in {level.id for level in Disposition}
        assert {"near_miss", "with_any", "not_if"} & set(row)
        for person in (row["fires"], row.get("near_miss", row["fires"])):
            assert set(person) <= PERSON_KEYS
