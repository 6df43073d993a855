"""What it can be, in words, and when nothing is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lumbago import Assessment, Case, InputError, assess, cli
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.story import Teller
from lumbago.wire import assessment_json
from lumbago.wording import Wording

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def _of(knowledge: Knowledge, **answers: Any) -> Assessment:
    return assess(knowledge, Case.of(answers=answers, at=AT))


def _ordinary(knowledge: Knowledge, **answers: Any) -> Assessment:
    no = {f.id: "no" for f in knowledge.findings.values() if f.answer == "yes_no"}
    strain = dict.fromkeys(
        (
            "lifted_or_bent",
            "pain_worse_with_movement",
            "pain_eases_lying_still",
            "felt_muscle_spasm",
        ),
        "yes",
    )
    person: dict[str, Any] = {
        "sex_at_birth": "male",
        "pregnancy_status": "does_not_apply",
        "pain_duration_days": 2,
        "pain_severity_0_10": 5,
        "age_years": 40,
        "temperature_celsius": 36.8,
    }
    return _of(knowledge, **{**no, **strain, **person, **answers})


@pytest.fixture
def teller(knowledge: Knowledge) -> Teller:
    return Teller(Wording(knowledge))


def test_ordinary_pain_gets_its_causes_with_reasons(knowledge: Knowledge, teller: Teller) -> None:
    story = teller.story(_ordinary(knowledge))
    assert story is not None
    first = story.causes[0]
    assert "strain" in first.name
    assert "most people" in first.how_often
    assert "start on lifting or bending" in first.fits
    assert any(line.endswith(": no") for line in first.against)
    assert first.alike


def test_an_open_danger_leaves_the_causes_unsaid(knowledge: Knowledge, teller: Teller) -> None:
    assert teller.story(_of(knowledge, lifted_or_bent="yes")) is None


@pytest.mark.parametrize("finding", ["bladder_retention", "fever"])
def test_urgent_help_leaves_no_number(knowledge: Knowledge, teller: Teller, finding: str) -> None:
    result = _of(knowledge, pain_site_low_back="yes", age_years=50, **{finding: "yes"})
    assert result.triage.verdict.as_told >= Disposition.SAME_DAY
    story = teller.story(result)
    assert story is not None
    assert not story.causes
    assert story.not_to_be_missed


def test_a_serious_cause_gets_no_frequency(knowledge: Knowledge, teller: Teller) -> None:
    for condition in knowledge.conditions.values():
        said = teller.how_often(condition.id, 0.3, urgent=False)
        assert said
        assert ("about" in said) is not condition.serious
        assert teller.how_often(condition.id, 0.3, urgent=True) == ""


def test_the_causes_never_change_the_triage(knowledge: Knowledge) -> None:
    result = _ordinary(knowledge)
    before = result.triage
    assert result.differential.likely
    assert result.triage == before


def test_under_eighteen_there_is_no_list(knowledge: Knowledge) -> None:
    data = assessment_json(knowledge, _of(knowledge, age_years=14))
    assert data["differential"]["likely"] == []
    assert data["differential"]["none_because"] == "under_18"


def test_the_wire_shape_of_a_likely_cause(knowledge: Knowledge) -> None:
    data = assessment_json(knowledge, _ordinary(knowledge))["differential"]
    chances = [one["probability"] for one in data["likely"]]
    assert chances == sorted(chances, reverse=True)
    first = data["likely"][0]
    assert first["interval"][0] <= first["probability"] <= first["interval"][1]
    assert "lifted_or_bent" in {weight["finding"] for weight in first["for"]}
    assert data["none_because"] is None


def test_one_cause_for_one_person(
    knowledge: Knowledge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case.json"
    answers = {"bladder_retention": "yes", "saddle_numbness": "yes", "pain_site_low_back": "yes"}
    case.write_text(json.dumps({"lumbago": 1, "age": 50, "answers": answers}))
    assert cli.main(["explain", str(case), "cauda_equina_syndrome"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Being seen comes first" in said
    assert "numbness between the legs" in said
    assert "people with answers like yours" not in said
    assert cli.main(["explain", str(case), "cauda_equina_syndrom"]) == 1
    assert "cauda_equina_syndrome" in capsys.readouterr().err


def test_an_unknown_cause_is_an_error(knowledge: Knowledge, teller: Teller) -> None:
    with pytest.raises(InputError, match="no known condition"):
        list(teller.cause_story(_of(knowledge), "bad_luck"))
