"""The written form of conditions, checked against the findings and terms that there are."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Protocol

from lumbago import expr as ex
from lumbago.errors import LumbagoError, Position, Problem, did_you_mean
from lumbago.quantity import Unit, to_base


class Asked(Protocol):
    """What a condition needs to know of a finding: what is answered, in what unit or choices."""

    @property
    def answer(self) -> str:
        """`yes_no`, `number` or `choice`."""

    @property
    def unit(self) -> Unit | None:
        """The unit in which constants are written."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The ids of a choice."""


_USES: Final = {
    "yes_no": ("yes/no question", "Write it alone: {}."),
    "number": ("number", "Compare it, as in {} >= 3."),
    "choice": ("choice", 'Compare it, as in {} == "one".'),
}


class Conditions:
    """Reads conditions. `broken` are ids that could not be read, and are not reported as missing."""

    def __init__(
        self,
        findings: Mapping[str, Asked],
        terms: frozenset[str],
        broken: frozenset[str] = frozenset(),
    ) -> None:
        self.findings = findings
        self.terms = terms
        self.broken = broken

    def read(self, text: str, position: Position) -> tuple[ex.Expr, list[Problem]]:
        """A condition with what is wrong in it; one that never holds where it cannot be read."""
        problems: list[Problem] = []
        try:
            expr = ex.parse(text, position, self.terms, self._base_unit)
        except LumbagoError as error:
            for problem in error.problems:
                where = problem.where or str(position)
                problems.append(Problem(problem.message, where, problem.hint))
            return ex.Or(()), problems
        for node in ex.walk(expr):
            if isinstance(node, ex.Literal_):
                problems += self._wrong(node, str(position))
        return expr, problems

    def _base_unit(self, finding: str, number: Decimal) -> int:
        entry = self.findings.get(finding)
        unit = entry.unit if entry else None
        return to_base(number, unit) if unit else int(number)

    def _wrong(self, node: ex.Literal_, where: str) -> list[Problem]:
        entry = self.findings.get(node.finding)
        if entry is None:
            if node.finding in self.broken:
                return []
            hint = did_you_mean(node.finding, [*self.findings, *self.terms])
            return [Problem(f"Unknown finding or term '{node.finding}'.", where, hint)]
        wanted = {ex.Yes: "yes_no", ex.Compare: "number", ex.OneOf: "choice"}[type(node)]
        if entry.answer != wanted:
            kind, hint = _USES[entry.answer]
            said = f"'{ex.show(node)}': {node.finding} is a {kind}."
            return [Problem(said, where, hint.format(node.finding))]
        if not isinstance(node, ex.OneOf):
            return []
        return [
            Problem(
                f"'{value}' is no choice of {node.finding}.",
                where,
                did_you_mean(value, entry.choices),
            )
            for value in sorted(node.values - set(entry.choices))
        ]


def circular(terms: Mapping[str, ex.Expr]) -> tuple[str, ...]:
    """The terms that are defined by themselves, through others or not."""

    def reaches(start: str, name: str, seen: frozenset[str]) -> bool:
        for node in ex.walk(terms[name]):
            if not isinstance(node, ex.Term) or node.name not in terms or node.name in seen:
                continue
            if node.name == start or reaches(start, node.name, seen | {node.name}):
                return True
        return False

    return tuple(name for name in terms if reaches(name, name, frozenset()))
