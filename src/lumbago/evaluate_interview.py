"""The interview played against cases: does its end say what the whole case says, and after how long.

Somebody who knows the structured answers of a case, and nothing else, takes the interview. A
question that the case does not answer is answered by a policy. The end is compared with the advice
for the case completed by the same policy. Gold labels are used where a line carries one.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from lumbago.answers import Case, Given
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError
from lumbago.evaluate import BadLine, Place, place
from lumbago.evaluate_report import Table
from lumbago.intake import value_of
from lumbago.interview import LONGER_AGO, Row, Screen, is_mark, next_screen, reply
from lumbago.knowledge.model import Disposition, Finding, Knowledge
from lumbago.rates import Rate, rate_json
from lumbago.triage.scalar import TOLD, Rules
from lumbago.wire import Gold, case_of, gold_of, loads

_NOT_SO: Final = frozenset({"no", "does_not_apply"})
_NINE_IN_TEN: Final = 0.9


class Unheld(StrEnum):
    """How a question is answered that the case does not hold.

    A number that is not held is the ordinary one under `no`, since a number has no "no".
    """

    NO = "no"
    UNSURE = "unsure"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Played:
    """One interview: its length, why it stopped, and the advice at its end and for the whole case.

    `questions` counts rows. `doubt`: the advice stands on doubt alone. `place` is None without label.
    """

    line: int
    id: str | None
    screens: int
    questions: int
    stopped: str
    told: Disposition
    whole: Disposition
    said: str
    whole_said: str
    doubt: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class Length:
    """How many: in the middle, in nine of ten at most, at the very most."""

    median: float
    nine_in_ten: int
    most: int


@dataclass(frozen=True, slots=True)
class InterviewFigures:
    """The figures of the interview over some cases.

    `same`, `lower` and `higher` compare the advice as told with that for the whole case; `settled`
    needed no further question; `doubt` rests on doubt alone; `acceptable` is of those with a label.
    """

    unheld: Unheld
    same: Rate
    lower: Rate
    higher: Rate
    same_shown: Rate
    settled: Rate
    doubt: Rate
    acceptable: Rate
    screens: Length
    questions: Length
    stopped: Mapping[str, int]
    played: tuple[Played, ...]
    bad: tuple[BadLine, ...]


def evaluate_interview(
    knowledge: Knowledge, lines: Iterable[str | bytes], unheld: Unheld = Unheld.NO
) -> InterviewFigures:
    """Play the interview against every case line. Blank lines are passed over."""
    played: list[Played] = []
    bad: list[BadLine] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        case = None
        try:
            data = loads(line)
            case = case_of(data)
            gold = gold_of(data) if "gold" in data else None
            played.append(_play(knowledge, number, case, gold, unheld))
        except InputError as error:
            bad.append(BadLine(number, case.id if case else None, error.problems))
    return _figures(unheld, tuple(played), tuple(bad))


def _figures(
    unheld: Unheld, played: tuple[Played, ...], bad: tuple[BadLine, ...]
) -> InterviewFigures:
    def rate(hits: Iterable[bool]) -> Rate:
        return Rate(sum(hits), len(played))

    placed = [one.place for one in played if one.place is not None]
    return InterviewFigures(
        unheld=unheld,
        same=rate(one.told is one.whole for one in played),
        lower=rate(one.told < one.whole for one in played),
        higher=rate(one.told > one.whole for one in played),
        same_shown=rate(one.said == one.whole_said for one in played),
        settled=rate(one.stopped == "settled" for one in played),
        doubt=rate(one.doubt for one in played),
        acceptable=Rate(sum(where is Place.ACCEPTABLE for where in placed), len(placed)),
        screens=_length([one.screens for one in played]),
        questions=_length([one.questions for one in played]),
        stopped=Counter(one.stopped for one in played),
        played=played,
        bad=bad,
    )


def _length(counts: list[int]) -> Length:
    if not counts:
        return Length(0, 0, 0)
    ordered = sorted(counts)
    nine = ordered[min(len(ordered) - 1, int(_NINE_IN_TEN * len(ordered)))]
    return Length(statistics.median(ordered), nine, ordered[-1])


# --------------------------------------------------------------------------------- one interview


def _play(knowledge: Knowledge, line: int, case: Case, gold: Gold | None, unheld: Unheld) -> Played:
    whole = complete(knowledge, case, unheld)
    case_after, screens, stopped = play(knowledge, whole)
    after, of_whole = assess(knowledge, case_after), assess(knowledge, whole)
    told = after.triage.verdict.as_told
    return Played(
        line=line,
        id=case.id,
        screens=len(screens),
        questions=sum(len(screen.rows) for screen in screens),
        stopped=stopped,
        told=told,
        whole=of_whole.triage.verdict.as_told,
        said=after.triage.disposition,
        whole_said=of_whole.triage.disposition,
        doubt=_by_doubt(knowledge, after),
        place=None if gold is None else place(gold, told),
    )


def _by_doubt(knowledge: Knowledge, assessment: Assessment) -> bool:
    return Rules(knowledge).level(assessment.answers, TOLD) < assessment.triage.verdict.as_told


def play(knowledge: Knowledge, whole: Case) -> tuple[Case, tuple[Screen, ...], str]:
    """Take the interview as somebody who answers as a case does, and passes over what it leaves out.

    Returns the case at the end, the screens that were shown, and why it stopped.
    """
    case = Case(id=whole.id, at=whole.at, profile=whole.profile)
    passed: frozenset[str] = frozenset()
    screens: list[Screen] = []
    while True:
        screen = next_screen(knowledge, case, passed)
        if not isinstance(screen, Screen):
            return case, tuple(screens), screen.because
        screens.append(screen)
        known = {row.id: _said(whole, row) for row in screen.rows}
        passed |= {f for row in screen.rows if known[row.id] is None for f in row.findings}
        case = reply(knowledge, case, _known_part(screen, known), known)
        open_ = {f: one for f, one in case.given.items() if not (f in passed and is_mark(one))}
        case = replace(case, given=open_)


def _known_part(screen: Screen, known: Mapping[str, object]) -> Screen:
    """The screen without the rows that are passed over."""
    blocks = (
        replace(block, rows=tuple(row for row in block.rows if known[row.id] is not None))
        for block in screen.blocks
    )
    return replace(screen, blocks=tuple(blocks))


def _said(whole: Case, row: Row) -> object:
    """What somebody says to a row; None if the case does not say."""
    values = [whole.given[f].value if f in whole.given else None for f in row.findings]
    if not (row.whole or row.again):
        old = whole.given.get(row.longer_ago)
        if values[0] != "no" or old is None:
            return values[0]
        return {"yes": LONGER_AGO, "unsure": "unsure"}.get(str(old.value), "no")
    if any(value not in (None, "unsure", *_NOT_SO) for value in values):
        return "yes"
    if None in values:
        return None
    return "unsure" if "unsure" in values else "no"


# ------------------------------------------------------------------------------------ completing


def complete(knowledge: Knowledge, case: Case, unheld: Unheld) -> Case:
    """A case with its structured answers alone, and an answer to every other question by policy.

    What follows from an answer is held too.
    """
    case = replace(case, text="")
    known = assess(knowledge, case).answers
    given = {f: one for f, one in case.given.items() if f in known or one.value == "no"}
    for id_, finding in knowledge.findings.items():
        if id_ in given or finding.for_care:
            continue
        if id_ in known:
            given[id_] = Given(value_of(finding, known[id_].possible))
        elif (value := _unheld(knowledge, finding, unheld)) is not None:
            given[id_] = Given(value)
    return replace(case, given=given)


def _unheld(knowledge: Knowledge, finding: Finding, unheld: Unheld) -> object:
    if unheld is Unheld.SKIP:
        return None
    if unheld is Unheld.UNSURE:
        return "unsure"
    if finding.answer == "number":
        return _ordinary(knowledge, finding)
    return "no" if finding.answer == "yes_no" or "no" in finding.choices else "unsure"


def _ordinary(knowledge: Knowledge, finding: Finding) -> object:
    """The number in the middle of people with ordinary pain; not sure where nothing is known."""
    spread = knowledge.spreads.get(finding.id)
    if spread is None:
        return "unsure"
    match spread.kind:
        case "normal":
            return round(spread.mean)
        case "lognormal":
            return round(spread.median)
        case "categorical":
            total = sum(spread.shares.values())
            return round(sum(float(v) * share for v, share in spread.shares.items()) / total)


# --------------------------------------------------------------------------------------- showing

_RATES: Final = ("same", "lower", "higher", "same_shown", "settled", "doubt", "acceptable")
_LENGTHS: Final = ("screens", "questions")


def interview_tables(figures: InterviewFigures, words: Mapping[str, Any]) -> Iterator[Table]:
    """The figures as tables; `words` are those of kb/words/<lang>/evaluate.yaml."""
    title = f"{words['interview']}: {words['unheld']} {words[f'unheld_{figures.unheld}']}"
    rows = [(words[f"interview_{name}"], str(getattr(figures, name))) for name in _RATES]
    yield Table(title, ("", ""), tuple(rows))
    lengths = [(words[name], getattr(figures, name)) for name in _LENGTHS]
    yield Table(
        words["length"],
        ("", words["median"], words["nine_in_ten"], words["most"]),
        tuple(
            (name, f"{one.median:g}", str(one.nine_in_ten), str(one.most)) for name, one in lengths
        ),
    )
    other = [one for one in figures.played if one.told is not one.whole]
    if other:
        heads = ("line", "id", "told", "whole", "screens")
        cells = (
            (str(o.line), o.id or "", words[o.told.id], words[o.whole.id], str(o.screens))
            for o in other
        )
        yield Table(words["differ"], tuple(words[head] for head in heads), tuple(cells))
    if figures.bad:
        lines = ((str(b.line), b.id or "", str(p)) for b in figures.bad for p in b.problems)
        yield Table(words["bad"], (words["line"], words["id"], words["problem"]), tuple(lines))


def interview_json(figures: InterviewFigures) -> dict[str, Any]:
    """The figures as JSON data."""
    return {
        "unheld": str(figures.unheld),
        **{name: rate_json(getattr(figures, name)) for name in _RATES},
        **{name: _length_json(getattr(figures, name)) for name in _LENGTHS},
        "stopped": dict(figures.stopped),
        "differ": [
            {"line": one.line, "id": one.id, "told": one.told.id, "whole": one.whole.id}
            for one in figures.played
            if one.told is not one.whole
        ],
        "bad": [
            {"line": bad.line, "id": bad.id, "problems": [str(p) for p in bad.problems]}
            for bad in figures.bad
        ],
    }


def _length_json(length: Length) -> dict[str, float]:
    return {
        "median": length.median,
        "nine_in_ten": length.nine_in_ten,
        "most": length.most,
    }
