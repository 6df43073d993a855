from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

import lumbago
from lumbago.errors import UsageError
from lumbago.events import CheckIn, Event
from lumbago.handoff.files import paper, write, write_files
from lumbago.handoff.paper import html, sheet
from lumbago.handoff.summary import doctor_page
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.course import Expected
from lumbago.story_plan import PlanTeller
from lumbago.testing_plan import ordinary_answers

Plan = Callable[..., Any]


def text_of(page: Any) -> str:
    return " ".join(page.extract_text().split())


def test_the_pdf_is_tagged_and_ends_with_one_page_for_the_doctor(
    teller: PlanTeller, planned: Plan
) -> None:
    case, log, plan = planned()
    read = PdfReader(io.BytesIO(paper(teller, plan, case, log)))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    doctor = [n for n, page in enumerate(read.pages) if "For the doctor" in text_of(page)]
    assert doctor == [len(read.pages) - 1]


def test_the_first_page_holds_the_day_and_the_danger_signs(
    teller: PlanTeller, planned: Plan
) -> None:
    case, log, plan = planned()
    first = text_of(PdfReader(io.BytesIO(paper(teller, plan, case, log))).pages[0])
    for item in plan.items:
        assert f"{item.start:%H:%M}" in first
    for sign in teller.danger(plan):
        assert sign in first


def test_nothing_typed_becomes_markup(teller: PlanTeller, planned: Plan) -> None:
    case, log, plan = planned()
    page = html(teller, sheet(teller, plan), doctor_page(teller, plan.assessment, case, log))
    assert "&lt;locked&gt;" in page
    assert "&lt;lift&gt;" in page
    assert "<locked>" not in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


def test_every_sign_stands_in_exactly_one_list(
    teller: PlanTeller, planned: Plan, knowledge: Knowledge
) -> None:
    case, log, plan = planned(fever="unsure")
    page = doctor_page(teller, plan.assessment, case, log)
    short = teller.wording.short("fever")
    assert short in {name for group in page.unsure for name in group.names}
    assert short not in {name for group in page.denied for name in group.names}
    asked = sum(len(g.names) + g.more for g in (*page.reported, *page.unsure, *page.denied))
    signs = [f for f in knowledge.findings.values() if f.polarity == "alarming"]
    places = [f for f in signs if f.topic == "site"]
    answered = [f for f in signs if f not in places and f.id in plan.assessment.answers]
    assert asked == len([f for f in answered if plan.assessment.answers[f.id].asked])


def test_what_was_not_asked_is_said(teller: PlanTeller, knowledge: Knowledge) -> None:
    import lumbago

    case = lumbago.Case.of(age=40, answers={"fever": "no"})
    page = doctor_page(teller, lumbago.assess(knowledge, case), case)
    assert teller.wording.short("saddle_numbness") in page.not_asked
    assert teller.wording.short("fever") not in page.not_asked
    assert page.more > 50


def test_the_log_is_on_the_page_for_the_doctor(teller: PlanTeller, planned: Plan) -> None:
    case, log, plan = planned()
    page = doctor_page(teller, plan.assessment, case, log)
    assert any("Nurofen 400 mg" in line for line in page.taken)
    assert any("made it worse 1" in line for line in page.done)
    assert page.questions[0] == "Can I <lift> my child?"
    assert not any("quiet day" in q for q in page.questions)
    assert page.background == ("asthma",)


def test_the_course_is_drawn_and_everything_still_fits_one_page(
    teller: PlanTeller, knowledge: Knowledge, planned: Plan
) -> None:
    case, _, _ = planned(pain_severity_0_10=7)
    case = replace(case, text="my back went again and " * 200)
    lives = {f.id for f in knowledge.findings.values() if knowledge.lifetimes[f.lifetime].hours}
    again = {f: v for f, v in ordinary_answers(knowledge).items() if f in lives}
    scores = (70, 65, 60, 50, 55, 40, 40, 30, 30)
    log = tuple(
        Event(f"d{day}", at, at, "Europe/Berlin", CheckIn(pain=pain, answers=said))
        for day, pain in enumerate(scores)
        for at, said in [(case.at + timedelta(days=day), again if day == 8 else {})]
    )
    plan = lumbago.plan(knowledge, case, log, now=case.at + timedelta(days=8, minutes=10))
    read = PdfReader(io.BytesIO(paper(teller, plan, case, log)))
    doctor = [n for n, page in enumerate(read.pages) if "For the doctor" in text_of(page)]
    assert doctor == [len(read.pages) - 1]
    course = Expected(knowledge).course(plan.assessment, log, plan.at)
    page = doctor_page(teller, plan.assessment, case, log, course)
    assert page.picture.startswith("<svg")
    assert page.course in text_of(read.pages[-1])
    assert 'class="dot"' in page.picture


def test_an_urgent_verdict_gets_the_card_and_no_steps(teller: PlanTeller, planned: Plan) -> None:
    case, log, plan = planned(saddle_numbness="yes")
    made = sheet(teller, plan)
    assert made.refused
    assert not made.steps
    assert not made.lines
    assert made.action
    text = " ".join(text_of(p) for p in PdfReader(io.BytesIO(paper(teller, plan, case, log))).pages)
    assert made.title in text
    assert "No diagnosis is meant" in text


def test_files_are_written_whole_or_not_at_all(
    tmp_path: Path, knowledge: Knowledge, planned: Plan
) -> None:
    case, log, plan = planned(saddle_numbness="yes")
    with pytest.raises(UsageError, match="no plan yet"):
        write_files(
            knowledge, plan, case, log, ics=str(tmp_path / "a.ics"), pdf_=str(tmp_path / "a.pdf")
        )
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UsageError, match="Choose a folder"):
        write(tmp_path / "nowhere" / "a.pdf", b"")


def test_the_pages_can_be_seen(tmp_path: Path, teller: PlanTeller, planned: Plan) -> None:
    case, log, plan = planned()
    file = tmp_path / "plan.pdf"
    write(file, paper(teller, plan, case, log))
    command = ["pdftoppm", "-r", "40", "-gray", str(file), str(tmp_path / "page")]
    subprocess.run(command, check=True, capture_output=True)
    for picture in tmp_path.glob("page*.pgm"):
        shades = set(picture.read_bytes()[20:])
        assert min(shades) < 90, "black enough to read"
        assert max(shades) == 255
