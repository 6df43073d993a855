"""What a person sees in the terminal: the card, the look-ups, the checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from lumbago import look_up
from lumbago.assess import Assessment
from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.evidence import Citation, Conflict
from lumbago.expr import show
from lumbago.knowledge.model import Condition, DerivedTerm, Finding, Knowledge, Rule
from lumbago.outlook import Narrator
from lumbago.quantity import from_base
from lumbago.recovery.forecast import Course, Refusal
from lumbago.recovery.nof1.answer import Result
from lumbago.recovery.picture import course_svg_alone, weeks_shown
from lumbago.story import Cause, Story, Teller
from lumbago.story_comparison import ComparisonTeller, concerns
from lumbago.wording import Card, ReasonLine, Wording

WIDTH: Final = 84
_KINDS: Final = ("rules", "findings", "terms", "conditions", "sources", "conflicts")
_COLOURS: Final = {
    "emergency": "bold red",
    "same_day": "bold dark_orange",
    "soon": "bold cyan",
    "routine": "bold cyan",
    "self_care": "bold green",
    "unsettled": "bold cyan",
}


def console(*, stderr: bool = False, wide: bool = False) -> Console:
    """A console no wider than is good to read, unless tables need it."""
    plain = Console(stderr=stderr, highlight=False)
    if wide:
        return plain
    return Console(stderr=stderr, highlight=False, width=min(plain.width, WIDTH))


def progress_shown() -> Progress:
    """A spinner on standard error while something is worked out; nothing where nobody looks."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=(out := console(stderr=True)),
        transient=True,
        disable=not out.is_terminal,
    )


