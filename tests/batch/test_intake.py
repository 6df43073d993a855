"""The columnar intake must leave the answers that the definition leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago import intake
from lumbago.answers import NO, YES, YES_OR_NO, Answer, Case
from lumbago.answers import Given as Handed
from lumbago.batch.decode import Decoder
from lumbago.batch.intake import NEVER, Desk, Given
from lumbago.batch.layout import case_of_row, layout
from lumbago.batch.tables import cases_table
from lumbago.columns import CaseTable, Flags
from lumbago.expr import literals
from lumbago.knowledge.model import Knowledge

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def definition(knowledge: Knowledge) -> intake.Desk:
    return intake.Desk(knowledge)


@pytest.fixture(scope="module")
def desk(definition: intake.Desk) -> Desk:
    return Desk(definition)


def taken(desk: Desk, cases: Sequence[Case]) -> tuple[CaseTable, Given]:
    """The answers of cases as the columns have them, and what went with them."""
    batch = cases_table(desk.knowledge, cases).combine_chunks().to_batches()[0]
    shape = layout(desk.knowledge, batch.schema.names)
    found = Decoder(desk.definition, shape).given(batch, NEVER)
    return desk.intake(found).answers, found


def agree(desk: Desk, cases: Sequence[Case]) -> Flags:
    """Rows that are not odd say what the definition says; returns the odd ones."""
    answers, found = taken(desk, cases)
    for row in np.flatnonzero(~found.odd).tolist():
        one = desk.definition.intake(cases[row])
        columns = {id_: (a.possible, a.asked) for id_, a in answers.answers(row).items()}
        assert columns == {id_: (a.possible, a.asked) for id_, a in one.answers.items()}
        problems = [problem for problem, rows in found.problems if rows[row]]
        assert sorted(map(str, problems)) == sorted(map(str, one.problems))
    return found.odd


@st.composite
def tangled(draw: st.DrawFn, knowledge: Knowledge) -> Case:
    """Answers to findings that follow from each other."""
    desk = intake.Desk(knowledge)
    start = draw(st.sampled_from([f.id for f in knowledge.findings.values() if _leads(desk, f.id)]))
    around = {start}
    for _ in range(2):
        for id_ in list(around):
            around |= _near(knowledge, id_)
    chosen = draw(st.lists(st.sampled_from(sorted(around)), unique=True, max_size=6))
    words = st.sampled_from(["yes", "yes", "no", "no", "unsure"])
    given_ = {
        id_: Handed(draw(words)) for id_ in chosen if knowledge.findings[id_].answer == "yes_no"
    }
    return Case(at=AT, given=given_)


def _leads(desk: intake.Desk, id_: str) -> bool:
    finding = desk.knowledge.findings[id_]
    return bool(finding.implies or finding.excludes or finding.longer_ago)


def _near(knowledge: Knowledge, id_: str) -> set[str]:
    """The findings that one finding speaks of, and those that speak of it."""
    found: set[str] = set()
    for other in knowledge.findings.values():
        named = {*other.implies, *other.excludes, *filter(None, [other.longer_ago])}
        for expr in (other.only_if, other.implied_by):
            if expr is not None:
                named |= {one.finding for one, _ in literals(expr, knowledge.term_expressions)}
        if other.id == id_:
            found |= named
        elif id_ in named:
            found.add(other.id)
    return found


@settings(max_examples=60)
@given(st.data())
def test_what_follows_from_what(knowledge: Knowledge, desk: Desk, data: st.DataObject) -> None:
    agree(desk, data.draw(st.lists(tangled(knowledge), min_size=1, max_size=8)))


def of(**answers: object) -> Case:
    return Case(at=AT, given={id_: Handed(value) for id_, value in answers.items()})


def test_a_denial_goes_backwards(knowledge: Knowledge, desk: Desk) -> None:
    case = of(groin_lump="no")
    answers, found = taken(desk, [case])
    assert not found.odd.any()
    assert answers.answers(0)["groin_lump_stuck_painful"].possible == NO
    agree(desk, [case])


def test_nothing_changed_long_ago_where_all_was_denied(knowledge: Knowledge, desk: Desk) -> None:
    askers = desk.definition.longer_ago["bladder_or_sex_change_old"]
    whole = of(**dict.fromkeys(askers, "no"))
    part = of(**dict.fromkeys(askers[1:], "no"))
    answers, _ = taken(desk, [whole, part])
    assert answers.answers(0)["bladder_or_sex_change_old"].possible == NO
    assert "bladder_or_sex_change_old" not in answers.answers(1)
    agree(desk, [whole, part])


def test_where_the_order_decides_the_row_is_taken_by_itself(knowledge: Knowledge) -> None:
    """One yes implies what another excludes, and nobody answered that."""
    findings = dict(knowledge.findings)
    findings["headache"] = replace(findings["headache"], excludes=("chills_or_sweats",))
    desk = Desk(intake.Desk(replace(knowledge, findings=findings)))
    assert "chills_or_sweats" in findings["shaking_chills"].implies
    cases = [
        of(shaking_chills="yes", headache="yes"),
        of(headache="yes", shaking_chills="yes"),
        of(shaking_chills="yes", headache="yes", chills_or_sweats="yes"),
        of(headache="yes"),
    ]
    assert agree(desk, cases).tolist() == [True, True, False, False]


def test_put_replaces_whole_rows(knowledge: Knowledge, desk: Desk) -> None:
    from lumbago.batch.intake import put

    cases = [of(fever="yes", age_years=40), of(fever="no", age_years=50), of(fever="unsure")]
    answers, found = taken(desk, cases)
    put(found, knowledge.findings, np.array([1]), [{"headache": Answer(YES)}])
    table = CaseTable(3, found.columns)
    assert {id_: a.possible for id_, a in table.answers(1).items()} == {"headache": YES}
    assert table.answers(2)["fever"].possible == YES_OR_NO
    assert table.answers(0)["fever"].possible == YES
    assert case_of_row(layout(knowledge, ["fever"]), {"fever": "yes"}).given["fever"].value == "yes"
    assert answers.rows == 3
