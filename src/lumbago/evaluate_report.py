"""The figures of an evaluation as tables for people and as JSON data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lumbago.evaluate import Evaluation, Mode, Outcome, Place, Score, groups, misses
from lumbago.evaluate_causes import CauseScore
from lumbago.evaluate_groups import GroupRate
from lumbago.evaluate_reliability import Sureness, View, sureness_json
from lumbago.knowledge.model import Disposition
from lumbago.rates import gap_json, rate_json
from lumbago.reliability import Reliability
from lumbago.wire import Gold


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be shown: its title, the heads of its columns, its rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


FIGURES: Final = (
    "exact",
    "acceptable",
    "under",
    "over",
    "missed_emergencies",
    "called_emergency",
)

CAUSE_FIGURES: Final = (
    "cause_first",
    "cause_in_three",
    "family_first",
    "family_in_three",
    "serious_kept",
)


def lines(result: Evaluation, words: Mapping[str, Any]) -> Iterator[Table]:
    """The figures as tables; `words` are those of kb/words/<lang>/evaluate.yaml.

    First the figures by mode and baseline, then causes, families, a table of levels for every mode,
    groups, and what could not be read; each only if there is anything to count. `miss_lines` has the
    cases outside their labels, `sureness_lines` how reliable the probabilities are.
    """
    if result.scores[Mode.TEXT_AND_ANSWERS].exact.of:
        yield _agreement(result, words)
    if result.causes[Mode.TEXT_AND_ANSWERS].cause_first.of:
        yield _causes(result, words)
        yield _families(result.causes[Mode.TEXT_AND_ANSWERS], words)
    if result.scores[Mode.TEXT_AND_ANSWERS].exact.of:
        for mode, score_ in result.scores.items():
            yield _levels(f"{words['levels']}: {words[mode]}", score_, words)
        if groups(result, Mode.TEXT_AND_ANSWERS, Place.ACCEPTABLE):
            yield _groups(result, words)
    if result.bad:
        rows = (
            (str(b.line), b.id or "", str(problem)) for b in result.bad for problem in b.problems
        )
        yield Table(words["bad"], (words["line"], words["id"], words["problem"]), tuple(rows))


def _agreement(result: Evaluation, words: Mapping[str, Any]) -> Table:
    columns: list[tuple[str, Score]] = [*result.scores.items(), *result.baselines.items()]
    rows = (
        (words[name], *(str(getattr(score_, name)) for _, score_ in columns)) for name in FIGURES
    )
    return Table(words["figures"], ("", *(words[name] for name, _ in columns)), tuple(rows))


def _causes(result: Evaluation, words: Mapping[str, Any]) -> Table:
    rows = (
        (words[name], *(str(getattr(causes, name)) for causes in result.causes.values()))
        for name in CAUSE_FIGURES
    )
    return Table(words["causes"], ("", *(words[mode] for mode in result.causes)), tuple(rows))


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


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One labelled family: its cases, and what came first instead, most often first ("": no list)."""

    family: str
    cases: int
    first: int
    in_three: int
    instead: tuple[tuple[str, int], ...]


def family_rows(causes: CauseScore) -> tuple[FamilyRow, ...]:
    """The confusion of families, the most frequent label first."""
    labels = dict.fromkeys(label for label, _ in causes.families)
    rows = []
    for label in labels:
        told = {t: cases for (one, t), cases in causes.families.items() if one == label}
        first, total = told.pop(label, 0), sum(told.values())
        instead = tuple(sorted(told.items(), key=lambda pair: (-pair[1], pair[0])))
        rows.append(FamilyRow(label, first + total, first, causes.in_three.get(label, 0), instead))
    return tuple(sorted(rows, key=lambda row: (-row.cases, row.family)))


def instead_text(row: FamilyRow, words: Mapping[str, Any]) -> str:
    """What came first instead, with how often."""
    named = ((words["families"].get(told, words["no_list"]), cases) for told, cases in row.instead)
    return "; ".join(f"{name} {cases}" for name, cases in named)


def _families(causes: CauseScore, words: Mapping[str, Any]) -> Table:
    rows = (
        (
            words["families"][row.family],
            str(row.cases),
            str(row.first),
            str(row.in_three),
            instead_text(row, words) or "-",
        )
        for row in family_rows(causes)
    )
    heads = ("labelled_family", "cases", "family_first", "family_in_three", "instead")
    title = f"{words['confusion']}: {words[Mode.TEXT_AND_ANSWERS]}"
    return Table(title, tuple(words[head] for head in heads), tuple(rows))


def group_name(group: GroupRate, words: Mapping[str, Any]) -> str:
    """The name of a group; a band of ages speaks for itself."""
    if group.kind != "age":
        return str(words["groups"][group.name])
    if group.name.startswith("<"):
        return str(words["younger"]).format(age=group.name[1:])
    if group.name.endswith("+"):
        return str(words["older"]).format(age=group.name[:-1])
    return group.name