def figures_table(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Padding:
    """A table of figures: names to the left, numbers to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for index, head in enumerate(heads):
        table.add_column(head, justify="left" if index == 0 else "right")
    for row in rows:
        table.add_row(*row)
    return Padding(table, (1, 1, 0, 1))


def show_assessment(knowledge: Knowledge, assessment: Assessment, *, open_all: bool) -> None:
    """Print an assessment as a card."""
    wording = Wording(knowledge)
    card = wording.card(assessment, shown_open=10_000 if open_all else 6)
    out = console()
    out.print(_head(assessment, card))
    for part in _body(wording, assessment, card):
        out.print(part)


def _head(assessment: Assessment, card: Card) -> Panel:
    colour = _COLOURS[assessment.triage.disposition]
    lines: list[RenderableType] = [Text(card.plain)]
    if card.within:
        lines.append(Text(card.within, style="bold"))
    if card.action:
        lines += [Text(), Text(card.action, style="bold")]
    return Panel(
        Group(*lines),
        title=Text(f" {card.title} ", style=colour),
        title_align="left",
        border_style=colour.removeprefix("bold "),
        padding=(1, 2),
    )


def _body(wording: Wording, assessment: Assessment, card: Card) -> Iterator[RenderableType]:
    if card.reasons:
        yield heading(wording.message("why"))
        yield from (_reason(wording, reason) for reason in card.reasons)
    story = Teller(wording).story(assessment)
    if story is not None:
        yield from _story(story)
    if card.open_questions:
        yield heading(f"{wording.message('settle')} ({card.open_count})")
        yield bullets(card.open_questions)
        rest = card.open_count - len(card.open_questions)
        if rest > 0:
            yield Padding(Text(wording.message("open_more", n=rest), style="dim"), (0, 0, 0, 4))
    if card.understood:
        yield heading(wording.message("understood"))
        yield bullets(card.understood)
    if card.not_placed:
        yield heading(wording.message("not_placed"))
        yield bullets(f"“{text}”" for text in card.not_placed)
    if card.problems:
        yield heading(wording.message("problem"))
        yield bullets(card.problems)
    if card.settled and not card.urgent:
        changes = f"{wording.message('changes')}: {wording.message('changes_list')}."
        yield Padding(Text(changes, style="bold"), (1, 2, 0, 2))
    for note in card.notes:
        yield Padding(Text(note, style="dim"), (1, 2, 0, 2))
    proof = wording.message("proved" if assessment.proved else "not_proved")
    yield Padding(Text(f"{proof} {assessment.knowledge[:19]}", style="dim"), (1, 2, 1, 2))


def _story(story: Story) -> Iterator[RenderableType]:
    if story.causes or story.not_to_be_missed or story.notes:
        yield heading(story.title)
        yield Padding(Text(story.lead), (0, 0, 0, 4))
    yield from (_cause(cause) for cause in story.causes)
    for note in story.notes:
        yield Padding(Text(note, style="dim"), (0, 0, 0, 4))
    if story.not_to_be_missed:
        yield heading(story.missed_title)
        yield bullets(story.not_to_be_missed)


def _cause(cause: Cause) -> RenderableType:
    lines = [Text(cause.name, style="bold")]
    if cause.how_often:
        lines.append(Text(cause.how_often))
    if cause.fits:
        lines.append(Text(f"+ {', '.join(cause.fits)}", style="dim"))
    if cause.against:
        lines.append(Text(f"- {', '.join(cause.against)}", style="dim"))
    if cause.alike:
        lines.append(Text(cause.alike, style="dim"))
    table = Table.grid(padding=(0, 1))
    table.add_row("•", Group(*lines))
    return Padding(table, (0, 0, 0, 4))


def show_cause(knowledge: Knowledge, assessment: Assessment, condition: str) -> None:
    """Print the whole story of one cause for one person."""
    out, wording = console(), Wording(knowledge)
    parts = list(Teller(wording).cause_story(assessment, condition))
    out.print(Padding(Text(wording.condition(condition), style="bold"), (1, 2, 0, 2)))
    for title, lines in parts:
        out.print(heading(title) if lines else Padding(Text(title), (1, 2, 0, 2)))
        if lines:
            out.print(bullets(lines))
    out.print()


def heading(text: str) -> RenderableType:
    """A heading within a page."""
    return Padding(Text(text, style="bold underline"), (1, 0, 0, 2))


def bullets(items: Iterable[str]) -> RenderableType:
    """A list of lines."""
    table = Table.grid(padding=(0, 1))
    for item in items:
        table.add_row("•", Text(item))
    return Padding(table, (0, 0, 0, 4))


def _reason(wording: Wording, reason: ReasonLine) -> RenderableType:
    lines = [Text(reason.sentence)]
    reported = ", ".join(reason.reported)
    if reason.doubtful:
        lines.append(Text(f"{wording.message('doubt_note')}: {reported}", style="italic"))
    elif reported:
        lines.append(Text(f"{wording.message('told')}: {reported}", style="italic"))
    lines.append(Text(f"{', '.join(reason.rules)} · {reason.mark}", style="dim"))
    table = Table.grid(padding=(0, 1))
    table.add_row("•", Group(*lines))
    return Padding(table, (0, 0, 0, 4))


# ---------------------------------------------------------------------------------------- course


def show_course(knowledge: Knowledge, assessment: Assessment, course: Course | Refusal) -> None:
    """Print the course beside the advice, or the advice and why no course is drawn."""
    wording = Wording(knowledge)
    narrator, out = Narrator(wording), console()
    out.print(_head(assessment, wording.card(assessment)))
    if isinstance(course, Refusal):
        out.print(heading(narrator.message("refused")))
        out.print(bullets(narrator.refused(course)))
        return
    outlook = narrator.outlook(course)
    out.print(Padding(Text(outlook.title, style="bold"), (1, 2, 1, 2)))
    out.print(Padding(Text("\n".join(chart(course))), (0, 2)))
    keys = [f"● {narrator.message('key_own')}", f"◎ {narrator.message('key_now')}"]
    keys += [f"░ {narrator.message('key_band')}", f"· {narrator.message('key_mid')}"]
    axis = f"{'':6}{narrator.message('axis_days')}"
    out.print(Padding(Text("\n".join([axis, "", *keys]), style="dim"), (0, 2)))
    out.print(Padding(bullets(outlook.lines), (1, 0, 0, 0)))
    out.print(Padding(Text("\n".join(outlook.how_sure), style="dim"), (1, 2, 1, 2)))


def course_picture(knowledge: Knowledge, course: Course) -> str:
    """The course as an SVG file of its own."""
    narrator = Narrator(Wording(knowledge))
    outlook = narrator.outlook(course)
    below = narrator.message("axis_days")
    return course_svg_alone(course, outlook.svg_title, outlook.svg_description, below)


def chart(course: Course, columns: int = 64) -> list[str]:
    """The band, its middle and the own dots in characters: a row a point of pain, weeks below."""
    last = course.band[-1].day
    grid = [[" "] * columns for _ in range(11)]
    for column in range(columns):
        day = last * column / (columns - 1)
        point = min(course.band, key=lambda one: abs(one.day - day))
        for pain in range(11):
            if point.low - 5 <= pain * 10 <= point.high + 5:
                grid[pain][column] = "░"
        grid[round(point.middle / 10)][column] = "·"
    shown = [(day, pain) for day, pain in course.dots if 0 <= day <= last]
    for index, (day, pain) in enumerate(shown):
        mark = "◎" if index == len(shown) - 1 else "●"
        grid[round(pain / 10)][round(day / last * (columns - 1))] = mark
    rows = [f"{pain:>4} {''.join(grid[pain])}".rstrip() for pain in range(10, -1, -1)]
    below = [" "] * (columns + 2)
    for week in weeks_shown(course):
        at = round(week * 7 / last * (columns - 1))
        below[at : at + len(str(week))] = str(week)
    return [*rows, f"{'':5}{''.join(below)}".rstrip()]


# -------------------------------------------------------------------------------------- look-ups


def explain(knowledge: Knowledge, id_: str, own: Result | None = None) -> None:
    """Print everything known of whatever has this id, of each kind in turn.

    `own` is what the person compared for themselves; it stands beside the sources of a conflict.
    """
    out, wording = console(), Wording(knowledge)
    cared = list(look_up.entries(knowledge, id_))
    found = False
    for kind in _KINDS:
        entry = getattr(knowledge, kind).get(id_)
        if entry is None:
            continue
        out.print(Padding(Text(f"{id_}  ({kind.removesuffix('s')})", style="bold"), (1, 2, 0, 2)))
        match entry:
            case Rule():
                _explain_rule(knowledge, wording, out, entry)
            case Finding():
                _explain_finding(knowledge, wording, out, entry)
            case DerivedTerm():
                _rows(out, [("when", _shown(knowledge, entry.when)), ("file", str(entry.position))])
                _citations(knowledge, out, entry.sources)
            case Condition():
                _explain_condition(knowledge, wording, out, entry)
            case Conflict():
                _explain_conflict(wording, out, entry, own)
            case _:
                rows = [(k, str(v)) for k, v in _fields(entry) if v]
                _rows(out, rows)
        found = True
    for one in cared:
        out.print(Padding(Text(f"{id_}  ({one.kind})", style="bold"), (1, 2, 0, 2)))
        _rows(out, one.rows)
        _citations(knowledge, out, one.sources)
    found = _explain_recovery(knowledge, out, id_) or found
    if not (found or cared):
        known = [i for k in _KINDS[:4] for i in getattr(knowledge, k)]
        hint = did_you_mean(id_, [*known, *look_up.ids(knowledge)])
        raise InputError(Problem(f"Nothing is called '{id_}'.", hint=hint))


def _explain_recovery(knowledge: Knowledge, out: Console, id_: str) -> bool:
    """Print a number of the expected course with its sources; whether there is one of this id."""
    for kind in fields(knowledge.recovery):
        entry = getattr(knowledge.recovery, kind.name).get(id_)
        if entry is None:
            continue
        out.print(Padding(Text(f"{id_}  (course, {kind.name})", style="bold"), (1, 2, 0, 2)))
        told = {name: value for name, value in _fields(entry) if value not in ("", (), None)}
        cited = {name: told.pop(name) for name in list(told) if name.endswith("sources")}
        if "when" in told:
            told["when"] = _shown(knowledge, told["when"])
        _rows(out, [(name, str(value)) for name, value in told.items() if name != "id"])
        for name, citations in cited.items():
            part = name.removesuffix("sources").strip("_")
            if part:
                out.print(Padding(Text(f"for its {part}:", style="dim"), (1, 2, 0, 2)))
            if isinstance(citations, tuple):
                _citations(knowledge, out, citations)
        return True
    return False


def _fields(entry: object) -> Iterator[tuple[str, object]]:
    for name in getattr(entry, "__dataclass_fields__", ()):
        yield name, getattr(entry, name)


def _shown(knowledge: Knowledge, expr: object) -> str:
    def in_unit(finding: str, value: int) -> object:
        unit = knowledge.findings[finding].unit
        return from_base(value, unit) if unit else value

    return show(expr, in_unit)  # type: ignore[arg-type]


def _explain_rule(knowledge: Knowledge, wording: Wording, out: Console, rule: Rule) -> None:
    condition = knowledge.conditions.get(rule.protects_against)
    _rows(
        out,
        [
            ("when", _shown(knowledge, rule.when)),
            ("then", f"at least {rule.disposition.id}; {rule.action}"),
            ("because", wording.because(rule)),
            ("protects against", wording.condition(condition.id) if condition else ""),
            ("floor of", ", ".join(rule.floor_of)),
            ("kept although", rule.costs),
            ("file", f"kb/{rule.position}"),
        ],
    )
    _citations(knowledge, out, rule.sources)
    for conflict in knowledge.conflicts.values():
        if rule.id in conflict.about or conflict.id in rule.disagrees:
            words = wording.words["conflicts"][conflict.id]
            out.print(Padding(Text(wording.message("disagree"), style="bold"), (1, 2, 0, 2)))
            stances = [(who, str(text)) for who, text in words["positions"].items()]
            _rows(out, [("about", words["issue"]), *stances, ("here", words["choice"])])


def _explain_finding(
    knowledge: Knowledge, wording: Wording, out: Console, finding: Finding
) -> None:
    rules = [r for r, used in knowledge.findings_of_rule.items() if finding.id in used]
    ordinary = finding.ordinary
    share = f"{ordinary.share:.1%} ({ordinary.confidence}, {ordinary.source})" if ordinary else ""
    _rows(
        out,
        [
            ("asked as", wording.ask(finding.id)),
            ("help", wording.help(finding.id)),
            ("answer", finding.answer + (f" in {finding.unit}" if finding.unit else "")),
            ("polarity", finding.polarity),
            ("lives", finding.lifetime),
            ("asked if", _shown(knowledge, finding.only_if) if finding.only_if else ""),
            ("ordinary pain", share),
            ("used by", ", ".join(rules)),
            ("decides", ", ".join(look_up.decided_by(knowledge, finding.id))),
            ("file", f"kb/{finding.position}"),
        ],
    )
    _citations(knowledge, out, finding.sources)


def _explain_condition(
    knowledge: Knowledge, wording: Wording, out: Console, condition: Condition
) -> None:
    words = wording.words["conditions"][condition.id]
    rules = [r.id for r in knowledge.rules_by_urgency if r.protects_against == condition.id]
    _rows(
        out,
        [
            ("name", words["name"]),
            ("what it is", words["definition"]),
            ("who", words.get("pattern", "")),
            ("how soon", words.get("urgency", "")),
            ("codes", ", ".join(("ICD-10", *condition.codes.icd10))),
            ("rules", ", ".join(rules)),
            ("file", f"kb/{condition.position}"),
        ],
    )
    _citations(knowledge, out, condition.sources)


def _explain_conflict(
    wording: Wording, out: Console, conflict: Conflict, own: Result | None
) -> None:
    knowledge = wording.knowledge
    compared = own is not None and concerns(knowledge, conflict, own)
    found = ComparisonTeller(wording).own_line(own) if compared and own else ""
    words = wording.words["conflicts"][conflict.id]
    _rows(
        out,
        [
            ("about", words["issue"]),
            *((who, str(text)) for who, text in words["positions"].items()),
            (wording.words["comparison"]["you"] if found else "", found),
            ("supported", words.get("supported", "")),
            ("here", words["choice"]),
            ("you may", words.get("may_choose", "")),
            ("default", conflict.default),
            ("choices", ", ".join(conflict.choices)),
            ("concerns", ", ".join(conflict.about)),
            ("file", f"kb/{conflict.position}"),
        ],
    )
    stances = [citation for stance in conflict.positions for citation in stance.sources]
    _citations(knowledge, out, [*stances, *conflict.sources])


def _rows(out: Console, rows: Iterable[tuple[str, str]]) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, text in rows:
        if text:
            table.add_row(name, Text(text))
    out.print(Padding(table, (0, 2)))


def _citations(knowledge: Knowledge, out: Console, citations: Iterable[Citation]) -> None:
    out.print(Padding(Text("who says so", style="bold"), (1, 2, 0, 2)))
    rows = []
    for citation in citations:
        source = knowledge.sources.get(citation.source)
        parts = [source.citation if source else citation.source, citation.at, citation.reason]
        if source and source.address:
            parts.append(f"{source.address} (read {source.read})")
        rows.append((citation.confidence, "; ".join(part for part in parts if part)))
    _rows(out, rows)


def show_checks(knowledge: Knowledge) -> int:
    """Run every check of the knowledge base and print a line each, then the problems."""
    from lumbago.knowledge.check import CHECKS

    out, found = console(), 0
    for check in CHECKS:
        problems = check(knowledge)
        found += len(problems)
        sentence = (check.__doc__ or check.__name__).strip().splitlines()[0]
        mark = (
            Text("ok ", style="green") if not problems else Text(f"{len(problems):<3}", style="red")
        )
        out.print(Text("  ").append_text(mark).append(f" {sentence}"))
        for problem in problems:
            out.print(Padding(Text(str(problem)), (0, 0, 0, 6)))
    return 1 if found else 0
