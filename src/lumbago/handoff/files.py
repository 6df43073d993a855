"""Writes what is handed on, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from lumbago.answers import Case
from lumbago.errors import Problem, UsageError
from lumbago.events import Log
from lumbago.handoff.calendar import calendar
from lumbago.handoff.paper import html, pdf, sheet
from lumbago.handoff.summary import doctor_page
from lumbago.knowledge.model import Knowledge
from lumbago.planning.result import CarePlan
from lumbago.recovery.course import Expected
from lumbago.story_plan import PlanTeller
from lumbago.whole import write_whole
from lumbago.wording import Wording


def write_files(
    knowledge: Knowledge,
    plan: CarePlan,
    case: Case,
    log: Log = (),
    *,
    ics: str | None = None,
    pdf_: str | None = None,
) -> None:
    """Write a plan as a calendar file, as a PDF with the page for the doctor, or both.

    Raises `UsageError` where there is no plan for a calendar, a package is missing, or a file cannot
    be written; then no file is changed.
    """
    teller = PlanTeller(Wording(knowledge), plan.own)
    files: list[tuple[str, bytes]] = []
    if ics:
        files.append((ics, calendar(teller, plan)))
    if pdf_:
        files.append((pdf_, paper(teller, plan, case, log)))
    for name, content in files:
        write(Path(name), content)


def paper(teller: PlanTeller, plan: CarePlan, case: Case, log: Log = ()) -> bytes:
    """The plan for the fridge and the page for the doctor as one PDF."""
    course = Expected(teller.knowledge).course(plan.assessment, log, plan.at)
    page = doctor_page(teller, plan.assessment, case, log, course)
    return pdf(html(teller, sheet(teller, plan), page), teller.wording)


def write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises `UsageError` if it cannot be written."""
    try:
        write_whole(file, content)
    except OSError as error:
        hint = "Choose a folder that exists and that you may write to."
        raise UsageError(Problem(f"{error.strerror}.", str(file), hint)) from None