def _groups(result: Evaluation, words: Mapping[str, Any]) -> Table:
    too_low = groups(result, Mode.TEXT_AND_ANSWERS, Place.UNDER)
    rows = (
        (
            f"{words[group.kind]}: {group_name(group, words)}",
            str(group.rate.of),
            str(group.rate),
            str(group.gap),
            f"{low.rate.hits} / {low.rate.of}",
        )
        for group, low in zip(
            groups(result, Mode.TEXT_AND_ANSWERS, Place.ACCEPTABLE), too_low, strict=True
        )
    )
    title = f"{words['group_gaps']}: {words[Mode.TEXT_AND_ANSWERS]}"
    heads = ("group", "cases", "acceptable", "gap", "under")
    return Table(title, tuple(words[head] for head in heads), tuple(rows))


def sureness_lines(found: Sureness, words: Mapping[str, Any]) -> Iterator[Table]:
    """How reliable the probabilities are, as tables: the errors, then the bins of what comes first."""
    heads = ("", *(words[view] for view in View))
    rows = [
        *((f"{words['cases']}: {words[mode]}", views) for mode, views in found.cases.items()),
        *((f"{words['people']}: {words['worlds'][name]}", v) for name, v in found.people.items()),
    ]
    cells = ((name, *(error_text(views[view]) for view in View)) for name, views in rows)
    yield Table(words["calibration_error"], heads, tuple(cells))
    shown = [(words["cases"], found.cases[Mode.TEXT_AND_ANSWERS])]
    shown += [(words["people"], views) for name, views in found.people.items() if name == "usual"]
    for name, views in shown:
        title = f"{words['said_and_was']}: {name}, {words[View.FIRST]}"
        yield Table(
            title,
            tuple(words[head] for head in ("said", "was", "claims")),
            bin_rows(views[View.FIRST]),
        )


def error_text(one: Reliability) -> str:
    """An expected calibration error with its interval."""
    if not one.claims:
        return "-"
    low, high = one.interval
    return f"{one.error:.3f} ({low:.3f}-{high:.3f})"


def bin_rows(one: Reliability) -> tuple[tuple[str, str, str], ...]:
    """For every bin what was said, how often it was so with its band, and how many claims."""
    return tuple(
        (
            f"{100 * part.said:.0f} %",
            f"{100 * part.was:.0f} % ({100 * part.band[0]:.0f}-{100 * part.band[1]:.0f})",
            f"{part.claims:,}",
        )
        for part in one.bins
    )


def miss_lines(result: Evaluation, mode: Mode, words: Mapping[str, Any]) -> Table:
    """The cases outside their labels, what was told, and the rules behind it ("?": in doubt)."""
    heads = ("line", "id", "place", "label", "accepted", "told", "rules")
    rows = (
        (
            str(miss.line),
            miss.id or "",
            words[str(miss.place)],
            words[label_of(miss.gold).id],
            ", ".join(words[level.id] for level in sorted(miss.gold.acceptable, reverse=True)),
            words[miss.verdict.as_told.id],
            " ".join((*miss.rules, *(f"{id_}?" for id_ in miss.doubted))) or "-",
        )
        for miss in misses(result, mode)
    )
    title = f"{words['misses']}: {words[mode]}"
    return Table(title, tuple(words[head] for head in heads), tuple(rows))


def label_of(gold: Gold) -> Disposition:
    """The best label of a case that has one."""
    assert gold.disposition is not None
    return gold.disposition


def figures_json(result: Evaluation, sure: Sureness) -> dict[str, Any]:
    """The figures as JSON data: for every mode and baseline each rate with its interval."""
    return {
        "modes": {str(mode): _score_json(score_) for mode, score_ in result.scores.items()},
        "causes": {
            str(mode): {name: rate_json(getattr(causes, name)) for name in CAUSE_FIGURES}
            for mode, causes in result.causes.items()
        },
        "families": {str(mode): _families_json(causes) for mode, causes in result.causes.items()},
        "baselines": {str(name): _score_json(score_) for name, score_ in result.baselines.items()},
        "groups": {str(mode): _groups_json(result, mode) for mode in Mode},
        "reliability": sureness_json(sure),
        "misses": {str(mode): [_miss_json(m) for m in misses(result, mode)] for mode in Mode},
        "bad": [
            {"line": bad.line, "id": bad.id, "problems": [str(p) for p in bad.problems]}
            for bad in result.bad
        ],
    }


def _families_json(causes: CauseScore) -> dict[str, Any]:
    return {
        row.family: {
            "cases": row.cases,
            "first": row.first,
            "in_three": row.in_three,
            "instead": {told or "none": cases for told, cases in row.instead},
        }
        for row in family_rows(causes)
    }


def _groups_json(result: Evaluation, mode: Mode) -> list[dict[str, Any]]:
    return [
        {
            "kind": group.kind,
            "group": group.name,
            "place": str(where),
            "rate": rate_json(group.rate),
            "others": rate_json(group.others),
            "gap": gap_json(group.gap),
        }
        for where in (Place.ACCEPTABLE, Place.UNDER)
        for group in groups(result, mode, where)
    ]


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
    figures: dict[str, Any] = {name: rate_json(getattr(score_, name)) for name in FIGURES}
    return figures | {"levels": by_level}


def _miss_json(miss: Outcome) -> dict[str, Any]:
    return {
        "line": miss.line,
        "id": miss.id,
        "place": str(miss.place),
        "label": label_of(miss.gold).id,
        "accepted": sorted(level.id for level in miss.gold.acceptable),
        "told": miss.verdict.as_told.id,
        "rules": list(miss.rules),
        "doubted": list(miss.doubted),
        "doubt": list(miss.doubt),
    }
