"""The part of `lumbago kb check` that reads the rules: polarity, clocks, screens and floors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from lumbago.answers import NO, YES, Answer
from lumbago.errors import Problem
from lumbago.expr import And, AtLeast, Compare, Expr, Not, Or, Term, Yes, literals, walk
from lumbago.expr import push_negation as push
from lumbago.knowledge import care_parts
from lumbago.knowledge.check_words import Check, listed
from lumbago.knowledge.model import Disposition, Knowledge, Rule
from lumbago.quantity import Interval, from_base
from lumbago.triage.scalar import TOLD, Rules, satisfies

_NERVE_FAMILIES: Final = frozenset({"cord_cauda_equina", "nerve_root", "neck_nerve"})


def _rules_using(knowledge: Knowledge, *, negated: bool) -> dict[str, list[str]]:
    """Yes/no finding to the rules that use it plainly, or under a negation."""
    found: dict[str, list[str]] = {}
    for rule in knowledge.rules.values():
        for literal, under_not in literals(rule.when, knowledge.term_expressions):
            if isinstance(literal, Yes) and under_not is negated:
                found.setdefault(literal.finding, []).append(rule.id)
    return found


@listed
def negation_only_before_excuses(knowledge: Knowledge) -> Iterator[Problem]:
    """No rule takes comfort in the absence of an alarm."""
    for id_, rules in sorted(_rules_using(knowledge, negated=True).items()):
        if knowledge.findings[id_].polarity == "alarming":
            for rule in rules:
                said = f"rule '{rule}' says 'not {id_}', which is alarming."
                hint = "Leave it out, or use a finding that excuses."
                yield Problem(said, str(knowledge.rules[rule].position), hint)


@listed
def polarity_is_as_computed(knowledge: Knowledge) -> Iterator[Problem]:
    """Every yes/no finding has the polarity that the rules give it."""
    alarms = _rules_using(knowledge, negated=False)
    excuses = _rules_using(knowledge, negated=True)
    for finding in knowledge.findings.values():
        plain, negated = sorted(alarms.get(finding.id, [])), sorted(excuses.get(finding.id, []))
        if finding.answer != "yes_no" or (finding.polarity == "alarming" and negated):
            continue  # the second is reported with its rule, above
        if plain and negated:
            said = f"finding '{finding.id}' alarms in {plain[0]} and excuses in {negated[0]}."
            yield Problem(said, str(finding.position), "Split it into two findings.")
            continue
        computed = "alarming" if plain else "mitigating" if negated else "neutral"
        if finding.polarity != computed:
            used = f"in {', '.join((*plain, *negated)[:3])}" if plain or negated else "in no rule"
            said = f"finding '{finding.id}' is declared {finding.polarity}, "
            said += f"but is {computed} ({used})."
            yield Problem(said, str(finding.position), f"Declare it {computed}, or use it so.")


@listed
def everything_is_used(knowledge: Knowledge) -> Iterator[Problem]:
    """Every term is used, and every finding that is not declared neutral."""
    findings, terms = _used(knowledge)
    for finding in knowledge.findings.values():
        idle = finding.answer != "yes_no" and finding.id not in findings
        if idle and finding.polarity != "neutral":
            said = f"finding '{finding.id}' is used nowhere."
            yield Problem(said, str(finding.position), "Use it, or declare it neutral.")
    for term in knowledge.terms.values():
        if term.id not in terms:
            hint = "Use it in a rule, or remove it."
            yield Problem(f"term '{term.id}' is used nowhere.", str(term.position), hint)


def _used(knowledge: Knowledge) -> tuple[set[str], set[str]]:
    """The findings and the terms that some condition mentions."""
    all_findings = knowledge.findings.values()
    conditions = [
        *(rule.when for rule in knowledge.rules.values()),
        *(population.when for population in knowledge.populations.values()),
        *(f.only_if for f in all_findings if f.only_if is not None),
        *(f.implied_by for f in all_findings if f.implied_by is not None),
        *care_parts.conditions(knowledge.care),
    ]
    findings: set[str] = set()
    terms: set[str] = set()
    while conditions:
        for node in walk(conditions.pop()):
            if isinstance(node, Term) and node.name not in terms:
                terms.add(node.name)
                conditions.append(knowledge.term_expressions[node.name])
            elif not isinstance(node, Term | Not | And | Or | AtLeast):
                findings.add(node.finding)
    return findings, terms


@listed
def rules_are_distinct(knowledge: Knowledge) -> Iterator[Problem]:
    """No rule repeats the condition of another that asks for at least as much."""
    first: dict[object, Rule] = {}
    for rule in knowledge.rules_by_urgency:
        shape = _shape(push(rule.when, knowledge.term_expressions))
        earlier = first.setdefault(shape, rule)
        if earlier is not rule and not rule.explains:
            said = f"rule '{rule.id}' is dead: rule '{earlier.id}' has the same condition."
            hint = "Remove it, or say in `explains` what it is for."
            yield Problem(said, str(rule.position), hint)


def _shape(expr: Expr) -> object:
    """A value that is equal for conditions that differ only in order, brackets and repetition."""
    match expr:
        case And(parts=parts) | Or(parts=parts):
            shapes = {_shape(part) for part in _flat(type(expr), parts)}
            return shapes.pop() if len(shapes) == 1 else (type(expr), frozenset(shapes))
        case AtLeast(n=1, parts=parts):
            return _shape(Or(parts))
        case AtLeast(n=n, parts=parts) if n == len(parts):
            return _shape(And(parts))
        case AtLeast(n=n, parts=parts):
            return n, frozenset(Counter(_shape(part) for part in parts).items())
        case _:
            return expr


def _flat(kind: type[And | Or], parts: Iterable[Expr]) -> Iterator[Expr]:
    for part in parts:
        if isinstance(part, And | Or) and isinstance(part, kind):
            yield from _flat(kind, part.parts)
        else:
            yield part


@listed
def comparisons_can_go_both_ways(knowledge: Knowledge) -> Iterator[Problem]:
    """Every comparison can hold and can fail in the range of its finding."""
    for rule in knowledge.rules.values():
        for literal, _ in literals(rule.when, knowledge.term_expressions):
            finding = knowledge.findings[literal.finding]
            if not isinstance(literal, Compare) or finding.unit is None:
                continue
            every, some = satisfies(literal, Answer(Interval(finding.low, finding.high)))
            if every or not some:
                limit = f"{finding.id} {literal.operator} {from_base(literal.value, finding.unit)}"
                said = f"rule '{rule.id}': '{limit}' {'always' if every else 'never'} holds."
                yield Problem(said, str(rule.position), f"Look at the range of '{finding.id}'.")


# ----------------------------------------------------------------------------------------- clocks


@listed
def durations_name_their_clock(knowledge: Knowledge) -> Iterator[Problem]:
    """Every duration names its own clock, and so does every rule that uses one."""
    for finding in knowledge.findings.values():
        if (finding.unit == "days") != bool(finding.clock):
            said = f"finding '{finding.id}' needs a clock if, and only if, it is a duration."
            hint = "Say what has lasted so long, as in `clock: pain`."
            yield Problem(said, str(finding.position), hint)
    for rule in knowledge.rules.values():
        clocks = sorted({clock for _, clock, _ in _durations(knowledge, rule)})
        if len(clocks) > 1:
            said = f"rule '{rule.id}' mixes the clocks {', '.join(clocks)}."
            yield Problem(said, str(rule.position), "Split it into a rule for each clock.")
        elif clocks and rule.clock != clocks[0]:
            said = f"rule '{rule.id}' uses a duration of {clocks[0]} and "
            said += f"names the clock '{rule.clock}'." if rule.clock else "names no clock."
            yield Problem(said, str(rule.position), f"Write `clock: {clocks[0]}`.")
        elif rule.clock and not clocks:
            said = f"rule '{rule.id}' names the clock '{rule.clock}' and uses no duration."
            yield Problem(said, str(rule.position), "Remove `clock`.")


def _durations(knowledge: Knowledge, rule: Rule) -> Iterator[tuple[Compare, str, bool]]:
    """The comparisons of durations in a rule, each with its clock and whether it is negated."""
    for literal, negated in literals(rule.when, knowledge.term_expressions):
        clock = knowledge.findings[literal.finding].clock
        if isinstance(literal, Compare) and clock:
            yield literal, clock, negated


@listed
def nerve_signs_have_their_own_clock(knowledge: Knowledge) -> Iterator[Problem]:
    """No rule about a nerve looks only at young pain.

    The clock of the pain is not the clock of the nerve sign.
    """
    for rule in knowledge.rules.values():
        condition = knowledge.conditions.get(rule.protects_against)
        if condition is None or condition.family not in _NERVE_FAMILIES:
            continue
        for literal, clock, negated in _durations(knowledge, rule):
            if clock == "pain" and not negated and literal.operator in ("<", "<="):
                said = f"rule '{rule.id}' sees a nerve sign only while the pain is young."
                hint = f"Ask since when the sign is there; leave '{literal.finding}' out."
                yield Problem(said, str(rule.position), hint)


# ------------------------------------------------------------------------------- screens and floors


class Alone:
    """Somebody who reports one finding, with what follows from it, and says nothing else."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.findings = knowledge.findings
        self.rules = Rules(knowledge)

    def answers(self, finding: str) -> dict[str, Answer]:
        """What this person has answered."""
        answers: dict[str, Answer] = {}
        waiting = [finding]
        while waiting:
            id_ = waiting.pop()
            if id_ not in answers and id_ in self.findings:
                answers[id_] = Answer(YES)
                waiting.extend(self.findings[id_].implies)
        denied = {other for id_ in answers for other in self.findings[id_].excludes}
        return answers | {id_: Answer(NO) for id_ in denied - answers.keys()}

    def as_told(self, finding: str) -> Disposition:
        """What this person is told."""
        return self.rules.level(self.answers(finding), TOLD)

    def low(self, finding: str) -> Disposition:
        """What no further answer can take back."""
        return self.rules.verdict(self.answers(finding)).low


