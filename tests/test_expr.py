from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.errors import KnowledgeError, Position
from lumbago.expr import (
    And,
    AtLeast,
    Compare,
    Expr,
    Literal_,
    Not,
    OneOf,
    Operator,
    Or,
    Term,
    Yes,
    children,
    from_json,
    literals,
    parse,
    push_negation,
    show,
    to_json,
    walk,
)

HERE = Position("red_flags/test.yaml", 3, 5)
TERMS = frozenset({"term_1", "term_2"})
OPERATORS: tuple[Operator, ...] = ("<", "<=", ">", ">=")


def number(finding: str, value: Decimal) -> int:
    return int(value)


def read(text: str) -> Expr:
    return parse(text, HERE, TERMS, number)


def refused(text: str) -> str:
    with pytest.raises(KnowledgeError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert problem.hint.startswith("Allowed: and, or, not, count")
    return f"{problem.where} | {problem.message}"


# -------------------------------------------------------------------------------------- strategies

LITERALS: st.SearchStrategy[Expr] = st.one_of(
    st.sampled_from("abde").map(Yes),
    st.builds(Compare, st.just("n"), st.sampled_from(OPERATORS), st.integers(0, 3)),
    st.builds(OneOf, st.just("c"), st.sets(st.sampled_from("xyz"), min_size=1).map(frozenset)),
)


def compound(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Not, parts),
        st.builds(And, several),
        st.builds(Or, several),
        several.flatmap(lambda ps: st.builds(AtLeast, st.integers(1, len(ps)), st.just(ps))),
    )


def conditions(leaves: st.SearchStrategy[Expr] = LITERALS) -> st.SearchStrategy[Expr]:
    return st.recursive(leaves, compound, max_leaves=8)


WITH_TERMS = conditions(LITERALS | st.sampled_from(sorted(TERMS)).map(Term))
DEFINITIONS = st.fixed_dictionaries({"term_1": conditions(), "term_2": conditions()})

# ------------------------------------------------------------------------------------ a small truth

World = dict[str, object]


def holds(expr: Expr, world: World, terms: dict[str, Expr]) -> bool:
    """What a condition means where everything is known, said as plainly as can be."""
    match expr:
        case Yes(finding=finding):
            return world[finding] is True
        case Compare(finding=finding, operator=operator, value=value):
            known = world[finding]
            assert isinstance(known, int)
            return {
                "<": known < value,
                "<=": known <= value,
                ">": known > value,
                ">=": known >= value,
            }[operator]
        case OneOf(finding=finding, values=values):
            return world[finding] in values
        case Term(name=name):
            return holds(terms[name], world, terms)
        case Not(part=part):
            return not holds(part, world, terms)
        case And(parts=parts):
            return all(holds(part, world, terms) for part in parts)
        case Or(parts=parts):
            return any(holds(part, world, terms) for part in parts)
        case AtLeast(n=n, parts=parts):
            return sum(holds(part, world, terms) for part in parts) >= n


WORLDS: tuple[World, ...] = tuple(
    {**dict(zip("abde", yes, strict=True)), "n": n, "c": choice}
    for yes in itertools.product((True, False), repeat=4)
    for n in range(-1, 5)
    for choice in "xyz"
)


def table(expr: Expr, terms: dict[str, Expr]) -> list[bool]:
    return [holds(expr, world, terms) for world in WORLDS]


# ------------------------------------------------------------------------------------------- tests


def test_the_written_form_is_read() -> None:
    assert read("a and not b or term_1") == Or((And((Yes("a"), Not(Yes("b")))), Term("term_1")))
    assert read("count(a, b, (c or d)) >= 2") == AtLeast(
        2, (Yes("a"), Yes("b"), Or((Yes("c"), Yes("d"))))
    )
    assert read("n >= 60") == Compare("n", ">=", 60)
    assert read('s == "female"') == OneOf("s", frozenset({"female"}))
    assert read('s != "male"') == Not(OneOf("s", frozenset({"male"})))
    assert read('s in ("x", "y",)') == OneOf("s", frozenset("xy"))
    assert read("a\n  and   b") == And((Yes("a"), Yes("b")))


