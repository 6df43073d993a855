"""Pages to print: the plan for the fridge and the page for the doctor, as one tagged PDF.

The HTML holds everything (no script, no outside request); WeasyPrint lays it out on A4. It reads on a
phone and in black and white: nothing is told by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lumbago.draw.figure import standalone
from lumbago.errors import UsageError
from lumbago.handoff.summary import DoctorPage
from lumbago.knowledge.care import Measure
from lumbago.planning.result import CarePlan, DatedItem
from lumbago.story_plan import PlanTeller, Told

if TYPE_CHECKING:
    from jinja2 import Environment

HABITS: Final = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A time of day and what belongs there."""

    time: str
    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The plan for the fridge in words, or the card in its place (`refused`).

    `steps` are told with their picture as SVG, empty where there is none.
    """

    title: str
    lead: str
    now: tuple[Told, ...]
    lines: tuple[Line, ...]
    after: tuple[Line, ...]
    steps: tuple[tuple[Told, str], ...]
    habits: tuple[Told, ...]
    reviews: tuple[str, ...]
    danger: tuple[str, ...]
    refused: bool
    action: str
    do: tuple[str, ...]
    avoid: tuple[str, ...]
    because: tuple[str, ...]


def sheet(teller: PlanTeller, plan: CarePlan) -> Sheet:
    """The plan as it goes onto paper; what hangs on a later check is apart, and never a medicine."""
    card = plan.refused
    say = teller.wording.handoff
    lead = say("plan_lead", time=teller.time(plan.at), until=teller.time(plan.next_check))
    known = ((teller.step(step), _picture(teller, step.measure)) for step in plan.steps)
    urgent = card is not None and card.action
    return Sheet(
        title=teller.say("title_refused" if urgent else "title_no_plan")
        if card
        else say("plan_title"),
        lead="" if card else lead,
        now=tuple(teller.step(step) for id_ in plan.now if (step := plan.step(id_)) is not None),
        lines=_lines(teller, plan.items),
        after=_lines(teller, tuple(i for i in plan.outlook if i.start.date() == plan.at.date())),
        steps=tuple(known),
        habits=tuple(teller.habit(habit) for habit in plan.habits[:HABITS]),
        reviews=tuple(teller.review(review) for review in plan.reviews),
        danger=teller.danger(plan),
        refused=card is not None,
        action=teller.wording.action(card.action) if card is not None and card.action else "",
        do=teller.lines("do", card.do) if card else (),
        avoid=teller.lines("avoid", card.avoid) if card else (),
        because=teller.because(card) if card else (),
    )


def _picture(teller: PlanTeller, measure: Measure) -> str:
    """The picture of a measure, still; where it differs by region, that of the first."""
    id_ = measure.picture or next(iter(measure.pictures.values()), "")
    if not id_:
        return ""
    return standalone(teller.knowledge.pictures[id_], teller.words["pictures"][id_])


def _lines(teller: PlanTeller, items: tuple[DatedItem, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(
            f"{item.start:%H:%M}",
            teller.name(item.measure),
            int((item.end.timestamp() - item.start.timestamp()) // 60),
        )
        for item in items
    )


def html(teller: PlanTeller, plan: Sheet | None, doctor: DoctorPage | None) -> str:
    """One HTML document with the plan, the page for the doctor, or both.

    Raises `UsageError` where Jinja2 is not installed.
    """
    wording = teller.wording
    page = _environment().get_template("paper.html")
    return str(page.render(plan=plan, doctor=doctor, say=wording.handoff, plan_say=teller.say))


def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise UsageError("A PDF needs Jinja2: pip install 'lumbago[handoff]'") from None
    return Environment(
        loader=PackageLoader("lumbago.handoff"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def pdf(document: str, wording: Any) -> bytes:
    """The document as a tagged PDF (PDF/UA-1).

    Raises `UsageError` where WeasyPrint, or what it lays text out with, is missing.
    """
    try:
        from weasyprint import HTML
    except ImportError:
        raise UsageError(wording.handoff("pdf_missing")) from None
    except OSError:
        raise UsageError(wording.handoff("pdf_system")) from None

    def refuse(url: str) -> Any:
        raise ValueError(f"a page must not fetch anything: {url}")

    made = HTML(string=document, url_fetcher=refuse).write_pdf(pdf_variant="pdf/ua-1")
    return bytes(made)
