"""Mutation testing over the knowledge itself, to see whether a wrong rule would be noticed.

A mutant is the knowledge with one small mistake in one rule or term. It is *equivalent* if Z3 shows
that no complete and sure case, under the findings' own constraints, gets another level. It is
*caught* if a hand-written case or a claim no longer comes out. What is neither has survived.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import yaml
import z3

from lumbago.answers import Answers
from lumbago.errors import KnowledgeError, Problem
from lumbago.expr import And, AtLeast, Compare, Expr, Not, OneOf, Or, Term, children, show, walk
from lumbago.knowledge.model import DerivedTerm, Disposition, Finding, Knowledge, Rule
from lumbago.quantity import MINUTES_PER_DAY, from_base
from lumbago.triage import scalar
from lumbago.triage.claims import CLAIMS, World, consistent
from lumbago.triage.proof import code_digest
from lumbago.triage.prover import Outcome, prove
from lumbago.triage.smt import Bool, disjunction

Kind = Literal["delete", "lower", "swap", "threshold", "count", "not", "drop"]
STEP: Final = MappingProxyType(
    {"years": 1, "days": MINUTES_PER_DAY, "score": 10, "celsius": 1, "milligrams": 1}
)
"""How far a threshold is moved, in base units: a year, a day, a point."""


# --------------------------------------------------------------------------------------- mutants


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small mistake: `was` and `now` show the condition it is made in, `where` its rule or term."""

    id: str
    kind: Kind
    where: str
    was: str
    now: str
    rule: Rule | None = None
    term: DerivedTerm | None = None

    def of(self, knowledge: Knowledge) -> Knowledge:
        """The knowledge with this mistake in it."""
        rules, terms = dict(knowledge.rules), dict(knowledge.terms)
        if self.term is not None:
            terms[self.where] = self.term
        elif self.rule is not None:
            rules[self.where] = self.rule
        else:
            del rules[self.where]
        return replace(knowledge, rules=MappingProxyType(rules), terms=MappingProxyType(terms))


def mutants(knowledge: Knowledge) -> Iterator[Mutant]:
    """Every mutant: a rule deleted or lowered, or a condition changed in one place."""
    names: Counter[str] = Counter()

    def named(kind: Kind, where: str, what: str, **more: Any) -> Mutant:
        id_ = f"{where} {what}"
        names[id_] += 1
        id_ = id_ if names[id_] == 1 else f"{id_} ({names[id_]})"
        return Mutant(id_, kind, where, **more)

    def text(expr: Expr) -> str:
        return show(expr, lambda finding, value: _in_unit(knowledge, finding, value))

    for rule in knowledge.rules.values():
        was = text(rule.when)
        yield named("delete", rule.id, "deleted", was=was, now="(no rule)")
        lowered = Disposition(rule.disposition - 1)
        change = f"{rule.disposition.id} -> {lowered.id}"
        weaker = replace(rule, disposition=lowered)
        yield named("lower", rule.id, "lowered", was=was, now=change, rule=weaker)
        for kind, what, when in _rewrites(rule.when, knowledge, text):
            changed = replace(rule, when=when)
            yield named(kind, rule.id, what, was=was, now=text(when), rule=changed)
    for term in knowledge.terms.values():
        was = text(term.when)
        for kind, what, when in _rewrites(term.when, knowledge, text):
            other = replace(term, when=when)
            yield named(kind, term.id, what, was=was, now=text(when), term=other)


def _in_unit(knowledge: Knowledge, finding: str, value: int) -> int | float:
    unit = knowledge.findings[finding].unit
    return from_base(value, unit) if unit else value


Rewrite = tuple[Kind, str, Expr]


def _rewrites(expr: Expr, knowledge: Knowledge, text: Callable[[Expr], str]) -> Iterator[Rewrite]:
    """A condition with one change, at its top or anywhere below; terms are not opened."""
    yield from _at_top(expr, knowledge, text)
    for index, part in enumerate(children(expr)):
        for kind, what, changed in _rewrites(part, knowledge, text):
            yield kind, what, _with_part(expr, index, changed)


