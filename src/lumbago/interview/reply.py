"""From what a person chose on a screen to the case with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lumbago.answers import Case, Given, Origin
from lumbago.interview.screens import LONGER_AGO, Row, Screen
from lumbago.interview.view import View, board
from lumbago.knowledge.model import Knowledge


def reply(knowledge: Knowledge, case: Case, screen: Screen, chosen: Mapping[str, object]) -> Case:
    """The case after a screen.

    `chosen` maps rows to "yes", "no", "unsure", "longer_ago", a choice or a number. In a block to
    tick, a row that is not there is "no"; in others it stays open.
    """
    given = dict(case.given)
    for block in screen.blocks:
        for row in block.rows:
            value = chosen.get(row.id, "no" if block.style == "tick" else None)
            if value is not None:
                given |= _given(row, value)
    return _without_idle_marks(knowledge, replace(case, given=given))


def applies(
    knowledge: Knowledge, case: Case, screen: Screen, chosen: Mapping[str, object], row: Row
) -> bool:
    """Whether a row is still worth asking after others: not if their answers settle it.

    For callers that ask row after row; `screen` has the rows that were asked.
    """
    after = View(board(knowledge), reply(knowledge, case, screen, chosen))
    found = [after.answers.get(finding) for finding in row.findings]
    return not all(answer is not None and answer.origin.kind == "derived" for answer in found)


def _given(row: Row, value: object) -> Mapping[str, Given]:
    if row.again:
        said = "no" if value == "no" else "unsure"
        return {finding: Given(said, row.origin) for finding in row.findings}
    if value == LONGER_AGO:
        return {row.longer_ago: Given("yes", row.origin), row.findings[0]: Given("no", row.origin)}
    if row.whole and value != "no":
        mark = Origin("list", f"{row.origin.detail}:{row.id}")
        return {finding: Given("unsure", mark) for finding in row.findings}
    return {finding: Given(value, row.origin) for finding in row.findings}


def _without_idle_marks(knowledge: Knowledge, case: Case) -> Case:
    """Without the marks on findings that other answers settle, such as age, sex or what implies them."""
    view = View(board(knowledge), case)
    idle = {finding for finding in view.marked if finding in view.answers}
    if not idle:
        return case
    return replace(case, given={f: given for f, given in case.given.items() if f not in idle})
