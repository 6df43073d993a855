"""The triage rules in the languages of other engines, translated by script, for cases without "unsure".

`told` reads an open literal as false, and `not` of it as true. Where every answer is yes, no, a known
number or choice, or missing altogether, that is plain logic in which a comparison with nothing is
false: so the rules can be said in SQL, or in any language of conditions, and must give the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lumbago.columns import NO_YES, CaseTable, NumberColumn, SetColumn
from lumbago.expr import And, AtLeast, Compare, Expr, Not, OneOf, Or, Term, Yes, literals
from lumbago.knowledge.model import Disposition, Knowledge

LEVELS = tuple(sorted(set(Disposition) - {Disposition.SELF_CARE}, reverse=True))


@dataclass(frozen=True)
class Dialect:
    """How a language writes the parts of a condition; `{}` stands for what is inside."""

    conjunction: str
    disjunction: str
    negation: str
    count: str
    name: str
    known: str
    one_of: str
    quote: str
    never: str


SQL = Dialect(
    conjunction=" AND ",
    disjunction=" OR ",
    negation="(NOT {})",
    count="{}::UTINYINT",
    name='"{}"',
    known="coalesce({part}, FALSE)",
    one_of="{} IN ({})",
    quote="'{}'",
    never="FALSE",
)
PYTHON_LIKE = Dialect(
    conjunction=" and ",
    disjunction=" or ",
    negation="(not {})",
    count="({} ? 1 : 0)",
    name="{}",
    known="({name} != null and {part})",
    one_of="{} in [{}]",
    quote='"{}"',
    never="false",
)
CEL = Dialect(
    conjunction=" && ",
    disjunction=" || ",
    negation="(!{})",
    count="({} ? 1 : 0)",
    name="{}",
    known="({name} != null && {part})",
    one_of="{} in [{}]",
    quote='"{}"',
    never="false",
)


class Translator:
    """The rules of a knowledge base in one dialect; findings outside `columns` are nowhere known."""

    def __init__(self, knowledge: Knowledge, dialect: Dialect, columns: Iterable[str]) -> None:
        self.knowledge = knowledge
        self.dialect = dialect
        self.columns = frozenset(columns)

    def level(self, disposition: Disposition) -> str:
        """One condition: some rule of this disposition holds."""
        rules = (r for r in self.knowledge.rules_by_urgency if r.disposition is disposition)
        return self._joined(self.dialect.disjunction, [self.said(rule.when) for rule in rules])

    def levels(self) -> dict[Disposition, str]:
        """A condition for each disposition above the lowest, most urgent first."""
        return {disposition: self.level(disposition) for disposition in LEVELS}

    def said(self, expr: Expr) -> str:
        """A condition in the dialect, terms opened."""
        match expr:
            case Yes(finding=finding):
                return self._name(finding) if finding in self.columns else self.dialect.never
            case Compare(finding=finding, operator=operator, value=value):
                return self._known(finding, f"{self._name(finding)} {operator} {value}")
            case OneOf(finding=finding, values=values):
                listed = ", ".join(self.dialect.quote.format(value) for value in sorted(values))
                return self._known(finding, self.dialect.one_of.format(self._name(finding), listed))
            case Term(name=name):
                return self.said(self.knowledge.terms[name].when)
            case Not(part=part):
                return self.dialect.negation.format(self.said(part))
            case And(parts=parts):
                return self._joined(self.dialect.conjunction, map(self.said, parts))
            case Or(parts=parts):
                return self._joined(self.dialect.disjunction, map(self.said, parts))
            case AtLeast(n=n, parts=parts):
                ones = (self.dialect.count.format(self.said(part)) for part in parts)
                return f"({' + '.join(ones)} >= {n})"

    def _name(self, finding: str) -> str:
        return self.dialect.name.format(finding)

    def _known(self, finding: str, part: str) -> str:
        """A comparison that is false where nothing is known."""
        if finding not in self.columns:
            return self.dialect.never
        return self.dialect.known.format(name=self._name(finding), part=part)

    def _joined(self, between: str, parts: Iterable[str]) -> str:
        listed = list(parts)
        return f"({between.join(listed)})" if len(listed) > 1 else listed[0]


def asked_by_rules(knowledge: Knowledge) -> frozenset[str]:
    """The findings that some rule looks at."""
    terms = knowledge.term_expressions
    return frozenset(
        literal.finding
        for rule in knowledge.rules.values()
        for literal, _ in literals(rule.when, terms)
    )


def plain_columns(knowledge: Knowledge, table: CaseTable) -> dict[str, Any]:
    """The findings that rules look at as plain arrays: flags, words, and masked numbers.

    Raises `ValueError` for a table in which somebody was not sure, which no plain array can say.
    """
    found: dict[str, Any] = {}
    for finding in sorted(asked_by_rules(knowledge) & table.columns.keys()):
        column = table.columns[finding]
        if isinstance(column, NumberColumn):
            single = column.low == column.high
            if (column.asked & ~single).any():
                raise ValueError(f"{finding} is not known exactly")
            found[finding] = np.ma.masked_array(column.low, ~single)
        elif column.values == NO_YES:
            yes = column.must_be({"yes"})
            if (column.may_be({"yes"}) & ~yes & column.asked).any():
                raise ValueError(f"somebody is not sure of {finding}")
            found[finding] = yes
        else:
            found[finding] = _words(finding, column)
    return found


def _words(finding: str, column: SetColumn) -> Any:
    words = np.full(len(column), None, dtype=object)
    for value in column.values:
        words[column.must_be({value})] = value
    silent = np.array([word is None for word in words])
    if (silent & column.asked).any():
        raise ValueError(f"somebody is not sure of {finding}")
    return words


def plain_rows(columns: Mapping[str, Any], rows: int) -> list[dict[str, Any]]:
    """The first rows of plain columns as one dictionary a case, None where nothing is known."""
    listed = {name: column[:rows].tolist() for name, column in columns.items()}
    return [{name: values[row] for name, values in listed.items()} for row in range(rows)]


def sql(knowledge: Knowledge, columns: Iterable[str], table: str) -> str:
    """All triage rules as one query over a table of cases: the number of the disposition told."""
    levels = Translator(knowledge, SQL, columns).levels()
    cases = " ".join(f"WHEN {said} THEN {int(level)}" for level, said in levels.items())
    lowest = int(Disposition.SELF_CARE)
    return f"SELECT CAST(CASE {cases} ELSE {lowest} END AS UTINYINT) AS told FROM {table}"