def _at_top(expr: Expr, knowledge: Knowledge, text: Callable[[Expr], str]) -> Iterator[Rewrite]:
    match expr:
        case And(parts=parts) | Or(parts=parts):
            other = Or(parts) if isinstance(expr, And) else And(parts)
            yield "swap", f"swapped to: {text(other)}", other
            for part, rest in _one_out(parts):
                left = rest[0] if len(rest) == 1 else type(expr)(rest)
                yield "drop", f"without: {text(part)}", left
        case AtLeast(n=n, parts=parts):
            for other_n in range(max(1, n - 1), min(n + 1, len(parts)) + 1):
                if other_n != n:
                    yield "count", f"{n} -> {other_n} of count", AtLeast(other_n, parts)
            for part, rest in _one_out(parts):
                yield "drop", f"without: {text(part)}", AtLeast(n, rest)
        case Not(part=part):
            yield "not", f"not dropped: {text(part)}", part
        case Compare():
            yield from _moved(expr, knowledge.findings[expr.finding], text)
        case OneOf(finding=finding, values=values) if len(values) > 1:
            for gone in sorted(values):
                yield "drop", f'without: "{gone}"', OneOf(finding, values - {gone})
        case _:
            return


def _one_out(parts: tuple[Expr, ...]) -> Iterator[tuple[Expr, tuple[Expr, ...]]]:
    for index, part in enumerate(parts):
        yield part, parts[:index] + parts[index + 1 :]


def _moved(expr: Compare, finding: Finding, text: Callable[[Expr], str]) -> Iterator[Rewrite]:
    assert finding.unit is not None
    step = STEP[finding.unit]
    for value in (expr.value - step, expr.value + step):
        if finding.low <= value <= finding.high:
            moved = replace(expr, value=value)
            yield "threshold", f"{text(expr)} -> {text(moved)}", moved


def _with_part(expr: Expr, index: int, part: Expr) -> Expr:
    match expr:
        case Not():
            return Not(part)
        case And(parts=parts) | Or(parts=parts) | AtLeast(parts=parts):
            return replace(expr, parts=(*parts[:index], part, *parts[index + 1 :]))
        case _:
            raise AssertionError(expr)


