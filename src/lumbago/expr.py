"""Condition nodes: what a rule or term says, with positions; parsed and printed, never evaluated here.

The written form is infix (`fever and not mechanical_trigger`, `count(a, b, c) >= 2`,
`age_years >= 60`, `pregnancy_status in ("could_be", "under_20_weeks")`), parsed with the standard
library's `ast` and a whitelist.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, assert_never

from lumbago.errors import KnowledgeError, Position, Problem

Operator = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Yes:
    """The finding is present."""

    finding: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A number finding compared with a constant, `value` in the finding's integer base unit."""

    finding: str
    operator: Operator
    value: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """A choice finding has one of these values."""

    finding: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Term:
    """A derived term by name; a node of its own, so that reasons can name it."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """Negation; allowed only before an excuse (checked by `knowledge.check`)."""

    part: Expr


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `n` of the parts hold."""

    n: int
    parts: tuple[Expr, ...]


Literal_ = Yes | Compare | OneOf
Expr = Yes | Compare | OneOf | Term | Not | And | Or | AtLeast

_NUMBER: Final = re.compile(r"\d+(\.\d+)?", re.ASCII)

_ALLOWED: Final = (
    'Allowed: and, or, not, count(...) >= n, numbers with < <= > >=, == "choice", in (...).'
)

ToBase = Callable[[str, Decimal], int]

