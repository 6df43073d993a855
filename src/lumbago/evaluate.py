"""Cases with gold labels to figures: how often the advice as told is right, too low, or too high.

A line is a case of `wire` with its gold label. Each is assessed three times: with its text and
answers, its text alone, and its answers alone; age and sex stay. A line that cannot be read is
reported and the run goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from lumbago.answers import YES, Answers, Case, Profile
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError, Problem
from lumbago.evaluate_causes import CauseScore, Fit, cause_score, fit_of
from lumbago.evaluate_groups import GroupRate, Groups, group_rates, groups_of
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.rates import Rate
from lumbago.triage.scalar import Verdict
from lumbago.wire import LINE_LIMIT, Gold, case_of, gold_of, loads

_PERSON: Final = ("age_years", "sex_at_birth")


class Mode(StrEnum):
    """What of a case is used."""

    TEXT_AND_ANSWERS = "text_and_answers"
    TEXT = "text_alone"
    ANSWERS = "answers_alone"


class Place(StrEnum):
    """Where the advice lies beside the labels; `between` is among them without being one."""

    ACCEPTABLE = "acceptable"
    UNDER = "under"
    OVER = "over"
    BETWEEN = "between"


class Baseline(StrEnum):
    """What something far simpler would have said."""

    ANY_ALARM = "any_alarm_is_an_emergency"
    ALWAYS_DOCTOR = "always_see_a_doctor"
    ALWAYS_SELF_CARE = "always_self_care"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out for one case: the verdict and the rules behind it, beside its gold label.

    `rules` hold, `doubted` hold only because the person was not sure of the findings in `doubt`.
    `alarms` are the alarming findings reported, not derived; `line` counts from 1; `fit` says where
    the accepted causes stand, None where no cause is labelled; `groups` are those of the person.
    """

    line: int
    id: str | None
    gold: Gold
    verdict: Verdict
    rules: tuple[str, ...]
    doubted: tuple[str, ...]
    doubt: tuple[str, ...]
    alarms: tuple[str, ...]
    fit: Fit | None
    groups: Groups

    @property
    def place(self) -> Place | None:
        """Where the advice as told lies beside the labels; None where no disposition is labelled."""
        return place(self.gold, self.verdict.as_told)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be used, and why."""

    line: int
    id: str | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one way of answering.

    `missed_emergencies`: emergencies below every label that is accepted for them.
    `called_emergency`: emergencies called so (strict sensitivity). `table` counts cases by their
    best label, then by what was said.
    """

    exact: Rate
    acceptable: Rate
    under: Rate
    over: Rate
    missed_emergencies: Rate
    called_emergency: Rate
    table: Mapping[tuple[Disposition, Disposition], int]

    def found(self, level: Disposition) -> Rate:
        """Of the cases labelled with a level, those told so."""
        return Rate(self.table.get((level, level), 0), self._count(level, 0))

    def right(self, level: Disposition) -> Rate:
        """Of the cases told a level, those labelled so."""
        return Rate(self.table.get((level, level), 0), self._count(level, 1))

    def _count(self, level: Disposition, side: int) -> int:
        return sum(cases for pair, cases in self.table.items() if pair[side] is level)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every figure, with the outcomes behind it."""

    outcomes: Mapping[Mode, tuple[Outcome, ...]]
    scores: Mapping[Mode, Score]
    causes: Mapping[Mode, CauseScore]
    baselines: Mapping[Baseline, Score]
    bad: tuple[BadLine, ...]


def evaluate(knowledge: Knowledge, lines: Iterable[str | bytes]) -> Evaluation:
    """Assess every case line in each mode and score it. Blank lines are passed over."""
    outcomes: dict[Mode, list[Outcome]] = {mode: [] for mode in Mode}
    bad: list[BadLine] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        case = None
        try:
            case, gold = case_and_gold(line)
            found = {
                mode: _outcome(knowledge, number, gold, assess(knowledge, _only(case, mode)))
                for mode in Mode
            }
        except InputError as error:
            bad.append(BadLine(number, case.id if case else None, error.problems))
            continue
        for mode, outcome in found.items():
            outcomes[mode].append(outcome)
    return Evaluation(
        outcomes={mode: tuple(found) for mode, found in outcomes.items()},
        scores={
            mode: score((o.gold, o.verdict.as_told) for o in found)
            for mode, found in outcomes.items()
        },
        causes={
            mode: cause_score(o.fit for o in found if o.fit) for mode, found in outcomes.items()
        },
        baselines={
            baseline: score((o.gold, _simply(baseline, o)) for o in outcomes[Mode.TEXT_AND_ANSWERS])
            for baseline in Baseline
        },
        bad=tuple(bad),
    )


def case_and_gold(line: str | bytes, *, labelled: bool = True) -> tuple[Case, Gold]:
    """One line of cases. Raises `InputError` if it cannot be read, or has no label but should."""
    if len(line) > LINE_LIMIT:
        hint = f"Keep a line under {LINE_LIMIT} characters."
        raise InputError(Problem(f"The line has {len(line)} characters.", hint=hint))
    data = loads(line)
    case = case_of(data)
    bare = not labelled and "gold" not in data
    return case, Gold(None, frozenset()) if bare else gold_of(data)


def _only(case: Case, mode: Mode) -> Case:
    """The part of a case that a mode uses; age and sex stay."""
    match mode:
        case Mode.TEXT_AND_ANSWERS:
            return case
        case Mode.ANSWERS:
            return replace(case, text="")
        case Mode.TEXT:
            person = {id_: given for id_, given in case.given.items() if id_ in _PERSON}
            return replace(case, given=person, profile=Profile())


def _outcome(knowledge: Knowledge, line: int, gold: Gold, assessment: Assessment) -> Outcome:
    fired, found = assessment.triage.rules, assessment.differential
    return Outcome(
        line=line,
        id=assessment.id,
        gold=gold,
        verdict=assessment.triage.verdict,
        rules=tuple(fire.rule.id for fire in fired if fire.reading != "doubt"),
        doubted=tuple(fire.rule.id for fire in fired if fire.reading == "doubt"),
        doubt=assessment.triage.doubt,
        alarms=tuple(_alarms(knowledge, assessment.answers)),
        fit=fit_of(knowledge, found, assessment.not_to_be_missed, gold.acceptable_diagnoses),
        groups=groups_of(knowledge, assessment.answers, found.regions),
    )


def _alarms(knowledge: Knowledge, answers: Answers) -> Iterator[str]:
    for id_, answer in answers.items():
        reported = answer.possible == YES and answer.origin.kind != "derived"
        if reported and knowledge.findings[id_].polarity == "alarming":
            yield id_


def _simply(baseline: Baseline, outcome: Outcome) -> Disposition:
    """What a baseline says of a case; "see a doctor" means within about a week."""
    match baseline:
        case Baseline.ANY_ALARM:
            return Disposition.EMERGENCY if outcome.alarms else Disposition.SELF_CARE
        case Baseline.ALWAYS_DOCTOR:
            return Disposition.SOON
        case Baseline.ALWAYS_SELF_CARE:
            return Disposition.SELF_CARE


def place(gold: Gold, told: Disposition | None) -> Place | None:
    """Where a disposition lies beside the labels; None where none is labelled, or nothing was told."""
    if not gold.acceptable or told is None:
        return None
    if told in gold.acceptable:
        return Place.ACCEPTABLE
    if told < min(gold.acceptable):
        return Place.UNDER
    return Place.OVER if told > max(gold.acceptable) else Place.BETWEEN


def score(pairs: Iterable[tuple[Gold, Disposition | None]]) -> Score:
    """The figures over pairs of a gold label and what was told; those without a label do not count.

    Where nothing was told the advice is neither too low nor too high, and not acceptable; an
    emergency that nothing was told of is missed.
    """
    pairs = [(gold, told) for gold, told in pairs if gold.acceptable]
    places = Counter(place(gold, told) for gold, told in pairs)
    urgent = [(g, told) for g, told in pairs if g.disposition is Disposition.EMERGENCY]
    return Score(
        exact=Rate(sum(gold.disposition is told for gold, told in pairs), len(pairs)),
        acceptable=Rate(places[Place.ACCEPTABLE], len(pairs)),
        under=Rate(places[Place.UNDER], len(pairs)),
        over=Rate(places[Place.OVER], len(pairs)),
        missed_emergencies=Rate(
            sum(told is None or place(gold, told) is Place.UNDER for gold, told in urgent),
            len(urgent),
        ),
        called_emergency=Rate(
            sum(told is Disposition.EMERGENCY for _, told in urgent), len(urgent)
        ),
        table=Counter(
            (gold.disposition, told)
            for gold, told in pairs
            if gold.disposition is not None and told is not None
        ),
    )


def misses(result: Evaluation, mode: Mode) -> tuple[Outcome, ...]:
    """The cases outside their labels: too low first, then too high, each in the order of the file."""
    return tuple(
        outcome
        for where in (Place.UNDER, Place.BETWEEN, Place.OVER)
        for outcome in result.outcomes[mode]
        if outcome.place is where
    )


def groups(result: Evaluation, mode: Mode, where: Place) -> tuple[GroupRate, ...]:
    """How often the advice lies at a place beside the labels, group by group."""
    placed = [outcome for outcome in result.outcomes[mode] if outcome.place is not None]
    return group_rates((outcome.groups, outcome.place is where) for outcome in placed)