# ----------------------------------------------------------------------------- hand-written cases


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a hand-written case expects: rules that hold, rules that do not, and the level."""

    name: str
    answers: Answers
    fires: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    at_least: Disposition = Disposition.SELF_CARE
    at_most: Disposition = Disposition.EMERGENCY


Person = Mapping[str, Any]
"""`age`, `sex`, `answers` and, where it is expected, `level`."""


def people(row: Mapping[str, Any]) -> Iterator[tuple[str, bool, Person]]:
    """The people of one row of rule cases: a name, whether the rule holds of them, and the person.

    `fires` is a person of whom the rule holds and `near_miss` one of whom it does not. With
    `with_any`, it holds of `fires` with any one of these signs added, and not with none of them.
    `not_if` are changes of which each alone stops it (a bare finding is a yes).
    """
    whole: Person = row["fires"]
    options = [_change(option) for option in row.get("with_any", ())]
    if options:
        yield "with none", False, {key: whole[key] for key in whole if key != "level"}
        for option in options:
            yield f"with {_said(option)}", True, _changed(whole, option)
        whole = _changed(whole, options[0])
    else:
        yield "fires", True, whole
    if "near_miss" in row:
        yield "near miss", False, row["near_miss"]
    for stopper in map(_change, row.get("not_if", ())):
        person = _changed(whole, stopper)
        yield f"but {_said(stopper)}", False, {k: person[k] for k in person if k != "level"}


def _change(option: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return {option: "yes"} if isinstance(option, str) else option


def _said(change: Mapping[str, Any]) -> str:
    return ", ".join(
        name if value == "yes" else f"{name} {value}" for name, value in change.items()
    )


def _changed(person: Person, change: Mapping[str, Any]) -> Person:
    own = {key: value for key, value in change.items() if key in ("age", "sex")}
    answers = {key: value for key, value in change.items() if key not in own}
    return {**person, **own, "answers": {**person["answers"], **answers}}


def read_cases(folder: Path, answers_of: Callable[[Person], Answers]) -> Iterator[Expectation]:
    """Every expectation of the hand-written cases below `folder`; `answers_of` resolves a person."""

    def rows(path: Path) -> Iterable[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return found

    for row in rows(folder / "red_team.yaml"):
        least, rules = Disposition.of(row["at_least"]), frozenset(row["rules"])
        most = Disposition.of(row.get("at_most", "emergency"))
        yield Expectation(row["id"], answers_of(row), rules, at_least=least, at_most=most)
    for row in rows(folder / "matrix.yaml"):
        level, rules = Disposition.of(row["expected"]), frozenset(row["rules"])
        yield Expectation(row["id"], answers_of(row), rules, at_least=level, at_most=level)
    for path in rule_files(folder):
        for row in rows(path):
            for name, holds, person in people(row):
                yield _expectation(row["rule"], name, holds, person, answers_of(person))


def rule_files(folder: Path) -> list[Path]:
    """The files of rule cases, one a topic."""
    found = sorted((folder / "rules").glob("*.yaml"))
    return [path for path in found if path.stem != "survivors"]


def _expectation(
    rule: str, name: str, holds: bool, person: Person, answers: Answers
) -> Expectation:
    level = person.get("level")
    return Expectation(
        f"{rule} {name}",
        answers,
        frozenset({rule} if holds else ()),
        frozenset(() if holds else {rule}),
        Disposition.of(level) if level else Disposition.SELF_CARE,
        Disposition.of(level) if level else Disposition.EMERGENCY,
    )


Outlook = tuple[bool, bool, Disposition]
"""Whether a rule holds as told, whether at the worst reading, and what it asks for."""

_NEVER: Final[Outlook] = (False, False, Disposition.SELF_CARE)


class _Watch:
    """The hand-written cases, with the rules that hold of each, ready to be asked about mutants."""

    def __init__(self, knowledge: Knowledge, cases: Iterable[Expectation]) -> None:
        self.knowledge = knowledge
        self.rules = scalar.Rules(knowledge)
        self.cases = tuple(cases)
        self.held = [self._held(case) for case in self.cases]
        self.about: dict[str, list[int]] = {}
        for index, case in enumerate(self.cases):
            for rule in case.fires | case.silent:
                self.about.setdefault(rule, []).append(index)
        wrong = [case.name for index, case in enumerate(self.cases) if self._breaks(index, {})]
        if wrong:
            raise KnowledgeError([Problem("The case does not come out.", name) for name in wrong])

    def _held(self, case: Expectation) -> tuple[Mapping[str, bool], Mapping[str, bool]]:
        """Rule to whether it holds as told, and at the worst reading of what is unsure."""
        told = self._all(case.answers, scalar.TOLD)
        unsure = any(answer.unsure for answer in case.answers.values())
        return told, self._all(case.answers, scalar.DOUBT) if unsure else told

    def _all(self, answers: Answers, reading: scalar.Reading) -> Mapping[str, bool]:
        return {rule.id: self.rules.holds(rule.when, answers, reading) for rule in self.rules.rules}

    def catches(self, changed: scalar.Rules, touched: frozenset[str]) -> str:
        """The name of a case that no longer comes out, or nothing; `touched` are the rules changed."""
        now = {rule.id: rule for rule in changed.rules if rule.id in touched}
        gone = touched - now.keys()
        own = sorted({index for rule in touched for index in self.about.get(rule, [])})
        for index in chain(own, range(len(self.cases))):
            answers = self.cases[index].answers
            change = dict.fromkeys(gone, _NEVER)
            for rule in now.values():
                told = changed.holds(rule.when, answers, scalar.TOLD)
                doubt = told or changed.holds(rule.when, answers, scalar.DOUBT)
                change[rule.id] = (told, doubt, rule.disposition)
            if self._breaks(index, change):
                return self.cases[index].name
        return ""

    def _breaks(self, index: int, changed: Mapping[str, Outlook]) -> bool:
        case = self.cases[index]
        told, doubt = self.held[index]
        for wanted, rules in ((True, case.fires), (False, case.silent)):
            for rule in rules:
                if (changed[rule][0] if rule in changed else told[rule]) is not wanted:
                    return True
        reached = self._reached(told, changed, 0)
        if reached < Disposition.SAME_DAY:
            reached = max(reached, min(Disposition.SAME_DAY, self._reached(doubt, changed, 1)))
        return not case.at_least <= reached <= case.at_most

    def _reached(
        self,
        held: Mapping[str, bool],
        changed: Mapping[str, Outlook],
        reading: Literal[0, 1],
    ) -> Disposition:
        same = (
            rule.disposition
            for rule in self.rules.rules
            if held[rule.id] and rule.id not in changed
        )
        other = (change[2] for change in changed.values() if change[reading])
        return max((next(same, Disposition.SELF_CARE), *other))


# ------------------------------------------------------------------------------------ equivalence


class _Judge:
    """Z3, asked whether a mutant changes the level of any complete, sure and consistent case."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.world = World(knowledge)
        self.case = self.world.p
        self.solver = z3.Solver()
        self.solver.add(*self.case.constraints, self.case.sure)
        self.solver.add(*consistent(self.world, self.case))
        self.held = {rule.id: z3.Bool(f"held.{rule.id}") for rule in self.world.rules.rules}
        for rule in self.world.rules.rules:
            self.solver.add(self.held[rule.id] == self.holds(rule.when))
        self._lone: dict[str, bool] = {}

    def holds(self, when: Expr) -> Bool:
        """A condition, over every sure case."""
        return self.world.rules.holds(when, self.case, scalar.TOLD)

    def equivalent(self, mutant: Mutant, touched: frozenset[str]) -> bool:
        """Whether no case tells the mutant from the knowledge by its level."""
        if mutant.kind in ("delete", "lower"):
            return not self._possible(mutant.where, self.held[mutant.where])
        if mutant.term is None:
            assert mutant.rule is not None
            differs = self.held[mutant.where] != self.holds(mutant.rule.when)
            return not self._possible(mutant.where, differs)
        return self._term_equivalent(mutant, touched)

    def _possible(self, rule: str, differs: Bool) -> bool:
        """Whether a rule can come out differently where no other rule asks for as much."""
        least = self.world.knowledge.rules[rule].disposition
        others = [
            self.held[other.id]
            for other in self.world.rules.rules
            if other.disposition >= least and other.id != rule
        ]
        return self._satisfiable(z3.And(differs, z3.Not(disjunction(others))))

    def _term_equivalent(self, mutant: Mutant, touched: frozenset[str]) -> bool:
        changed = mutant.of(self.world.knowledge)
        other = World(changed)
        now = {
            id_: other.rules.holds(changed.rules[id_].when, self.case, scalar.TOLD)
            for id_ in touched
        }
        differs = []
        for reached in sorted({changed.rules[id_].disposition for id_ in touched}):
            above = [rule.id for rule in self.world.rules.rules if rule.disposition >= reached]
            before = disjunction([self.held[id_] for id_ in above])
            after = disjunction([now.get(id_, self.held[id_]) for id_ in above])
            differs.append(before != after)
        return not self._satisfiable(disjunction(differs))

    def _satisfiable(self, formula: Bool) -> bool:
        self.solver.push()
        self.solver.add(formula)
        answer = str(self.solver.check())
        self.solver.pop()
        return answer != "unsat"  # what is not known to be equivalent counts against us


