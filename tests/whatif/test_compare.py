"""Comparing rules on people: laws that hold for every overlay, and counts checked by the definition."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lumbago
from lumbago.columns import CaseTable, SetColumn
from lumbago.evaluate_groups import KINDS
from lumbago.expr import Not, Or, Yes, literals
from lumbago.knowledge.model import Disposition, Rule
from lumbago.knowledge.overlay import Overlay
from lumbago.rates import Paired, Rate
from lumbago.simulate import ordinary
from lumbago.testing import partial_answers
from lumbago.triage import scalar
from lumbago.whatif.compare import (
    EXAMPLES,
    Comparison,
    Measure,
    Reader,
    Tally,
    chosen_examples,
    compare,
    fulfils,
    paired,
)
from lumbago.whatif.people import Crowd, Kind, crowds

SHIPPED = lumbago.load()
PEOPLE = ordinary(SHIPPED, 200, np.random.default_rng(3))
CROWD = Crowd(Kind.ORDINARY, PEOPLE, (), np.zeros((200, 0), np.bool_))
RULES = st.sampled_from(sorted(SHIPPED.rules))
SIGNS = st.sampled_from(
    sorted(f.id for f in SHIPPED.findings.values() if f.answer == "yes_no" and not f.for_care)
)


def with_rule(*rules: Rule) -> Overlay:
    """The shipped knowledge with these rules in the place of those of the same id."""
    changed = {**SHIPPED.rules, **{rule.id: rule for rule in rules}}
    made = replace(SHIPPED, rules=MappingProxyType(changed), overlay="a try")
    return Overlay("a try", "why not, says somebody", SHIPPED, made)


def without(*ids: str) -> Overlay:
    rest = {id_: rule for id_, rule in SHIPPED.rules.items() if id_ not in ids}
    made = replace(SHIPPED, rules=MappingProxyType(rest), overlay="a try")
    return Overlay("a try", "why not, says somebody", SHIPPED, made)


def found(overlay: Overlay, crowd: Crowd = CROWD) -> Comparison:
    tally = Tally(overlay, crowd.kind)
    tally.add(crowd, Reader(overlay))
    return tally.result()


# ------------------------------------------------------------------------------------------- laws


def test_an_empty_change_moves_nobody(unchanged: Overlay) -> None:
    for kind, one in compare(unchanged, 600, 0).items():
        assert all(was is now for was, now in one.moves), kind
        assert (one.moved("up"), one.moved("down")) == (Rate(0, 600), Rate(0, 600))
        assert all(pair.before == pair.after for pair in one.measures.values())
        assert all(low <= 0 <= high for low, high in (p.interval for p in one.measures.values()))
        assert (one.carriers, one.groups, one.examples, one.unseen) == ((), (), (), ())


@settings(max_examples=20)
@given(RULES, SIGNS)
def test_one_more_sign_in_a_rule_never_lowers_anybody(id_: str, sign: str) -> None:
    rule = SHIPPED.rules[id_]
    one = found(with_rule(replace(rule, when=Or((rule.when, Yes(sign))))))
    assert one.moved("down").hits == 0
    assert all(carrier.fires_after >= carrier.fires_before for carrier in one.carriers)


@settings(max_examples=20)
@given(RULES, st.sampled_from(Disposition))
def test_a_higher_level_never_lowers_and_a_rule_less_never_raises(
    id_: str, level: Disposition
) -> None:
    rule = SHIPPED.rules[id_]
    higher = replace(rule, disposition=max(level, rule.disposition))
    assert found(with_rule(higher)).moved("down").hits == 0
    assert found(without(id_)).moved("up").hits == 0


@settings(max_examples=15)
@given(RULES, RULES, SIGNS, SIGNS)
def test_swapped_overlays_move_everybody_back(one: str, other: str, sign: str, excuse: str) -> None:
    changed = replace(SHIPPED.rules[one], when=Or((SHIPPED.rules[one].when, Yes(sign))))
    second = replace(SHIPPED.rules[other], when=Not(Yes(excuse)))
    there = with_rule(changed, second)
    back = Overlay(there.title, there.why, there.knowledge, there.shipped)
    to, fro = found(there), found(back)
    assert fro.moves == {(now, was): n for (was, now), n in to.moves.items()}
    assert {m: pair.swapped for m, pair in fro.measures.items()} == to.measures
    turned = {(c.rule, c.down, c.up, c.fires_after, c.fires_before) for c in fro.carriers}
    assert turned == {(c.rule, c.up, c.down, c.fires_before, c.fires_after) for c in to.carriers}


@settings(max_examples=10)
@given(st.lists(partial_answers(SHIPPED), min_size=1, max_size=12), RULES, SIGNS)
def test_levels_are_those_of_the_definition_unsure_answers_included(
    people: list[dict[str, lumbago.answers.Answer]], id_: str, sign: str
) -> None:
    rule = SHIPPED.rules[id_]
    overlay = with_rule(replace(rule, when=Or((rule.when, Yes(sign)))))
    table = CaseTable.of(SHIPPED.findings, people)
    before, after = Reader(overlay).read(table)
    for reading, knowledge in ((before, SHIPPED), (after, overlay.knowledge)):
        rules = scalar.Rules(knowledge)
        wanted = [rules.verdict(answers).as_told for answers in people]
        assert [Disposition(int(told)) for told in reading.told] == wanted
    crowd = Crowd(Kind.CASES, table, (), np.zeros((len(people), 0), np.bool_))
    one = found(overlay, crowd)
    moved = one.moved("up").hits + one.moved("down").hits
    assert sum(c.up + c.down for c in one.carriers) >= moved  # nobody moves without a rule


# ----------------------------------------------------------------------------------------- counts


MANY = 6000


@pytest.fixture(scope="module")
def compared(loosened: Overlay) -> dict[Kind, Comparison]:
    return compare(loosened, MANY, 0)


def test_everybody_is_counted_once(compared: dict[Kind, Comparison]) -> None:
    for kind, one in compared.items():
        assert one.people == MANY, kind
        assert sum(one.level(level).before.hits for level in Disposition) == MANY
        for level in Disposition:
            pair = one.level(level)
            assert pair.people == MANY
            assert pair.both == one.moves.get((level, level), 0)


def test_measures_are_those_of_the_people(loosened: Overlay) -> None:
    overlay, n = loosened, 500
    result = compare(overlay, n, 6)
    for kind in (Kind.ORDINARY, Kind.EVEN):
        tally = {measure: Paired(0, 0, 0, 0) for measure in result[kind].measures}
        for crowd in crowds(SHIPPED, n, 6):
            if crowd.kind is not kind:
                continue
            before, after = (
                np.array([scalar_level(k, crowd, row) for row in range(len(crowd))])
                for k in (overlay.shipped, overlay.knowledge)
            )
            conditions = [SHIPPED.conditions[cause] for cause in crowd.causes]
            urgent = crowd.with_cause([c.usual == "emergency" for c in conditions])
            serious = crowd.with_cause([c.serious for c in conditions])
            low, top = Disposition.SAME_DAY, Disposition.EMERGENCY
            for measure, who, hits in (
                (Measure.MISSED, urgent, (before < low, after < low)),
                (Measure.SERIOUS, serious, (before < low, after < low)),
                (Measure.SENT, ~serious, (before >= low, after >= low)),
                (Measure.CALLED, ~serious, (before == top, after == top)),
            ):
                if measure in tally:
                    tally[measure] += paired(*(hit[who] for hit in hits))
        assert result[kind].measures == tally


def scalar_level(knowledge: lumbago.knowledge.model.Knowledge, crowd: Crowd, row: int) -> int:
    key = id(knowledge)
    if key not in _RULES:
        _RULES[key] = scalar.Rules(knowledge)
    return _RULES[key].level(crowd.table.answers(row), scalar.TOLD)


_RULES: dict[int, scalar.Rules] = {}


def test_causes_add_up_to_their_people(compared: dict[Kind, Comparison]) -> None:
    one = compared[Kind.EVEN]
    people = sum(pair.people for pair in one.causes.values())
    assert people >= one.measures[Measure.MISSED].people  # two causes count for both
    assert set(one.causes) == {
        cause for cause in one.causes if SHIPPED.conditions[cause].usual == "emergency"
    }


def test_a_sign_that_nobody_has_is_told(crowd: Crowd) -> None:
    overlay = without("E11")
    assert found(overlay, crowd).unseen == ()
    empty = SetColumn.yes_no(np.zeros(len(crowd), np.bool_))
    columns = {**crowd.table.columns, "pulsating_belly": empty}
    blind = replace(crowd, table=CaseTable(len(crowd), columns))
    assert found(overlay, blind).unseen == ("pulsating_belly",)
    columns.pop("pulsating_belly")
    gone = replace(crowd, table=CaseTable(len(crowd), columns))
    assert found(overlay, gone).unseen == ("pulsating_belly",)


def test_parts_are_those_that_the_moved_fulfil(loosened: Overlay, crowd: Crowd) -> None:
    one = found(loosened, crowd)
    assert one.moved("down").hits
    for carrier in one.carriers:
        known = literals(SHIPPED.rules[carrier.rule].when, SHIPPED.term_expressions)
        assert {(part.literal, part.negated) for part in carrier.parts} <= known
        assert all(0 < part.people <= carrier.up + carrier.down for part in carrier.parts)
        assert carrier.parts[0].people == carrier.up + carrier.down  # chest pain, in all of them


def test_fulfilling_is_certain_holding(crowd: Crowd) -> None:
    rules = scalar.Rules(SHIPPED)
    for literal, negated in literals(SHIPPED.rules["E15"].when, SHIPPED.term_expressions):
        rows = fulfils(literal, negated, crowd.table)
        for row in range(0, 3000, 300):
            held = rules.holds(literal, crowd.table.answers(row), scalar.FORCED, negated=negated)
            assert rows[row] == held
    assert not fulfils(Yes("fever"), True, CaseTable(3, {})).any()


def test_groups_add_up(compared: dict[Kind, Comparison]) -> None:
    one = compared[Kind.ORDINARY]
    assert one.groups
    for gap in one.groups:
        pair = one.measures[gap.measure]
        hits = pair.after_only if gap.more else pair.before_only
        assert gap.group.rate.hits + gap.group.others.hits == hits
        assert gap.group.rate.of + gap.group.others.of == pair.people
    kinds = [gap.group.kind for gap in one.groups if gap.measure is Measure.SENT and not gap.more]
    assert kinds == sorted(kinds, key=KINDS.index)


# --------------------------------------------------------------------------------------- examples


def test_examples_move_as_they_say_and_the_dangerous_come_first(
    loosened: Overlay, compared: dict[Kind, Comparison]
) -> None:
    chosen = chosen_examples(compared)
    assert 0 < len(chosen) <= EXAMPLES
    assert len({(one.kind, one.row) for one in chosen}) == len(chosen)
    before, after = scalar.Rules(loosened.shipped), scalar.Rules(loosened.knowledge)
    for one in chosen:
        assert before.verdict(one.answers).as_told is one.before
        assert after.verdict(one.answers).as_told is one.after
        assert one.rules
        assert one.serious == any(SHIPPED.conditions[cause].serious for cause in one.causes)
    falls = [one.after < Disposition.SAME_DAY <= one.before for one in chosen]
    assert falls == sorted(falls, reverse=True)
    assert chosen[0].serious
    assert len(chosen_examples(compared, 3)) == 3


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_anybody_is_no_error(loosened: Overlay, n: int) -> None:
    result = compare(loosened, n, 0)
    assert {one.people for one in result.values()} == {n}
    assert chosen_examples(result) == ()
