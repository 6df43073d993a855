"""Cases with gold labels to figures: how often the advice as told is right, too low, or too high.

A line is a case of `wire` with its gold label. Each is assessed three times: with its text and
answers, its text alone, and its answers alone; age and sex stay. A line that cannot be read is
reported and the run goes on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from lumbago.answers import YES, Answers, Case, Profile
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError, Problem
from lumbago.evaluate_causes import Fit, fit_of
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.triage.scalar import Verdict
from lumbago.wire import LINE_LIMIT, Gold, case_of, gold_of, loads

CERTAINTY: Final = 1.96
"""Standard errors on each side of a Wilson interval: 95 in 100."""

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
class Rate:
    """So many of so many."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval of the share, from 0 to 1 of nothing."""
        if not self.of:
            return 0.0, 1.0
        p, n, z2 = self.hits / self.of, self.of, CERTAINTY**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        reach = CERTAINTY * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __str__(self) -> str:
        if not self.of:
            return "-"
        low, high = self.interval
        return f"{100 * self.hits / self.of:.0f} % ({100 * low:.0f}-{100 * high:.0f})"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out for one case: the verdict and the rules behind it, beside its gold label.

    `rules` hold, `doubted` hold only because the person was not sure of the findings in `doubt`.
    `alarms` are the alarming findings reported, not derived; `line` counts from 1; `fit` says where
    the accepted causes stand, None where no cause is labelled.
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

    @property
    def place(self) -> Place:
        """Where the advice as told lies beside the labels."""
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
class CauseScore:
    """How often an accepted cause, or its family, comes first or among the first three.

    `serious_kept`: of the serious causes, those among the likely or not to be missed.
    """

    cause_first: Rate
    cause_in_three: Rate
    family_first: Rate
    family_in_three: Rate
    serious_kept: Rate


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
            case, gold = _read(line)
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


