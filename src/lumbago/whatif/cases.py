"""An overlay on written cases: the same answers read twice, beside their labels where they have any.

A case is read with its text and answers, exactly as it is assessed; no condition of a finding rests
on a rule, so the answers are those of the shipped knowledge on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from lumbago.answers import Answers
from lumbago.columns import CaseTable
from lumbago.errors import InputError
from lumbago.evaluate import BadLine, Place, case_and_gold, place
from lumbago.intake import Desk
from lumbago.knowledge.model import Disposition
from lumbago.knowledge.overlay import Overlay
from lumbago.rates import Paired
from lumbago.whatif.compare import Comparison, Reader, Tally
from lumbago.whatif.people import Crowd, Kind
from lumbago.wire import Gold


@dataclass(frozen=True, slots=True)
class MovedCase:
    """A case that comes out otherwise; `line` counts from 1."""

    line: int
    id: str | None
    gold: Gold
    before: Disposition
    after: Disposition


@dataclass(frozen=True, slots=True)
class CaseComparison:
    """What became of the cases of a file.

    `labelled`: by where the advice lies beside the labels. `missed`: the emergencies below every
    label that is accepted for them.
    """

    comparison: Comparison
    labelled: dict[Place, Paired]
    missed: Paired
    moved: tuple[MovedCase, ...]
    bad: tuple[BadLine, ...]


def compare_cases(overlay: Overlay, lines: Iterable[str | bytes]) -> CaseComparison:
    """The overlay on the cases of a file. Blank lines are passed over, bad ones are reported."""
    golds: list[tuple[int, str | None, Gold]] = []
    answers: list[Answers] = []
    bad: list[BadLine] = []
    desk = Desk(overlay.shipped)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        id_ = None
        try:
            case, gold = case_and_gold(line, labelled=False)
            id_ = case.id
            answers.append(desk.intake(case).answers)
        except InputError as error:
            bad.append(BadLine(number, id_, error.problems))
            continue
        golds.append((number, id_, gold))
    table = CaseTable.of(overlay.shipped.findings, answers)
    tally = Tally(overlay, Kind.CASES)
    crowd = Crowd(Kind.CASES, table, (), np.zeros((len(table), 0), np.bool_))
    before, after = tally.add(crowd, Reader(overlay))
    cases = tuple(
        MovedCase(*who, Disposition(int(was)), Disposition(int(now)))
        for who, was, now in zip(golds, before.told, after.told, strict=True)
    )
    return CaseComparison(
        comparison=tally.result(),
        labelled={where: _placed(cases, where) for where in Place},
        missed=_added(
            _pair(_below(one.gold, one.before), _below(one.gold, one.after))
            for one in cases
            if one.gold.disposition is Disposition.EMERGENCY
        ),
        moved=tuple(one for one in cases if one.before is not one.after),
        bad=tuple(bad),
    )


def _placed(cases: Iterable[MovedCase], where: Place) -> Paired:
    return _added(
        _pair(place(one.gold, one.before) is where, place(one.gold, one.after) is where)
        for one in cases
        if one.gold.acceptable
    )


def _below(gold: Gold, told: Disposition) -> bool:
    return place(gold, told) is Place.UNDER


def _pair(before: bool, after: bool) -> Paired:
    return Paired(
        int(before and after),
        int(before and not after),
        int(after and not before),
        int(not before and not after),
    )


def _added(pairs: Iterator[Paired]) -> Paired:
    return sum(pairs, start=Paired(0, 0, 0, 0))