def test_numbers_reach_the_unit_of_their_finding_exactly() -> None:
    seen: list[tuple[str, Decimal]] = []

    def to_base(finding: str, value: Decimal) -> int:
        seen.append((finding, value))
        return int(value * 10)

    assert parse("celsius >= 38.1", HERE, TERMS, to_base) == Compare("celsius", ">=", 381)
    assert seen == [("celsius", Decimal("38.1"))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max(a, b)", "1 | 'max(a, b)' is not allowed in a condition."),
        ("a or b.c", "6 | 'b.c' is not allowed in a condition."),
        ("a or n + 1 >= 2", "6 | 'n + 1 >= 2' is not a comparison that conditions know."),
        ("a if b else c", "1 | 'a if b else c' is not allowed in a condition."),
        ("(lambda: a)", "2 | 'lambda: a' is not allowed in a condition."),
        ("[a, b]", "1 | '[a, b]' is not allowed in a condition."),
        ("True", "1 | 'True' is not allowed in a condition."),
        ("a is b", "1 | 'a is b' is not a comparison that conditions know."),
        ("n == 3", "1 | 'n == 3' is not a comparison that conditions know."),
        ("n != 3", "1 | 'n != 3' is not a comparison that conditions know."),
        ("3 <= n", "1 | '3 <= n' is not a comparison that conditions know."),
        ("1 < n < 3", "1 | '1 < n < 3' is not allowed in a condition."),
        ("n >= -1", "1 | 'n >= -1' is not a comparison that conditions know."),
        ("n >= 1_000", "6 | '1_000' is not a plain number."),
        ("n >= 1e5", "6 | '1e5' is not a plain number."),
        ("n >= 0x10", "6 | '0x10' is not a plain number."),
        ("n >= True", "6 | 'True' is not a plain number."),
        ("s == female", "1 | 's == female' is not a comparison that conditions know."),
        ("s in (female,)", "7 | 'female' must be a quoted choice."),
        ("s in ()", "1 | 's in ()' is not a comparison that conditions know."),
        ('s in "x"', "1 | 's in \"x\"' is not a comparison that conditions know."),
        ('s < "x"', "1 | 's < \"x\"' is not a comparison that conditions know."),
        ("count(a, b) >= 3", "1 | 'count(a, b) >= 3' asks for 3 of 2."),
        ("count(a, b) >= 0", "1 | 'count(a, b) >= 0' asks for 0 of 2."),
        ("count() >= 1", "1 | 'count() >= 1' asks for 1 of 0."),
        ("count(a) >= True", "1 | 'count(a) >= True' is not a comparison that conditions know."),
        ("count(a, b) > 1", "1 | 'count(a, b) > 1' is not a comparison that conditions know."),
        ("count(a, b) == 1", "1 | 'count(a, b) == 1' is not a comparison that conditions know."),
        ("count(x=a) >= 1", "1 | 'count(x=a) >= 1' is not a comparison that conditions know."),
        ("count(*a) >= 1", "7 | '*a' is not allowed in a condition."),
        ("count(a, b)", "1 | 'count(a, b)' is not allowed in a condition."),
    ],
)
def test_everything_else_is_refused_with_its_column(text: str, message: str) -> None:
    column, said = message.split(" | ", 1)
    assert refused(text) == f"{HERE}, column {column} of the expression | {said}"


@pytest.mark.parametrize(
    ("text", "column"), [("a and and b", 7), ("(a or b", 1), ("a b", 3), ("", 1), ("a and", 6)]
)
def test_what_is_no_expression_names_its_column(text: str, column: int) -> None:
    said = refused(text)
    assert f", column {column} of the expression | '{text}' is not an expression: " in said


@given(WITH_TERMS)
def test_what_is_printed_reads_back_the_same(expr: Expr) -> None:
    assert read(show(expr)) == expr


@given(WITH_TERMS)
def test_what_is_written_to_the_snapshot_reads_back_the_same(expr: Expr) -> None:
    assert from_json(to_json(expr)) == expr


@pytest.mark.parametrize(
    "data", [[], ["perhaps", "a"], ["yes"], ["compare", "n", "=", 3], ["not", "a"], ["at_least"]]
)
def test_what_is_no_condition_is_not_loaded(data: list[object]) -> None:
    with pytest.raises(KnowledgeError, match="a condition that is not known"):
        from_json(data)


@given(WITH_TERMS, DEFINITIONS)
def test_pushing_negation_keeps_the_meaning(expr: Expr, terms: dict[str, Expr]) -> None:
    pushed = push_negation(expr, terms)
    assert table(pushed, {}) == table(expr, terms)
    assert all(isinstance(node.part, Literal_) for node in walk(pushed) if isinstance(node, Not))
    assert not any(isinstance(node, Term) for node in walk(pushed))


@given(WITH_TERMS, DEFINITIONS)
def test_pushing_a_negation_into_it_negates_it(expr: Expr, terms: dict[str, Expr]) -> None:
    negated = push_negation(expr, terms, negated=True)
    assert table(negated, {}) == [not value for value in table(expr, terms)]
    assert negated == push_negation(Not(expr), terms)


@given(WITH_TERMS, DEFINITIONS)
def test_literals_are_the_leaves_with_their_sign(expr: Expr, terms: dict[str, Expr]) -> None:
    def leaves(node: Expr) -> set[tuple[Literal_, bool]]:
        match node:
            case Not(part=(Yes() | Compare() | OneOf()) as part):
                return {(part, True)}
            case Yes() | Compare() | OneOf():
                return {(node, False)}
            case _:
                return set().union(*(leaves(part) for part in children(node)))

    assert literals(expr, terms) == leaves(push_negation(expr, terms))


@given(conditions())
def test_a_condition_is_monotone_in_the_sign_of_its_literals(expr: Expr) -> None:
    """A finding that is never negated can only add, one that is always negated only take away."""
    signs: dict[str, set[bool]] = {}
    for literal, negated in literals(expr, {}):
        if isinstance(literal, Yes):
            signs.setdefault(literal.finding, set()).add(negated)
    for finding, sign in signs.items():
        if len(sign) == 2:
            continue
        for world in WORLDS:
            if world[finding] is False:
                before = holds(expr, world, {})
                after = holds(expr, world | {finding: True}, {})
                assert (after <= before) if True in sign else (before <= after)


def test_a_term_used_under_not_negates_its_findings() -> None:
    terms: dict[str, Expr] = {"term_1": read("a and not b"), "term_2": read("term_1 or c")}
    assert literals(read("not term_2"), terms) == {
        (Yes("a"), True),
        (Yes("b"), False),
        (Yes("c"), True),
    }


def test_at_least_n_is_negated_by_counting_the_others() -> None:
    assert push_negation(read("not count(a, b, c) >= 2"), {}) == AtLeast(
        2, (Not(Yes("a")), Not(Yes("b")), Not(Yes("c")))
    )


def test_numbers_are_printed_in_the_unit_of_their_finding() -> None:
    assert show(Compare("celsius", ">=", 381), lambda _, value: value / 10) == "celsius >= 38.1"
