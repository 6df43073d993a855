"""A screen of the interview as a form, and a form that was filled in as answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lumbago.answers import Case
from lumbago.errors import LumbagoError
from lumbago.intake import values_of
from lumbago.interview import LONGER_AGO, Block, Row, Screen, Stop, applies, next_screen, reply
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.quantity import from_base
from lumbago.wording import Wording

NONE: Final = "none"
"""The name of the button that answers what was left open of a list with "no"."""

_KEEP: Final = "keep"
_OTHER: Final = "other"
_CAUSES: Final = 5


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a form. `kind` is yes_no, choice or number; `choices` are values with their labels.

    `keep` is what own words seem to say for a number, in words; `wrong` what must be mended; a
    `listed` row is a statement that "none of these" answers.
    """

    name: str
    kind: str
    text: str
    help: str
    quote: str
    choices: tuple[tuple[str, str], ...]
    keep: str = ""
    unit: str = ""
    unit_counts: bool = True
    low: str = ""
    high: str = ""
    typed: str = ""
    chosen: str = ""
    wrong: str = ""
    saddle: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, with their title."""

    title: str
    lead: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A screen of the interview as it is shown. `done` and `left` count screens.

    `list_like` offers "none of these" for its statements; `mixed` has other questions as well.
    """

    id: str
    groups: tuple[Group, ...]
    list_like: bool
    mixed: bool
    done: int
    left: int
    why: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form said: the answers by row, and what is wrong by row (empty: everything is there)."""

    chosen: Mapping[str, object]
    wrong: Mapping[str, str]


def form(
    wording: Wording,
    screen: Screen,
    case: Case,
    done: int,
    sent: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Form:
    """The form of a screen; with what was sent and what was wrong with it, to be mended."""
    groups = tuple(_groups(wording, screen, case, sent or {}, wrong or {}))
    fields = [field for group in groups for field in group.fields]
    return Form(
        id=screen.id,
        groups=groups,
        list_like=any(block.style == "tick" for block in screen.blocks),
        mixed=any(block.style != "tick" for block in screen.blocks),
        done=done,
        left=screen.left,
        why=wording.protects(screen.rules)[:_CAUSES],
        wrong=tuple((field.name, field.text) for field in fields if field.wrong),
    )


def _groups(
    wording: Wording, screen: Screen, case: Case, sent: Mapping[str, str], wrong: Mapping[str, str]
) -> Iterator[Group]:
    for block in screen.blocks:
        listed = block.style == "tick"
        rows = tuple(
            replace(_field(wording, row, case, sent, wrong.get(row.id, "")), listed=listed)
            for row in block.rows
        )
        yield Group(wording.title(block.words), wording.lead(block.words), rows)


def _field(wording: Wording, row: Row, case: Case, sent: Mapping[str, str], wrong: str) -> Field:
    id_ = row.findings[0]
    finding = wording.knowledge.findings[id_]
    keep = ""
    if row.suggested is not None and row.answer == "number":
        said = row.suggested
        keep = f"{said['from']} to {said['to']}" if isinstance(said, dict) else str(said)
    return Field(
        name=row.id,
        kind=row.answer,
        text=wording.line(row.words),
        help=wording.help(id_) if row.words[0] == "questions" else "",
        quote=case.text[row.quote[0] : row.quote[1]] if row.quote else "",
        choices=tuple(_choices(wording, row)),
        keep=keep,
        unit=str(wording.words["screens"]["units"].get(finding.unit or "", "")),
        unit_counts=finding.unit != "score",
        low=str(_shown(wording, id_, finding.low)),
        high=str(_shown(wording, id_, finding.high)),
        typed=sent.get(f"{row.id}.number", ""),
        chosen=sent.get(row.id, ""),
        wrong=wrong,
        saddle="saddle_numbness" in row.findings,
    )


def _shown(wording: Wording, finding: str, value: int) -> object:
    unit = wording.knowledge.findings[finding].unit
    return from_base(value, unit) if unit else ""


def _choices(wording: Wording, row: Row) -> Iterator[tuple[str, str]]:
    if row.answer == "choice":
        finding = wording.knowledge.findings[row.findings[0]]
        for choice in finding.choices:
            yield choice, wording.choice(finding.id, choice)
        yield "unsure", wording.message("unsure")
    elif row.answer == "yes_no":
        for value in ("yes", "no", "unsure"):
            yield value, wording.message(value)
        if row.longer_ago:
            yield LONGER_AGO, wording.longer_ago(row.findings[0])


# ------------------------------------------------------------------------------------- filled in


def filled(knowledge: Knowledge, case: Case, screen: Screen, sent: Mapping[str, str]) -> Filled:
    """A form as answers. What is left open is wrong, unless it need not be asked any more.

    `wrong` holds ids of messages under the words of the screens.
    """
    chosen: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for block in screen.blocks:
        for row in block.rows:
            value, problem = _value(knowledge, row, sent)
            if value is not None:
                chosen[row.id] = value
            elif problem == "open" and block.style == "tick" and NONE in sent:
                chosen[row.id] = "no"
            else:
                wrong[row.id] = problem
    for row in screen.rows:
        if wrong.get(row.id) == "open" and not applies(
            knowledge, case, _only(screen, chosen), chosen, row
        ):
            del wrong[row.id]
    if wrong and set(wrong.values()) == {"open"} and _enough(knowledge, case, screen, chosen):
        wrong = {}
    return Filled(chosen, wrong)


def _value(knowledge: Knowledge, row: Row, sent: Mapping[str, str]) -> tuple[object | None, str]:
    """The value that was sent for a row, or None and the id of what is wrong."""
    said = sent.get(row.id, "").strip()
    if row.answer == "number":
        return _number(knowledge, row, said, sent.get(f"{row.id}.number", "").strip())
    if not said:
        return None, "open"
    finding = knowledge.findings[row.findings[0]]
    known = finding.choices if row.answer == "choice" else ("yes", "no")
    extra = (LONGER_AGO,) if row.longer_ago else ()
    return (said, "") if said in (*known, *extra, "unsure") else (None, "unknown")


def _number(knowledge: Knowledge, row: Row, said: str, typed: str) -> tuple[object | None, str]:
    if said == "unsure":
        return "unsure", ""
    if said == _KEEP and row.suggested is not None:
        return row.suggested, ""
    if not typed:
        return None, "open"
    typed = typed.replace(",", ".")
    try:
        values_of(knowledge.findings[row.findings[0]], typed)
    except LumbagoError:
        return None, "number"
    return typed, ""


def _only(screen: Screen, chosen: Mapping[str, object]) -> Screen:
    """The screen with those rows alone that were answered."""
    blocks = []
    for block in screen.blocks:
        rows = tuple(row for row in block.rows if row.id in chosen)
        blocks.append(Block(block.words, "each", rows))
    return replace(screen, blocks=tuple(blocks))


def _enough(knowledge: Knowledge, case: Case, screen: Screen, chosen: Mapping[str, object]) -> bool:
    """Whether what was answered is an emergency already, so that the rest need not be asked."""
    if "yes" not in chosen.values():
        return False
    after = next_screen(knowledge, reply(knowledge, case, _only(screen, chosen), chosen))
    return isinstance(after, Stop) and after.verdict.low is Disposition.EMERGENCY