_OPERATORS: Final[dict[type[ast.cmpop], Operator]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def parse(text: str, position: Position, terms: frozenset[str], to_base: ToBase) -> Expr:
    """Parse the written form of a condition.

    `terms` are the known derived terms (every other name is a finding); `to_base(finding, number)`
    turns a constant into the finding's base unit. Raises `KnowledgeError` with `position`, the
    column inside the expression, and what is allowed.
    """
    source = " ".join(text.split())
    try:
        tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        where = f"{position}, column {error.offset or len(source) + 1} of the expression"
        raise KnowledgeError(
            Problem(f"'{source}' is not an expression: {error.msg}.", where, _ALLOWED)
        ) from None
    return _Parser(source, position, terms, to_base).node(tree)


@dataclass(frozen=True, slots=True)
class _Parser:
    source: str
    position: Position
    terms: frozenset[str]
    to_base: ToBase

    def node(self, tree: ast.expr) -> Expr:
        match tree:
            case ast.Name(id=name):
                return Term(name) if name in self.terms else Yes(name)
            case ast.BoolOp(op=ast.And(), values=values):
                return And(tuple(self.node(value) for value in values))
            case ast.BoolOp(op=ast.Or(), values=values):
                return Or(tuple(self.node(value) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.node(operand))
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self.comparison(tree, left, operator, right)
        raise self.refuse(tree, "is not allowed in a condition")

    def comparison(
        self, tree: ast.expr, left: ast.expr, operator: ast.cmpop, right: ast.expr
    ) -> Expr:
        match left, operator, right:
            case (
                ast.Call(func=ast.Name(id="count"), args=args, keywords=[]),
                ast.GtE(),
                ast.Constant(value=int(n)),
            ) if not isinstance(n, bool):
                return self.count(tree, n, args)
            case ast.Name(id=name), (ast.Eq() | ast.NotEq()), ast.Constant(value=str(value)):
                one = OneOf(name, frozenset({value}))
                return one if isinstance(operator, ast.Eq) else Not(one)
            case ast.Name(id=name), ast.In(), ast.Tuple(elts=elements) if elements:
                return OneOf(name, frozenset(self.text(element) for element in elements))
            case ast.Name(id=name), _, ast.Constant(value=int() | float()) if (
                type(operator) in _OPERATORS
            ):
                return Compare(name, _OPERATORS[type(operator)], self.number(name, right))
        raise self.refuse(tree, "is not a comparison that conditions know")

    def count(self, tree: ast.expr, n: int, args: list[ast.expr]) -> Expr:
        if not 1 <= n <= len(args):
            raise self.refuse(tree, f"asks for {n} of {len(args)}")
        return AtLeast(n, tuple(self.node(arg) for arg in args))

    def number(self, finding: str, tree: ast.expr) -> int:
        written = ast.get_source_segment(self.source, tree) or ""
        if not _NUMBER.fullmatch(written):
            raise self.refuse(tree, "is not a plain number")
        return self.to_base(finding, Decimal(written))

    def text(self, tree: ast.expr) -> str:
        if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
            return tree.value
        raise self.refuse(tree, "must be a quoted choice")

    def refuse(self, tree: ast.expr, why: str) -> KnowledgeError:
        segment = ast.get_source_segment(self.source, tree) or self.source
        where = f"{self.position}, column {tree.col_offset + 1} of the expression"
        return KnowledgeError(Problem(f"'{segment}' {why}.", where, _ALLOWED))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node; a literal or term has none."""
    match expr:
        case Yes() | Compare() | OneOf() | Term():
            return ()
        case Not(part=part):
            return (part,)
        case And(parts=parts) | Or(parts=parts) | AtLeast(parts=parts):
            return parts
        case _:
            assert_never(expr)


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node of an expression, the expression first; terms are not opened."""
    yield expr
    for part in children(expr):
        yield from walk(part)


def push_negation(expr: Expr, terms: dict[str, Expr], negated: bool = False) -> Expr:
    """The same condition with terms opened and every `Not` directly before a literal."""
    match expr:
        case Yes() | Compare() | OneOf():
            return Not(expr) if negated else expr
        case Term(name=name):
            return push_negation(terms[name], terms, negated)
        case Not(part=part):
            return push_negation(part, terms, not negated)
        case And(parts=parts) | Or(parts=parts):
            pushed = tuple(push_negation(part, terms, negated) for part in parts)
            return And(pushed) if isinstance(expr, And) is not negated else Or(pushed)
        case AtLeast(n=n, parts=parts):
            pushed = tuple(push_negation(part, terms, negated) for part in parts)
            return AtLeast(len(parts) - n + 1 if negated else n, pushed)
        case _:
            assert_never(expr)


def literals(expr: Expr, terms: dict[str, Expr]) -> frozenset[tuple[Literal_, bool]]:
    """Every literal that decides a condition, each with whether it stands under a negation."""
    found: set[tuple[Literal_, bool]] = set()
    for node in walk(push_negation(expr, terms)):
        match node:
            case Not(part=(Yes() | Compare() | OneOf()) as part):
                found.add((part, True))
            case And(parts=parts) | Or(parts=parts) | AtLeast(parts=parts):
                found.update((part, False) for part in parts if isinstance(part, Literal_))
            case _:
                pass
    top = push_negation(expr, terms)
    if isinstance(top, Literal_):
        found.add((top, False))
    return frozenset(found)


def show(expr: Expr, from_base: Callable[[str, int], object] | None = None) -> str:
    """Print a condition in the written form; numbers in the finding's unit if `from_base` is given."""
    match expr:
        case Yes(finding=finding):
            return finding
        case Compare(finding=finding, operator=operator, value=value):
            return f"{finding} {operator} {from_base(finding, value) if from_base else value}"
        case OneOf(finding=finding, values=values):
            if len(values) == 1:
                return f'{finding} == "{next(iter(values))}"'
            listed = ", ".join(f'"{value}"' for value in sorted(values))
            return f"{finding} in ({listed})"
        case Term(name=name):
            return name
        case Not(part=part):
            return f"not {_bracketed(part, from_base)}"
        case And(parts=parts):
            return " and ".join(_bracketed(part, from_base) for part in parts)
        case Or(parts=parts):
            return " or ".join(_bracketed(part, from_base) for part in parts)
        case AtLeast(n=n, parts=parts):
            return f"count({', '.join(show(part, from_base) for part in parts)}) >= {n}"
        case _:
            assert_never(expr)


def _bracketed(expr: Expr, from_base: Callable[[str, int], object] | None) -> str:
    text = show(expr, from_base)
    return f"({text})" if isinstance(expr, And | Or) else text


def to_json(expr: Expr) -> list[object]:
    """A condition as nested lists, for the snapshot."""
    match expr:
        case Yes(finding=finding):
            return ["yes", finding]
        case Compare(finding=finding, operator=operator, value=value):
            return ["compare", finding, operator, value]
        case OneOf(finding=finding, values=values):
            return ["one_of", finding, *sorted(values)]
        case Term(name=name):
            return ["term", name]
        case Not(part=part):
            return ["not", to_json(part)]
        case And(parts=parts):
            return ["and", *map(to_json, parts)]
        case Or(parts=parts):
            return ["or", *map(to_json, parts)]
        case AtLeast(n=n, parts=parts):
            return ["at_least", n, *map(to_json, parts)]
        case _:
            assert_never(expr)


def from_json(data: list[object]) -> Expr:
    """The inverse of `to_json`. Raises `KnowledgeError` if the data is not a condition."""
    match data:
        case ["yes", str(finding)]:
            return Yes(finding)
        case ["compare", str(finding), ("<" | "<=" | ">" | ">=") as operator, int(value)]:
            return Compare(finding, operator, value)
        case ["one_of", str(finding), *values]:
            return OneOf(finding, frozenset(str(value) for value in values))
        case ["term", str(name)]:
            return Term(name)
        case ["not", list(part)]:
            return Not(from_json(part))
        case ["and", *parts]:
            return And(tuple(from_json(part) for part in parts if isinstance(part, list)))
        case ["or", *parts]:
            return Or(tuple(from_json(part) for part in parts if isinstance(part, list)))
        case ["at_least", int(n), *parts]:
            return AtLeast(n, tuple(from_json(part) for part in parts if isinstance(part, list)))
    raise KnowledgeError(f"The snapshot holds a condition that is not known: {str(data)[:60]}")
