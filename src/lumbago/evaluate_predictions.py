"""What another program said of the same cases, scored as lumbago is: the same labels and intervals.

A line of predictions holds the `id` of a case and the `disposition` that was told, or null where the
program said nothing. `causes` may follow, the likeliest first, and `not_to_be_missed`: ids of
conditions. Nothing is guessed: every case has one line, every line a case, and where one line has
causes all have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.evaluate import Baseline, Evaluation, Mode, Outcome, Place, Score, place, score
from lumbago.evaluate_causes import CauseScore, Fit, cause_score
from lumbago.evaluate_groups import GroupRate, group_rates
from lumbago.evaluate_report import CAUSE_FIGURES, FIGURES, Table, group_name
from lumbago.fields import unknown_keys
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.rates import Rate, gap_json, rate_json
from lumbago.wire import LINE_LIMIT, Gold, loads

_KEYS: Final = ("id", "disposition", "causes", "not_to_be_missed")
_NAMED: Final = 5
"""So many ids are named in a message; the others are counted."""

_OWN: Final = Mode.TEXT_AND_ANSWERS
_BASELINES: Final = (Baseline.ALWAYS_DOCTOR, Baseline.ALWAYS_SELF_CARE)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a program said of one case; `disposition` is None where it said nothing.

    `causes` is None where the program names none at all; ids of conditions, the likeliest first.
    """

    line: int
    id: str
    disposition: Disposition | None
    causes: tuple[str, ...] | None = None
    not_to_be_missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Predicted:
    """The figures of another program beside those of lumbago on the same cases.

    `silent`: labelled cases of which it said nothing. They count as not acceptable, and an emergency
    among them as missed. `causes` is None where it names none. `acceptable` and `under` are by group.
    """

    score: Score
    silent: Rate
    causes: CauseScore | None
    acceptable: tuple[GroupRate, ...]
    under: tuple[GroupRate, ...]
    own: Evaluation


def read_predictions(
    knowledge: Knowledge, lines: Iterable[str | bytes]
) -> Mapping[str, Prediction]:
    """The predictions of a file by the id of their case. Blank lines are passed over.

    Raises `InputError` with every problem of every line, each with its line.
    """
    found: dict[str, Prediction] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = _prediction(knowledge, number, line)
        except InputError as error:
            problems += [_at(number, problem) for problem in error.problems]
            continue
        if one.id in found:
            said = f"'{one.id}' was said before, in line {found[one.id].line}."
            problems.append(Problem(said, f"line {number}", "Keep one line for each case."))
        found[one.id] = one
    if not problems:
        problems += _one_sided(found.values())
    if problems:
        raise InputError(problems)
    return found


def _at(line: int, problem: Problem) -> Problem:
    inside = problem.where.removeprefix("line 1, ")  # a line of its own is all that JSON sees
    where = f"line {line}" + (f", {inside}" if inside else "")
    return Problem(problem.message, where, problem.hint)


def _prediction(knowledge: Knowledge, number: int, line: str | bytes) -> Prediction:
    if len(line) > LINE_LIMIT:
        hint = f"Keep a line under {LINE_LIMIT} characters."
        raise InputError(Problem(f"The line has {len(line)} characters.", hint=hint))
    data = loads(line)
    if not isinstance(data, dict):
        raise InputError(Problem("A prediction must be a JSON object, like {...}."))
    problems = unknown_keys(data, _KEYS, "")
    if not isinstance(data.get("id"), str) or not data["id"]:
        problems.append(Problem("The id of the case is missing, or is no text.", "id"))
    if "disposition" not in data:
        hint = "Give a level, or null where the program says nothing."
        problems.append(Problem("The disposition is missing.", "disposition", hint))
    disposition = _level(data.get("disposition"), problems)
    causes = _causes(knowledge, data, "causes", problems)
    missed = _causes(knowledge, data, "not_to_be_missed", problems)
    if missed is not None and causes is None:
        hint = "Give both, or neither."
        problems.append(Problem("These need 'causes' beside them.", "not_to_be_missed", hint))
    if problems:
        raise InputError(problems)
    return Prediction(number, data["id"], disposition, causes, missed or ())