def _read(line: str | bytes) -> tuple[Case, Gold]:
    if len(line) > LINE_LIMIT:
        hint = f"Keep a line under {LINE_LIMIT} characters."
        raise InputError(Problem(f"The line has {len(line)} characters.", hint=hint))
    data = loads(line)
    return case_of(data), gold_of(data)


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
    fired = assessment.triage.rules
    return Outcome(
        line=line,
        id=assessment.id,
        gold=gold,
        verdict=assessment.triage.verdict,
        rules=tuple(fire.rule.id for fire in fired if fire.reading != "doubt"),
        doubted=tuple(fire.rule.id for fire in fired if fire.reading == "doubt"),
        doubt=assessment.triage.doubt,
        alarms=tuple(_alarms(knowledge, assessment.answers)),
        fit=fit_of(knowledge, assessment, gold.acceptable_diagnoses),
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


def place(gold: Gold, told: Disposition) -> Place:
    """Where a disposition lies beside the labels that are accepted."""
    if told in gold.acceptable:
        return Place.ACCEPTABLE
    if told < min(gold.acceptable):
        return Place.UNDER
    return Place.OVER if told > max(gold.acceptable) else Place.BETWEEN


def score(pairs: Iterable[tuple[Gold, Disposition]]) -> Score:
    """The figures over pairs of a gold label and what was told."""
    pairs = list(pairs)
    places = Counter(place(gold, told) for gold, told in pairs)
    urgent = [(g, told) for g, told in pairs if g.disposition is Disposition.EMERGENCY]
    return Score(
        exact=Rate(sum(gold.disposition is told for gold, told in pairs), len(pairs)),
        acceptable=Rate(places[Place.ACCEPTABLE], len(pairs)),
        under=Rate(places[Place.UNDER], len(pairs)),
        over=Rate(places[Place.OVER], len(pairs)),
        missed_emergencies=Rate(
            sum(place(gold, told) is Place.UNDER for gold, told in urgent), len(urgent)
        ),
        called_emergency=Rate(
            sum(told is Disposition.EMERGENCY for _, told in urgent), len(urgent)
        ),
        table=Counter((gold.disposition, told) for gold, told in pairs),
    )


def cause_score(fits: Iterable[Fit]) -> CauseScore:
    """The figures over cases with a labelled cause."""
    fits = list(fits)
    serious = [fit for fit in fits if fit.serious]

    def within(ranks: Iterable[int | None], limit: int) -> Rate:
        return Rate(sum(rank is not None and rank <= limit for rank in ranks), len(fits))

    causes, families = [fit.cause for fit in fits], [fit.family for fit in fits]
    return CauseScore(
        cause_first=within(causes, 1),
        cause_in_three=within(causes, 3),
        family_first=within(families, 1),
        family_in_three=within(families, 3),
        serious_kept=Rate(sum(fit.kept for fit in serious), len(serious)),
    )


def misses(result: Evaluation, mode: Mode) -> tuple[Outcome, ...]:
    """The cases outside their labels: too low first, then too high, each in the order of the file."""
    first = (Place.UNDER, Place.BETWEEN, Place.OVER)
    outside = [o for o in result.outcomes[mode] if o.place is not Place.ACCEPTABLE]
    return tuple(sorted(outside, key=lambda outcome: first.index(outcome.place)))


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be shown: its title, the heads of its columns, its rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_FIGURES: Final = (
    "exact",
    "acceptable",
    "under",
    "over",
    "missed_emergencies",
    "called_emergency",
)


_CAUSE_FIGURES: Final = (
    "cause_first",
    "cause_in_three",
    "family_first",
    "family_in_three",
    "serious_kept",
)


def lines(result: Evaluation, words: Mapping[str, Any]) -> Iterator[Table]:
    """The figures as tables; `words` are those of kb/words/<lang>/evaluate.yaml.

    First the figures by mode and baseline, then a table of levels for every mode, then what could
    not be read, if anything. `miss_lines` has the cases outside their labels.
    """
    columns: list[tuple[str, Score]] = [*result.scores.items(), *result.baselines.items()]
    yield Table(
        words["figures"],
        ("", *(words[name] for name, _ in columns)),
        tuple(
            (words[name], *(str(getattr(score_, name)) for _, score_ in columns))
            for name in _FIGURES
        ),
    )
    yield Table(
        words["causes"],
        ("", *(words[mode] for mode in result.causes)),
        tuple(
            (words[name], *(str(getattr(causes, name)) for causes in result.causes.values()))
            for name in _CAUSE_FIGURES
        ),
    )
    for mode, score_ in result.scores.items():
        yield _levels(f"{words['levels']}: {words[mode]}", score_, words)
    if result.bad:
        rows = (
            (str(b.line), b.id or "", str(problem)) for b in result.bad for problem in b.problems
        )
        yield Table(words["bad"], (words["line"], words["id"], words["problem"]), tuple(rows))


def _levels(title: str, score_: Score, words: Mapping[str, Any]) -> Table:
    """Rows: the best label. Columns: what was told, the share found, and the share right."""
    levels = tuple(reversed(Disposition))
    heads = (words["label"], *(words[level.id] for level in levels), words["found"], words["right"])
    rows = (
        (
            words[gold.id],
            *(str(score_.table.get((gold, told), 0)) for told in levels),
            str(score_.found(gold)),
            str(score_.right(gold)),
        )
        for gold in levels
    )
    return Table(title, heads, tuple(rows))


def miss_lines(result: Evaluation, mode: Mode, words: Mapping[str, Any]) -> Table:
    """The cases outside their labels, what was told, and the rules behind it ("?": in doubt)."""
    heads = ("line", "id", "place", "label", "accepted", "told", "rules")
    rows = (
        (
            str(miss.line),
            miss.id or "",
            words[miss.place],
            words[miss.gold.disposition.id],
            ", ".join(words[level.id] for level in sorted(miss.gold.acceptable, reverse=True)),
            words[miss.verdict.as_told.id],
            " ".join((*miss.rules, *(f"{id_}?" for id_ in miss.doubted))) or "-",
        )
        for miss in misses(result, mode)
    )
    title = f"{words['misses']}: {words[mode]}"
    return Table(title, tuple(words[head] for head in heads), tuple(rows))


def figures_json(result: Evaluation) -> dict[str, Any]:
    """The figures as JSON data: for every mode and baseline each rate with its interval."""
    return {
        "modes": {str(mode): _score_json(score_) for mode, score_ in result.scores.items()},
        "causes": {
            str(mode): {name: rate_json(getattr(causes, name)) for name in _CAUSE_FIGURES}
            for mode, causes in result.causes.items()
        },
        "baselines": {str(name): _score_json(score_) for name, score_ in result.baselines.items()},
        "misses": {str(mode): [_miss_json(m) for m in misses(result, mode)] for mode in Mode},
        "bad": [
            {"line": bad.line, "id": bad.id, "problems": [str(p) for p in bad.problems]}
            for bad in result.bad
        ],
    }


def _score_json(score_: Score) -> dict[str, Any]:
    levels = tuple(reversed(Disposition))
    by_level = {
        gold.id: {
            "told": {told.id: score_.table.get((gold, told), 0) for told in levels},
            "found": rate_json(score_.found(gold)),
            "right": rate_json(score_.right(gold)),
        }
        for gold in levels
    }
    figures: dict[str, Any] = {name: rate_json(getattr(score_, name)) for name in _FIGURES}
    return figures | {"levels": by_level}


def rate_json(rate: Rate) -> dict[str, Any]:
    """A rate as JSON data, with its interval."""
    share = None if rate.share is None else round(rate.share, 4)
    return {
        "hits": rate.hits,
        "of": rate.of,
        "share": share,
        "interval": [round(end, 4) for end in rate.interval],
    }


def _miss_json(miss: Outcome) -> dict[str, Any]:
    return {
        "line": miss.line,
        "id": miss.id,
        "place": str(miss.place),
        "label": miss.gold.disposition.id,
        "accepted": sorted(level.id for level in miss.gold.acceptable),
        "told": miss.verdict.as_told.id,
        "rules": list(miss.rules),
        "doubted": list(miss.doubted),
        "doubt": list(miss.doubt),
    }
