"""Hand-written clinical cases. No flag can re-record them; a change that lowers one must be argued."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from lumbago import Case, assess
from lumbago.assess import Assessment
from lumbago.knowledge.model import Disposition, Knowledge

CASES = Path(__file__).parent / "cases"
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def _load(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return rows


def _assess(knowledge: Knowledge, row: dict[str, Any], answers: dict[str, Any]) -> Assessment:
    case = Case.of(age=row["age"], sex=row["sex"], answers=answers, at=AT)
    return assess(knowledge, case)


def _fired(assessment: Assessment) -> set[str]:
    return {fired.rule.id for fired in assessment.triage.rules}


@pytest.mark.parametrize("row", _load("red_team.yaml"), ids=lambda row: row["id"])
def test_the_probe_people_stay_caught(knowledge: Knowledge, row: dict[str, Any]) -> None:
    result = _assess(knowledge, row, row["answers"])
    assert result.triage.verdict.as_told >= Disposition.of(row["at_least"])
    if "at_most" in row:
        assert result.triage.verdict.as_told <= Disposition.of(row["at_most"])
    assert set(row["rules"]) <= _fired(result)


@pytest.mark.parametrize("row", _load("matrix.yaml"), ids=lambda row: row["id"])
def test_the_types_of_people_get_their_level(knowledge: Knowledge, row: dict[str, Any]) -> None:
    result = _assess(knowledge, row, row["answers"])
    assert result.triage.verdict.as_told is Disposition.of(row["expected"])
    assert set(row["rules"]) <= _fired(result)


VARIANTS = [
    pytest.param(probe, finding, change, id=f"{probe['id']}-{finding}-{change}")
    for probe in _load("red_team.yaml")
    for finding in probe["answers"]
    for change in ("missing", "unsure")
]
FROZEN: dict[str, Any] = yaml.safe_load(
    (CASES / "red_team_variants.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("probe", "finding", "change"), VARIANTS)
def test_the_variants_of_the_probe_people_are_never_lowered(
    knowledge: Knowledge, probe: dict[str, Any], finding: str, change: str
) -> None:
    answers = dict(probe["answers"])
    if change == "missing":
        del answers[finding]
    else:
        answers[finding] = "unsure"
    result = _assess(knowledge, probe, answers)
    floor = FROZEN[probe["id"]][finding][change]
    assert result.triage.verdict.as_told >= Disposition.of(floor["as_told"])
    assert result.triage.verdict.high >= Disposition.of(floor["high"])