def _level(value: object, problems: list[Problem]) -> Disposition | None:
    known = {level.id: level for level in Disposition}
    if value is None or (isinstance(value, str) and value in known):
        return None if value is None else known[str(value)]
    hint = did_you_mean(str(value), known) or f"One of: {', '.join(known)}."
    problems.append(Problem(f"'{value}' is not a disposition.", "disposition", hint))
    return None


def _causes(
    knowledge: Knowledge, data: Mapping[str, Any], key: str, problems: list[Problem]
) -> tuple[str, ...] | None:
    if key not in data:
        return None
    listed = data[key]
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        problems.append(Problem("This must be a list of ids.", key))
        return None
    for one in listed:
        if one not in knowledge.conditions:
            hint = did_you_mean(one, knowledge.conditions)
            problems.append(Problem(f"Unknown condition '{one}'.", key, hint))
    if len(set(listed)) < len(listed):
        problems.append(Problem("An id is there twice.", key, "Name each cause once."))
    return tuple(listed)


def _one_sided(found: Iterable[Prediction]) -> Iterator[Problem]:
    """Causes in some lines only: a program could choose the cases that it is judged by."""
    with_causes = [one for one in found if one.causes is not None]
    without = [one for one in found if one.causes is None]
    if with_causes and without:
        said = f"Some lines have causes, others have none: {_listed(one.id for one in without)}."
        hint = "Give causes in every line (an empty list: it names none), or in no line."
        yield Problem(said, f"line {without[0].line}", hint)


def _listed(ids: Iterable[str]) -> str:
    ids = list(ids)
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(islice(ids, _NAMED)) + more


def evaluate_predictions(
    knowledge: Knowledge, own: Evaluation, predictions: Mapping[str, Prediction]
) -> Predicted:
    """Score what another program said beside what lumbago says of the same cases.

    Raises `InputError` if a case cannot be read, has no id or one that is there twice, has no
    prediction, or if a prediction has no case.
    """
    outcomes = own.outcomes[_OWN]
    problems = [*_bad_cases(own), *_unmatched(outcomes, predictions)]
    if problems:
        raise InputError(problems)
    pairs = [(outcome, predictions[str(outcome.id)]) for outcome in outcomes]
    judged = [(o, p) for o, p in pairs if o.gold.acceptable]
    fits = [fit for o, p in pairs if (fit := _fit(knowledge, o, p)) is not None]

    def by_group(hit: Callable[[Gold, Disposition | None], bool]) -> tuple[GroupRate, ...]:
        return group_rates((o.groups, hit(o.gold, p.disposition)) for o, p in judged)

    return Predicted(
        score=score((o.gold, p.disposition) for o, p in pairs),
        silent=Rate(sum(p.disposition is None for _, p in judged), len(judged)),
        causes=cause_score(fits) if fits else None,
        acceptable=by_group(lambda gold, told: place(gold, told) is Place.ACCEPTABLE),
        under=by_group(lambda gold, told: place(gold, told) is Place.UNDER),
        own=own,
    )


def _bad_cases(own: Evaluation) -> Iterator[Problem]:
    for bad in own.bad:
        yield from (_at(bad.line, problem) for problem in bad.problems)


def _unmatched(
    outcomes: Sequence[Outcome], predictions: Mapping[str, Prediction]
) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for outcome in outcomes:
        where = f"cases, line {outcome.line}"
        if outcome.id is None:
            yield Problem("The case has no id.", where, "Give every case an id.")
        elif outcome.id in seen:
            said = f"The id '{outcome.id}' is there before, in line {seen[outcome.id]}."
            yield Problem(said, where, "Give every case an id of its own.")
        else:
            seen[outcome.id] = outcome.line
    missing = [id_ for id_ in seen if id_ not in predictions]
    if missing:
        hint = 'Where the program says nothing, write "disposition": null.'
        yield Problem(f"There is no prediction for {_listed(missing)}.", "predictions", hint)
    for one in predictions.values():
        if one.id not in seen:
            hint = did_you_mean(one.id, seen)
            yield Problem(f"There is no case '{one.id}'.", f"predictions, line {one.line}", hint)


