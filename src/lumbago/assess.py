"""The one front door and the last gate: from a case to an assessment.

Every route to advice goes through `assess`. An `Assessment` cannot be made anywhere else, and no
assessment names a disposition below `same_day` while a rule of `same_day` or above is open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, assert_never

from lumbago.answers import Answer, Answers, Case, Mention
from lumbago.errors import Problem
from lumbago.expr import And, AtLeast, Compare, Expr, Literal_, Not, OneOf, Or, Term, Yes
from lumbago.expr import push_negation as push
from lumbago.intake import Desk
from lumbago.knowledge.model import Disposition, Knowledge, Population, Rule
from lumbago.triage.proof import is_proved
from lumbago.triage.scalar import (
    DOUBT,
    FORCED,
    POSSIBLE,
    TOLD,
    Open,
    Reading,
    Rules,
    Status,
    Verdict,
    read,
    status,
)

if TYPE_CHECKING:
    from lumbago.differential.explain import Differential
    from lumbago.reading import Reading as TextReading

_SEAL: Final = object()
_CAN_STILL: Final = Reading(Open.ALWAYS, Open.TOLD)


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that holds, under the strongest reading in which it does, and the findings behind it."""

    rule: Rule
    reading: Literal["forced", "told", "doubt"]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question not asked that could still raise the verdict, and how far."""

    finding: str
    could_raise_to: Disposition
    nearness: int


@dataclass(frozen=True, slots=True)
class Triage:
    """What to do by when, and why; `open_questions` are the most urgent and nearest first."""

    verdict: Verdict
    action: str
    within_hours: int | None
    rules: tuple[FiredRule, ...]
    doubt: tuple[str, ...]
    open_questions: tuple[OpenQuestion, ...]

    @property
    def disposition(self) -> str:
        """The id of the disposition, or "unsettled"; the one value a program may act on."""
        settled = self.verdict.disposition
        return "unsettled" if settled is None else settled.id

    @property
    def as_told(self) -> str:
        """What the answers given so far say."""
        return self.verdict.as_told.id

    @property
    def cleared(self) -> bool:
        """No open question could raise it to `same_day` or above."""
        return self.verdict.cleared


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result of `assess`; made there alone."""

    id: str | None
    at: datetime | None
    text: str
    knowledge: str
    proved: bool
    triage: Triage
    answers: Answers
    mentions: tuple[Mention, ...]
    reading: TextReading | None
    populations: tuple[Population, ...]
    not_to_be_missed: tuple[str, ...]
    voided: tuple[str, ...]
    problems: tuple[Problem, ...]
    base: Knowledge = field(repr=False)
    seal: object
    _worked_out: list[Differential] = field(default_factory=list, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("An Assessment is made by assess() alone.")
        if self.base.overlay:
            raise TypeError("No Assessment is made of a what-if.")

    @property
    def differential(self) -> Differential:
        """What it can be and why, worked out when it is first read; it never changes the triage."""
        from lumbago.differential.explain import differential as differential_of

        if not self._worked_out:
            self._worked_out.append(differential_of(self.base, self.answers))
        return self._worked_out[0]


@lru_cache(maxsize=4)
def _desk(knowledge: Knowledge) -> Desk:
    return Desk(knowledge)


def assess(knowledge: Knowledge, case: Case) -> Assessment:
    """Assess one case. Raises `InputError` with every problem that makes it unreadable."""
    desk = _desk(knowledge)
    intake = desk.intake(case)
    triage = triage_of(knowledge, desk.rules, intake.answers)
    return Assessment(
        id=case.id,
        at=case.at,
        text=case.text,
        knowledge=knowledge.hash,
        proved=is_proved(knowledge),
        triage=triage,
        answers=intake.answers,
        mentions=intake.mentions,
        reading=intake.reading,
        populations=tuple(_populations(knowledge, desk.rules, intake.answers)),
        not_to_be_missed=tuple(_not_to_be_missed(knowledge, desk.rules, intake.answers, triage)),
        voided=intake.voided,
        problems=intake.problems,
        base=knowledge,
        seal=_SEAL,
    )


def triage_of(knowledge: Knowledge, rules: Rules, answers: Answers) -> Triage:
    """The verdict with its reasons, doubt, open questions, action and time frame."""
    verdict = rules.verdict(answers)
    fired = tuple(_fired(knowledge, rules, answers))
    action = _action(knowledge, verdict, fired)
    frame = knowledge.dispositions[verdict.as_told.id]
    return Triage(
        verdict=verdict,
        action=action,
        within_hours=frame.within_hours,
        rules=fired,
        doubt=_doubt(knowledge, rules, answers),
        open_questions=_open_questions(knowledge, rules, answers, verdict),
    )


def _fired(knowledge: Knowledge, rules: Rules, answers: Answers) -> Iterator[FiredRule]:
    names: tuple[tuple[Literal["forced", "told", "doubt"], Reading], ...] = (
        ("forced", FORCED),
        ("told", TOLD),
        ("doubt", DOUBT),
    )
    for rule in rules.rules:
        if not rules.holds(rule.when, answers, DOUBT):
            continue
        name, reading = next(pair for pair in names if rules.holds(rule.when, answers, pair[1]))
        behind = sorted(_behind(push(rule.when, knowledge.term_expressions), answers, reading))
        yield FiredRule(rule, name, tuple(behind))


def _behind(expr: Expr, answers: Answers, reading: Reading) -> set[str]:
    """The answered findings that make a condition, already free of terms, hold under a reading."""
    match expr:
        case Yes() | Compare() | OneOf():
            return {expr.finding} if _literal_holds(expr, answers, reading, False) else set()
        case Not(part=(Yes() | Compare() | OneOf()) as excuse):
            known = excuse.finding in answers and _literal_holds(excuse, answers, reading, True)
            return {excuse.finding} if known else set()
        case And(parts=parts) | Or(parts=parts) | AtLeast(parts=parts):
            found: set[str] = set()
            for part in parts:
                if _needs(part, answers, reading) == 0:
                    found |= _behind(part, answers, reading)
            return found
        case Not() | Term():
            raise AssertionError(expr)
        case _:
            assert_never(expr)


def _literal_holds(literal: Literal_, answers: Answers, reading: Reading, negated: bool) -> bool:
    return read(status(literal, answers), negated, reading)


def _needs(expr: Expr, answers: Answers, reading: Reading) -> float:
    """How many open literals must still turn out true for a term-free condition to hold.

    0 where it holds under the reading already, infinite where no answer could make it hold.
    """
    match expr:
        case Yes() | Compare() | OneOf():
            return _literal_needs(expr, answers, reading, False)
        case Not(part=(Yes() | Compare() | OneOf()) as part):
            return _literal_needs(part, answers, reading, True)
        case And(parts=parts):
            return sum(_needs(part, answers, reading) for part in parts)
        case Or(parts=parts):
            return min((_needs(part, answers, reading) for part in parts), default=math.inf)
        case AtLeast(n=n, parts=parts):
            return sum(sorted(_needs(part, answers, reading) for part in parts)[:n])
        case Not() | Term():
            raise AssertionError(expr)
        case _:
            assert_never(expr)


def _literal_needs(literal: Literal_, answers: Answers, reading: Reading, negated: bool) -> float:
    state = status(literal, answers)
    if read(state, negated, reading):
        return 0
    return 1 if state is Status.NOT_ASKED else math.inf


def _doubt(knowledge: Knowledge, rules: Rules, answers: Answers) -> tuple[str, ...]:
    """The unsure answers that raised the verdict or could still raise it."""
    unsure = {id_ for id_, answer in answers.items() if answer.unsure}
    if not unsure:
        return ()
    told = rules.level(answers, TOLD)
    found: set[str] = set()
    for rule in rules.rules:
        if rule.disposition <= told:
            break
        if rules.holds(rule.when, answers, POSSIBLE):
            found.update(unsure.intersection(knowledge.findings_of_rule[rule.id]))
    return tuple(sorted(found))


def _open_questions(
    knowledge: Knowledge, rules: Rules, answers: Answers, verdict: Verdict
) -> tuple[OpenQuestion, ...]:
    best: dict[str, OpenQuestion] = {}
    for rule in rules.rules:
        if rule.disposition <= verdict.as_told:
            break
        if not rules.holds(rule.when, answers, POSSIBLE):
            continue
        sure = rules.holds(rule.when, answers, _CAN_STILL)
        reach = rule.disposition if sure else min(Disposition.SAME_DAY, rule.disposition)
        if reach <= verdict.as_told:
            continue
        pushed = push(rule.when, knowledge.term_expressions)
        nearness = int(_needs(pushed, answers, TOLD if sure else DOUBT))
        for finding in still_open(pushed, answers):
            question = OpenQuestion(finding, reach, nearness)
            if finding not in best or _urgency(question) < _urgency(best[finding]):
                best[finding] = question
    return tuple(sorted(best.values(), key=_urgency))


def _urgency(question: OpenQuestion) -> tuple[int, int, str]:
    return (-question.could_raise_to, question.nearness, question.finding)


def still_open(expr: Expr, answers: Answers) -> set[str]:
    """The findings not asked in the parts of a term-free condition that could still hold."""
    match expr:
        case Yes() | Compare() | OneOf():
            return {expr.finding} if status(expr, answers) is Status.NOT_ASKED else set()
        case Not(part=part):
            return still_open(part, answers)
        case And(parts=parts) | Or(parts=parts) | AtLeast(parts=parts):
            found: set[str] = set()
            for part in parts:
                if _needs(part, answers, POSSIBLE) == 0:
                    found |= still_open(part, answers)
            return found
        case Term():
            raise AssertionError(expr)
        case _:
            assert_never(expr)


def _action(knowledge: Knowledge, verdict: Verdict, fired: Iterable[FiredRule]) -> str:
    """The kind of help at the disposition as told; doubt alone asks for the default of its level."""
    reached = verdict.as_told
    actions = [
        fire.rule.action
        for fire in fired
        if fire.reading != "doubt" and fire.rule.disposition == reached
    ]
    if not actions:
        return knowledge.dispositions[reached.id].action
    return max(actions, key=lambda action: (knowledge.actions[action].rank, action))


def _populations(knowledge: Knowledge, rules: Rules, answers: Answers) -> Iterator[Population]:
    for population in knowledge.populations.values():
        if rules.holds(population.when, answers, DOUBT):
            yield population


def _not_to_be_missed(
    knowledge: Knowledge, rules: Rules, answers: Answers, triage: Triage
) -> Iterator[str]:
    """What the fired rules, then the nearest open rules of `same_day` or above protect against."""
    seen: set[str] = set()
    fired = [fire.rule for fire in triage.rules]
    near = sorted(
        (
            rule
            for rule in rules.rules
            if rule.disposition > triage.verdict.as_told
            and rules.holds(rule.when, answers, POSSIBLE)
            and _some_told(knowledge, rule, answers)
        ),
        key=lambda rule: (-rule.disposition, rule.id),
    )
    for rule in (*fired, *near):
        condition = knowledge.conditions.get(rule.protects_against)
        if condition is None or not condition.serious or condition.id in seen:
            continue
        if rule.disposition >= Disposition.SAME_DAY:
            seen.add(condition.id)
            yield condition.id


def _some_told(knowledge: Knowledge, rule: Rule, answers: Answers) -> bool:
    """Whether at least one alarming finding of a rule was reported."""
    return any(
        _reported(answers.get(finding))
        for finding in knowledge.findings_of_rule[rule.id]
        if knowledge.findings[finding].polarity == "alarming"
    )


def _reported(answer: Answer | None) -> bool:
    return answer is not None and answer.possible == frozenset({"yes"})
