"""`lumbago whatif` as it is typed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from lumbago.cli import main
from lumbago.whatif import command

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "overlay-loosened.yaml"
FEW = ("--people", "3000", "--no-prove")


def test_it_tells_what_a_change_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["whatif", str(EXAMPLE), *FEW]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for part in (
        "What if: not the shipped knowledge",
        "A clear strain excuses chest pain",
        "+ chest_pain and not (chest_wall_only",
        "Of 10,000 people with ordinary pain",
        "Missed and spared, per 10,000",
        "What carries the moves",
        "E15: down",
        "People who move",
        "Nobody here has these signs",
        "Not tried, as you asked.",
        "Checks of the knowledge that fail now",
        "Assess nobody by it.",
    ):
        assert part in said, part


def test_a_page_and_data_and_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases, page = tmp_path / "cases.ndjson", tmp_path / "page.html"
    cases.write_text('{"lumbago": 1, "id": "a", "answers": {"chest_pain": "yes"}}\n')
    asked = ["whatif", str(EXAMPLE), *FEW, "--cases", str(cases), "--html", str(page), "--json"]
    assert main(asked) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["not_the_shipped_knowledge"] is True
    assert data["cases"]["people"] == 1
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    cases.write_text("not json\n")
    assert main(["whatif", str(EXAMPLE), *FEW, "--cases", str(cases)]) == 1
    assert "This is not JSON" in capsys.readouterr().out


def test_the_same_seed_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for seed in ("1", "1", "2"):
        main(["whatif", str(EXAMPLE), "--people", "400", "--no-prove", "--json", "--seed", seed])
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2]


def test_without_a_solver_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert main(["whatif", str(EXAMPLE), "--people", "100"]) == 0
    assert "pip install 'lumbago[prove]'" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["whatif", "nowhere.yaml"], "The file cannot be read: no such file or directory."),
        (["whatif", str(EXAMPLE), *FEW, "--cases", "nowhere"], "The file cannot be read"),
        (["whatif", str(EXAMPLE), *FEW, "--html", "/nowhere/x.html"], "The page cannot be written"),
    ],
)
def test_files_that_are_not_there(
    arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert part in capsys.readouterr().err


def test_a_slip_in_the_overlay_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: x\nwhy: Somebody asks for this.\nremove: [E1111]\n")
    assert main(["whatif", str(path), *FEW]) == 1
    assert "mine.yaml:3:10: There is no rule or term 'E1111'." in capsys.readouterr().err
    monkeypatch.setattr(command, "SIZE_LIMIT", 10)
    assert main(["whatif", str(path), *FEW]) == 1
    assert "not as large as this" in capsys.readouterr().err
