from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lumbago.cli import main
from lumbago.handoff.files import write_files
from lumbago.knowledge.model import Knowledge
from lumbago.wire import case_json, dumps

Plan = Callable[..., Any]


def test_the_command_writes_both_files(
    tmp_path: Path, planned: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    told_so = planned()[0]
    case = replace(told_so, text="", profile=replace(told_so.profile, conditions=()))
    told, ics, pdf = tmp_path / "case.json", tmp_path / "plan.ics", tmp_path / "plan.pdf"
    told.write_text(dumps(case_json(case)), encoding="utf-8")
    start = ["--start", "2026-11-22T08:35:00+01:00"]
    assert main(["plan", str(told), *start, "--ics", str(ics), "--pdf", str(pdf)]) == 0
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert "Your plan" in capsys.readouterr().out
    assert sorted(file.name for file in tmp_path.iterdir()) == ["case.json", "plan.ics", "plan.pdf"]


def test_a_folder_that_is_not_there_is_said(
    tmp_path: Path, planned: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    case, _, _ = planned()
    told = tmp_path / "case.json"
    told.write_text(dumps(case_json(case)), encoding="utf-8")
    wanted = ["--start", "2026-11-22T08:35:00+01:00", "--pdf", str(tmp_path / "no" / "plan.pdf")]
    assert main(["plan", str(told), *wanted]) == 2
    assert "Choose a folder" in capsys.readouterr().err


def test_the_card_is_printed_where_there_is_no_plan(
    tmp_path: Path, knowledge: Knowledge, planned: Plan
) -> None:
    case, log, plan = planned(saddle_numbness="yes")
    write_files(knowledge, plan, case, log, pdf_=str(tmp_path / "card.pdf"))
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")