# ------------------------------------------------------------------------------------------ score


@dataclass(frozen=True, slots=True)
class Tally:
    """How the mutants of one kind fared."""

    mutants: int = 0
    equivalent: int = 0
    by_cases: int = 0
    by_claims: int = 0
    survived: int = 0


@dataclass(frozen=True, slots=True)
class MutationReport:
    """How all mutants fared: by kind, and those that nobody noticed."""

    kinds: Mapping[Kind, Tally]
    survivors: tuple[Mutant, ...]
    claimed: Mapping[str, str]

    @property
    def total(self) -> Tally:
        """All kinds together."""
        tallies = self.kinds.values()
        return Tally(
            mutants=sum(tally.mutants for tally in tallies),
            equivalent=sum(tally.equivalent for tally in tallies),
            by_cases=sum(tally.by_cases for tally in tallies),
            by_claims=sum(tally.by_claims for tally in tallies),
            survived=sum(tally.survived for tally in tallies),
        )

    @property
    def share(self) -> float:
        """The share of the mutants that are not equivalent which was caught."""
        total = self.total
        real = total.mutants - total.equivalent
        return 1.0 if not real else (total.by_cases + total.by_claims) / real


def score(
    knowledge: Knowledge,
    cases: Iterable[Expectation],
    chosen: Iterable[Mutant] | None = None,
    claims: bool = True,
) -> MutationReport:
    """How many mutants (all, or those `chosen`) the cases and then the claims catch.

    Raises `KnowledgeError` if a case does not come out of the unchanged knowledge.
    """
    watch, judge = _Watch(knowledge, cases), _Judge(knowledge)
    witness = _Witness(knowledge) if claims else None
    users = _rules_of_terms(knowledge)
    counts: dict[Kind, Counter[str]] = {}
    survivors: list[Mutant] = []
    claimed: dict[str, str] = {}
    for mutant in mutants(knowledge) if chosen is None else chosen:
        touched = users[mutant.where] if mutant.term is not None else frozenset({mutant.where})
        changed = mutant.of(knowledge)
        count = counts.setdefault(mutant.kind, Counter())
        count["mutants"] += 1
        if judge.equivalent(mutant, touched):
            count["equivalent"] += 1
        elif watch.catches(scalar.Rules(changed), touched):
            count["by_cases"] += 1
        elif witness is not None and (claim := witness.refuted(changed)):
            count["by_claims"] += 1
            claimed[mutant.id] = claim
        else:
            count["survived"] += 1
            survivors.append(mutant)
    kinds = {kind: Tally(**count) for kind, count in counts.items()}
    return MutationReport(kinds, tuple(survivors), claimed)


