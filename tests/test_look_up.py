from __future__ import annotations

import pytest

from lumbago import look_up
from lumbago.cli import main
from lumbago.knowledge.care import Dosage
from lumbago.knowledge.care_parts import kinds
from lumbago.knowledge.model import Knowledge
from lumbago.look_up import dosage_text, entries


def rows_of(knowledge: Knowledge, id_: str, kind: str) -> list[tuple[str, str]]:
    return next(one.rows for one in entries(knowledge, id_) if one.kind == kind)


def test_every_entry_of_the_care_can_be_looked_up(knowledge: Knowledge) -> None:
    for kind, known in kinds(knowledge.care):
        for id_ in known:
            found = [one for one in entries(knowledge, id_) if one.kind == kind]
            assert len(found) == 1
            assert found[0].sources
            assert all(text for _, text in found[0].rows)
            assert dict(found[0].rows)["file"].startswith("kb/")


def test_a_measure_shows_what_stands_against_it_and_what_was_found(knowledge: Knowledge) -> None:
    rows = rows_of(knowledge, "cold_pack", "measure")
    assert ("name", "Cold pack") in rows
    assert any(name == "block" and text.startswith("cold_raynaud: ") for name, text in rows)
    assert any(name == "found" and "verified" in text for name, text in rows)
    assert any(
        text.startswith("first_72_hours: 10 to 20 minutes, 2 to 4 a day, at least 120")
        for _, text in rows
    )


def test_a_medicine_shows_its_labels_by_country(knowledge: Knowledge) -> None:
    labels = [text for name, text in rows_of(knowledge, "ibuprofen", "medicine") if name == "label"]
    assert [text[:2] for text in labels] == ["US", "GB", "IE", "AT", "DE"]
    assert "200 to 400 mg, at least 6 hours apart, at most 1200 mg a day and 10 days" in labels[0]
    guidelines = [t for n, t in rows_of(knowledge, "ibuprofen", "medicine") if n == "guideline"]
    assert "Danish national guidelines, 2018: against (verified)" in guidelines


def test_a_dosage_says_only_what_applies() -> None:
    hold = Dosage("weeks_2_6", (), hold_seconds=(20, 30), repetitions=(2, 2), each_side=True)
    assert dosage_text(hold) == "weeks_2_6: 2 times each side, hold 20 to 30 seconds"
    course = Dosage("first_72_hours", (), minutes=(60, 480), per_day=(1, 1), most_days=3)
    assert dosage_text(course) == "first_72_hours: 60 to 480 minutes, 1 a day, at most 3 days"


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("move_thin_bones", "With thin bones"),
        ("days_3_14", "Up to two weeks"),
        ("two_heats", "One source of heat"),
        ("review_days", "No better after 14 days"),
        ("slouching", "Change position often"),
        ("potassium_male_19_120", "3400"),
        ("ibuprofen_danish2018", "against"),
        ("cold_minutes", "Never more than 20"),
    ],
)
def test_kb_show_prints_every_kind(id_: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kb", "show", id_]) == 0
    assert said in " ".join(capsys.readouterr().out.split())


def test_a_question_shows_what_it_decides(
    knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert look_up.decided_by(knowledge, "hip_replaced") == ["move_new_hip"]
    assert look_up.decided_by(knowledge, "sits_over_5_hours") == ["one_position", "chair"]
    assert "side_glide" in look_up.decided_by(knowledge, "leans_to_one_side")
    assert "nsaid_pregnant" in look_up.decided_by(knowledge, "pregnancy_status")
    assert main(["kb", "show", "hip_replaced"]) == 0
    assert "move_new_hip" in capsys.readouterr().out


def test_an_id_of_two_kinds_shows_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kb", "show", "aspirin"]) == 0
    out = capsys.readouterr().out
    assert "(conflict)" in out
    assert "(medicine)" in out
    assert "never" in out


def test_an_unknown_id_gets_the_nearest(
    knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kb", "show", "pelvic_tillt"]) == 1
    assert "Did you mean 'pelvic_tilt'?" in capsys.readouterr().err
    assert "pelvic_tilt" in set(look_up.ids(knowledge))
