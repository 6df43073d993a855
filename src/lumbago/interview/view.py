"""One person at one moment of the interview: what is known, what is open, what is still at stake."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from lumbago.answers import NO, Answer, Answers, Case, Given
from lumbago.intake import Desk, Intake
from lumbago.interview.stakes import Conditions, Stake, Stakes
from lumbago.knowledge.model import Knowledge, QuestionList, ScreenItem
from lumbago.triage.scalar import Verdict


class Board:
    """What is worth preparing once for a knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.findings = knowledge.findings
        self.desk = Desk(knowledge)
        self.conditions = Conditions(knowledge)
        self.lists = {entry.id: entry for entry in knowledge.lists if not entry.again}
        self.again = tuple(entry for entry in knowledge.lists if entry.again)
        self.items = {i.id: (entry, i) for entry in self.lists.values() for i in entry.items}
        self.item_of = {f: item.id for _, item in self.items.values() for f in item.findings}
        self.danger = tuple(f for f, _ in _covered(knowledge))
        self.grouped = frozenset(f for f, item in _covered(knowledge) if len(item.findings) > 1)
        self.alarming = frozenset(f.id for f in self.findings.values() if f.polarity == "alarming")
        self.used = frozenset(f for used in knowledge.findings_of_rule.values() for f in used)
        self.numbers = next((e for e in self.lists.values() if self._asks_numbers(e)), None)

    def _asks_numbers(self, entry: QuestionList) -> bool:
        asked = (f for item in entry.items for f in item.findings)
        return any(self.findings[f].answer == "number" for f in asked)


def _covered(knowledge: Knowledge) -> Iterator[tuple[str, ScreenItem]]:
    for screen in knowledge.screens:
        for item in screen.items:
            yield from ((finding, item) for finding in item.findings)


@lru_cache(maxsize=4)
def board(knowledge: Knowledge) -> Board:
    """The board of a knowledge base."""
    return Board(knowledge)


def is_mark(given: Given) -> bool:
    """Whether it only marks a finding as covered by a statement that was ticked, to be asked next.

    Such a mark counts as "not sure" wherever the interview breaks off.
    """
    return given.origin.kind == "list" and ":" in given.origin.detail


class View:
    """What one case amounts to; worked out as far as it is looked at."""

    def __init__(self, table: Board, case: Case, passed: Collection[str] = ()) -> None:
        self.table = table
        self.case = case
        self.marked = {f: given for f, given in case.given.items() if is_mark(given)}
        self.passed = passed

    @cached_property
    def intake(self) -> Intake:
        """The case without the marks, resolved."""
        asked = {f: given for f, given in self.case.given.items() if f not in self.marked}
        return self.table.desk.intake(replace(self.case, given=asked))

    @cached_property
    def answers(self) -> Answers:
        """What is known, without what was presumed."""
        found = self.intake.answers
        return {f: a for f, a in found.items() if not self._presumed(f, a)}

    def _presumed(self, finding: str, answer: Answer) -> bool:
        """Whether it follows from a "no" to a whole statement, which did not offer "longer ago"."""
        if answer.origin.kind != "derived" or answer.origin.detail != "longer_ago":
            return False
        askers = (self.case.given.get(f) for f in self.table.desk.longer_ago[finding])
        details = (given.origin.detail for given in askers if given and given.origin.kind == "list")
        grouped = any(f in self.table.grouped for f in self.table.desk.longer_ago[finding])
        return grouped and any("/" not in detail for detail in details)

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict so far."""
        return self.table.conditions.verdict(self.table.desk.rules, self.answers)

    @cached_property
    def stakes(self) -> Stakes:
        """What the open answers could change."""
        return self._stakes(self.answers)

    @cached_property
    def raising(self) -> tuple[Stake, ...]:
        """The rules that could still raise the advice."""
        return tuple(self.stakes.raising())

    @cached_property
    def lowering(self) -> frozenset[str]:
        """The excuses that could still lower it."""
        return frozenset(f for f in self.stakes.lowering() if self.open(f))

    @cached_property
    def at_stake(self) -> frozenset[str]:
        """Every finding whose answer could still change the advice."""
        return self.lowering | {f for stake in self.raising for f, _ in stake.left.closers}

    def open(self, finding: str) -> bool:
        """Whether a finding can still be asked."""
        return not (
            finding in self.answers or finding in self.passed or finding in self.intake.voided
        )

    def after_danger(self) -> tuple[Stake, ...]:
        """What would be at stake if every danger question that is open were denied."""
        denied = {
            f: Answer(NO)
            for f in self.table.danger
            if self.table.findings[f].answer == "yes_no" and f not in self.answers
        }
        return tuple(self._stakes({**self.answers, **denied}).raising())

    def _stakes(self, answers: Answers) -> Stakes:
        return Stakes(self.table.conditions, answers, self.verdict, self.intake.voided)