@listed
def lone_emergencies_are_screened(knowledge: Knowledge) -> Iterator[Problem]:
    """Every finding that alone is an emergency is on a danger screen."""
    alone = Alone(knowledge)
    covered = {f for screen in knowledge.screens for item in screen.items for f in item.findings}
    for finding in knowledge.findings.values():
        if finding.answer != "yes_no" or finding.id in covered:
            continue
        if alone.as_told(finding.id) is Disposition.EMERGENCY:
            said = f"finding '{finding.id}' alone is an emergency, but on no danger screen."
            yield Problem(said, str(finding.position), "Add it to danger_screens.yaml.")


@listed
def excuses_have_floors(knowledge: Knowledge) -> Iterator[Problem]:
    """Every emergency that an excuse can switch off has a floor of same_day."""
    excuses = _rules_using(knowledge, negated=True)
    floors: dict[str, set[str]] = {}
    for rule in knowledge.rules.values():
        if rule.disposition >= Disposition.SAME_DAY:
            for id_ in rule.floor_of:
                floors.setdefault(id_, set()).add(rule.id)
    for id_, rules in sorted(excuses.items()):
        if knowledge.findings[id_].polarity != "mitigating":
            continue
        for name in rules:
            rule = knowledge.rules[name]
            if rule.disposition is Disposition.EMERGENCY and floors.get(name, set()) <= set(rules):
                said = f"rule '{name}' is switched off by '{id_}' and has no floor without it."
                hint = f"Add `floor_of: [{name}]` to a rule of same_day without that excuse."
                yield Problem(said, str(rule.position), hint)


RULE_CHECKS: Final[tuple[Check, ...]] = (
    negation_only_before_excuses,
    polarity_is_as_computed,
    everything_is_used,
    rules_are_distinct,
    comparisons_can_go_both_ways,
    durations_name_their_clock,
    nerve_signs_have_their_own_clock,
    lone_emergencies_are_screened,
    excuses_have_floors,
)
"""The checks of the rules, in the order in which they are printed."""