def _fit(knowledge: Knowledge, outcome: Outcome, said: Prediction) -> Fit | None:
    """Where the accepted causes stand in what was said; None where no cause is labelled or said."""
    if outcome.fit is None or said.causes is None:
        return None
    family = {id_: condition.family for id_, condition in knowledge.conditions.items()}
    known = [cause for cause in outcome.gold.acceptable_diagnoses if cause in family]
    wanted = {family[cause] for cause in known}
    families = list(dict.fromkeys(family[cause] for cause in said.causes))
    first = next((f for f in families if f in wanted), family[known[0]])
    return Fit(
        cause=_rank(said.causes, known),
        family=_rank(families, wanted),
        serious=outcome.fit.serious,
        kept=bool({*said.causes, *said.not_to_be_missed} & set(known)),
        label=first,
        told=families[0] if families else "",
    )


def _rank(listed: Sequence[str], wanted: Iterable[str]) -> int | None:
    good = set(wanted)
    return next((rank for rank, one in enumerate(listed, 1) if one in good), None)


# --------------------------------------------------------------------------------------- showing


def predicted_tables(found: Predicted, words: Mapping[str, Any]) -> Iterator[Table]:
    """The figures as tables; `words` are those of kb/words/<lang>/evaluate.yaml."""
    columns = [
        (words["this_program"], found.score),
        (words["lumbago_on_them"], found.own.scores[_OWN]),
        *((words[name], found.own.baselines[name]) for name in _BASELINES),
    ]
    rows = [(words[name], *(str(getattr(one, name)) for _, one in columns)) for name in FIGURES]
    silent = (str(found.silent), *("" for _ in columns[1:]))
    heads = ("", *(str(name) for name, _ in columns))
    yield Table(words["figures"], heads, (*rows, (words["silent"], *silent)))
    if found.causes is not None:
        own = found.own.causes[_OWN]
        both = tuple(
            (words[name], str(getattr(found.causes, name)), str(getattr(own, name)))
            for name in CAUSE_FIGURES
        )
        yield Table(words["causes"], heads[:3], both)
    if found.acceptable:
        groups = tuple(
            (
                f"{words[group.kind]}: {group_name(group, words)}",
                str(group.rate.of),
                str(group.rate),
                str(group.gap),
                f"{low.rate.hits} / {low.rate.of}",
            )
            for group, low in zip(found.acceptable, found.under, strict=True)
        )
        named = ("group", "cases", "acceptable", "gap", "under")
        yield Table(words["group_gaps"], tuple(words[head] for head in named), groups)


def predicted_json(found: Predicted) -> dict[str, Any]:
    """The figures as JSON data."""
    return {
        "predictions": _score_json(found.score) | {"silent": rate_json(found.silent)},
        "lumbago": _score_json(found.own.scores[_OWN]),
        "baselines": {str(name): _score_json(found.own.baselines[name]) for name in _BASELINES},
        "causes": None if found.causes is None else _causes_json(found.causes),
        "lumbago_causes": _causes_json(found.own.causes[_OWN]),
        "groups": [
            {
                "kind": group.kind,
                "group": group.name,
                "place": str(where),
                "rate": rate_json(group.rate),
                "others": rate_json(group.others),
                "gap": gap_json(group.gap),
            }
            for where, groups in (
                (Place.ACCEPTABLE, found.acceptable),
                (Place.UNDER, found.under),
            )
            for group in groups
        ],
    }


def _score_json(one: Score) -> dict[str, Any]:
    return {name: rate_json(getattr(one, name)) for name in FIGURES}


def _causes_json(one: CauseScore) -> dict[str, Any]:
    return {name: rate_json(getattr(one, name)) for name in CAUSE_FIGURES}
