"""The plan in the terminal: now, today, this week, until it is over, so that it does not come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning.medicines import limit
from lumbago.planning.result import CarePlan, DatedItem, UntilSeen
from lumbago.story_plan import PlanTeller, Told
from lumbago.terminal import bullets, console, heading
from lumbago.wording import Wording

HABITS_SHOWN: Final = 6
_URGENT: Final = "red"
_CALM: Final = "green"
_OPEN: Final = "cyan"


def show_plan(knowledge: Knowledge, plan: CarePlan) -> None:
    """Print a plan, or the card that stands in its place."""
    teller, out = PlanTeller(Wording(knowledge), plan.own), console()
    parts = _refused(teller, plan, plan.refused) if plan.refused else _plan(teller, plan)
    for part in parts:
        out.print(part)


def _plan(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    yield _head(teller, plan)
    yield from _now(teller, plan)
    yield from _today(teller, plan)
    yield from _choices(teller, plan)
    yield from _steps(teller, plan)
    yield from _medicines(teller, plan)
    yield from _outlook(teller, plan)
    yield from _later(teller, plan)
    yield from _prevention(teller, plan)
    yield from _aside(teller, plan)
    yield from _danger(teller, plan)
    yield from _foot(teller, plan)


def _head(teller: PlanTeller, plan: CarePlan) -> Panel:
    lines = [
        Text(teller.say("as_of", time=teller.time(plan.at), stage=teller.stage(plan.stage))),
        Text(teller.say("valid", time=teller.time(plan.next_check)), style="bold"),
    ]
    card = teller.wording.card(plan.assessment)
    if plan.assessment.triage.verdict.as_told > Disposition.SELF_CARE:
        lines += [Text(), Text(f"{card.action} {card.within}".strip(), style="bold")]
    title = Text(f" {teller.say('title')} ", style=f"bold {_CALM}")
    return Panel(Group(*lines), title=title, title_align="left", border_style=_CALM, padding=(1, 2))


def _now(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    yield heading(teller.say("now"))
    yield _dim(teller.say("now_lead"))
    for id_ in plan.now:
        step = plan.step(id_)
        if step is not None:
            told = teller.step(step)
            yield _entry(told.name, told.amount, told.how)
    most = limit(teller.knowledge.care, "lying_most_minutes")
    yield bullets([teller.say("lie_limit", minutes=most)])


def _today(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    yield heading(teller.say("today"))
    if not plan.items:
        yield _dim(teller.say("today_empty"))
        return
    yield _times(teller, plan.items)


def _times(teller: PlanTeller, items: Iterable[DatedItem]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    table.add_column(no_wrap=True, style="dim", justify="right")
    for item in items:
        minutes = int((item.end.timestamp() - item.start.timestamp()) // 60)
        length = teller.say("how_long", minutes=minutes)
        table.add_row(f"{item.start:%H:%M}", Text(teller.name(item.measure)), length)
    return Padding(table, (0, 0, 0, 4))


def _choices(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    if not plan.choices:
        return
    yield heading(teller.say("choices"))
    for choice in plan.choices:
        question, options = teller.choice(choice)
        open_ = choice.id == "movement" and not choice.chosen
        notes = [teller.say("not_chosen")] if open_ else []
        disagree = [
            f"{words['issue']} {words['choice']}"
            for id_ in choice.conflicts[:2]
            if (words := teller.words["conflicts"].get(id_))
        ]
        own = dict.fromkeys(line for id_ in choice.conflicts for line in teller.own_result(id_))
        yield _entry(question, "", options, notes=[*notes, *own], dim=disagree)


def _steps(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    yield heading(teller.say("steps"))
    for step in plan.steps:
        if step.measure.kind != "prevention":
            yield _told(teller, teller.step(step), known=step.measure.id in plan.now)
    avoided = [id_ for id_ in plan.told if teller.knowledge.care.measures[id_].kind == "avoid"]
    if avoided:
        yield heading(teller.say("avoid"))
        yield bullets(teller.why(id_) for id_ in avoided)


def _prevention(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    yield heading(teller.say("prevention"))
    yield _dim(teller.say("prevention_lead"))
    yield from (_told(teller, teller.habit(h), brief=True) for h in plan.habits[:HABITS_SHOWN])
    if plan.intakes:
        lines = [teller.intake(intake) for intake in plan.intakes]
        yield _entry(teller.say("intakes"), "", lines, dim=[teller.say("intake_note")])


def _told(
    teller: PlanTeller, told: Told, *, brief: bool = False, known: bool = False
) -> RenderableType:
    lines: list[Text] = [] if known else [Text(line) for line in told.how]
    lines += [Text(note, style="bold") for note in told.notes]
    if told.stop_if and not brief:
        lines.append(Text(f"{teller.say('stop_if')}: {' '.join(told.stop_if)}"))
    lines.append(Text(f"{teller.say('evidence')}: {told.evidence}", style="dim"))
    for side in told.disagree[: 1 if brief else 3]:
        lines.append(Text(f"{teller.say('disagree')}: {side}", style="dim italic"))
    return _block(told.name, told.amount, lines)


def _medicines(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    if not plan.medicines:
        return
    yield heading(teller.say("medicines"))
    for step in plan.medicines:
        told = teller.medicine(step)
        if step.chosen:
            yield _told(teller, told)
        else:
            yield _entry(told.name, told.amount, told.notes, dim=[told.evidence])


def _outlook(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    if not plan.outlook:
        return
    yield heading(teller.say("outlook"))
    yield _dim(teller.say("outlook_lead"))
    for day, items in groupby(plan.outlook, key=lambda item: teller.day(item.start)):
        yield Padding(Text(day, style="bold"), (1, 0, 0, 4))
        yield _times(teller, items)


def _later(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    yield heading(teller.say("later"))
    for part in plan.later:
        names = ", ".join(teller.name(id_) for id_ in part.measures)
        yield _entry(teller.stage(part.stage), teller.day(part.begins), [names] if names else [])
    yield heading(teller.say("reviews"))
    yield bullets(teller.review(review) for review in plan.reviews)


def _aside(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    listed = [s for s in plan.aside if s.id not in {m.medicine.id for m in plan.medicines}]
    if listed:
        yield heading(teller.say("aside"))
        for standing in listed:
            yield _entry(teller.name(standing.id), "", tuple(teller.standing(standing)))
    if plan.named:
        yield heading(teller.say("named"))
        for id_ in plan.named:
            words = teller.words["medicines"].get(id_) or teller.words["measures"].get(id_) or {}
            yield _entry(teller.name(id_), "", [str(words.get("why", ""))])


def _danger(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    lines = [Text(f"• {sign}") for sign in teller.danger(plan)]
    lines += [
        Text(),
        Text(teller.say("danger_call"), style="bold"),
        Text(teller.say("danger_gone")),
    ]
    if not plan.refused:
        check = teller.say("next_check", time=teller.time(plan.next_check))
        lines += [Text(), Text(check, style="bold")]
    title = Text(f" {teller.say('danger')} ", style=f"bold {_URGENT}")
    yield Padding(
        Panel(Group(*lines), title=title, title_align="left", border_style=_URGENT, padding=(1, 2)),
        (1, 0, 0, 0),
    )


def _foot(teller: PlanTeller, plan: CarePlan) -> Iterator[RenderableType]:
    if plan.problems:
        yield heading(teller.wording.message("problem"))
        yield bullets(str(problem) for problem in plan.problems)
    if not plan.refused:
        yield Padding(Text(teller.say("changes")), (1, 2, 0, 2))
    proof = teller.wording.message("proved" if plan.assessment.proved else "not_proved")
    yield Padding(Text(teller.wording.message("not_clinician"), style="dim"), (1, 2, 0, 2))
    yield Padding(Text(f"{proof} {plan.knowledge[:19]}", style="dim"), (1, 2, 1, 2))


def _refused(teller: PlanTeller, plan: CarePlan, card: UntilSeen) -> Iterator[RenderableType]:
    urgent = "urgent" in card.because
    colour = _URGENT if urgent else _OPEN
    lines = [Text(line) for line in teller.because(card)]
    if card.action:
        lines += [Text(), Text(teller.wording.action(card.action), style="bold")]
    title = Text(f" {teller.say('title_refused' if urgent else 'title_no_plan')} ")
    title.stylize(f"bold {colour}")
    yield Panel(Group(*lines), title=title, title_align="left", border_style=colour, padding=(1, 2))
    yield bullets(teller.lines("do", card.do))
    if card.position:
        words = teller.words["measures"][card.position]
        yield _entry(teller.name(card.position), "", words["how"])
    yield bullets(teller.lines("avoid", card.avoid))
    if card.questions:
        yield heading(teller.say("open_questions"))
        yield bullets(teller.wording.short(id_) for id_ in card.questions)
    yield from _danger(teller, plan)
    yield from _foot(teller, plan)


def _dim(text: str) -> RenderableType:
    return Padding(Text(text, style="dim"), (0, 0, 0, 4))


def _entry(
    name: str,
    amount: str,
    lines: Iterable[str],
    *,
    notes: Iterable[str] = (),
    dim: Iterable[str] = (),
) -> RenderableType:
    shown = [Text(line) for line in lines if line]
    shown += [Text(note, style="bold") for note in notes]
    shown += [Text(line, style="dim") for line in dim]
    return _block(name, amount, shown)


def _block(name: str, amount: str, lines: Iterable[Text]) -> RenderableType:
    head = Text(name, style="bold")
    if amount:
        head.append(f"  {amount}", style=_OPEN)
    table = Table.grid(padding=(0, 1))
    for line in lines:
        table.add_row("·", line)
    return Padding(Group(head, Padding(table, (0, 0, 0, 1))), (0, 0, 1, 4))