class _Witness:
    """The claims about the knowledge that are proved of the unchanged one."""

    def __init__(self, knowledge: Knowledge) -> None:
        about = [claim for claim in CLAIMS if claim.kind in ("knowledge", "both")]
        world = World(knowledge)
        self.claims = [c for c in about if prove(world, c).outcome is Outcome.PROVED]

    def refuted(self, changed: Knowledge) -> str:
        """The id of the first claim that a mutant refutes, or nothing."""
        world = World(changed)
        refuted = (c.id for c in self.claims if prove(world, c).outcome is Outcome.REFUTED)
        return next(refuted, "")


def _rules_of_terms(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """Term to the rules that use it, through other terms too."""

    def terms(expr: Expr) -> Iterator[str]:
        for node in walk(expr):
            if isinstance(node, Term):
                yield node.name
                yield from terms(knowledge.term_expressions[node.name])

    users: dict[str, set[str]] = {term: set() for term in knowledge.terms}
    for rule in knowledge.rules.values():
        for term in terms(rule.when):
            users[term].add(rule.id)
    return {term: frozenset(rules) for term, rules in users.items()}


def record(knowledge: Knowledge, folder: Path, report: MutationReport) -> dict[str, Any]:
    """What is written down of a score: what it is of, the figures, and the survivors."""
    total = report.total
    return {
        "of": identity(knowledge, folder),
        "mutants": total.mutants,
        "equivalent": total.equivalent,
        "caught": total.by_cases + total.by_claims,
        "share": f"{100 * report.share:.1f} %",
        "kinds": {
            kind: {name: getattr(tally, name) for name in Tally.__dataclass_fields__}
            for kind, tally in sorted(report.kinds.items())
        },
        "caught_by_claims": dict(sorted(report.claimed.items())),
        "survivors": {m.id: {"was": m.was, "now": m.now} for m in report.survivors},
    }


def identity(knowledge: Knowledge, folder: Path) -> dict[str, str]:
    """What a score is of: the rules, the hand-written cases, and the code that counts."""
    total = hashlib.sha256()
    for path in (folder / "red_team.yaml", folder / "matrix.yaml", *rule_files(folder)):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    code = hashlib.sha256(code_digest().encode() + Path(__file__).read_bytes())
    return {
        "logic": knowledge.hashes["logic"],
        "cases": total.hexdigest(),
        "code": code.hexdigest(),
    }
