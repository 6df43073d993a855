"""Snippets of own words with labels to figures: what the reader finds, misses, and turns around.

A line holds `text` and the findings that it states (`yes`), denies (`no`), leaves in doubt
(`unsure`) or tells of others, the past or a fear (`not_about_me_now`), and `numbers`. What follows
from a yes (`implies`) is added on both sides, so that naming the parent or the child is the same.
Labels are written against a list of findings, which may be shorter than the lexicon; `labelled`
scores precision on the findings that the file labels anywhere, `all` on whatever was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lumbago.answers import Mention, Polarity
from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.evaluate import BadLine
from lumbago.evaluate_report import Table
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval, to_base
from lumbago.rates import Rate
from lumbago.reading import Lexicon, read
from lumbago.wire import LINE_LIMIT, loads

Pair = tuple[str, Polarity]

NUMBERS: Final = {
    "duration_days": "pain_duration_days",
    "pain_score": "pain_severity_0_10",
    "temperature_c": "temperature_celsius",
    "age": "age_years",
}
"""The short names that labels use for numbers; a finding's own id may be used too."""

_RESAMPLES: Final = 2000
_KEYS: Final = frozenset({"id", "text", "speaker", "numbers", *Polarity})


@dataclass(frozen=True, slots=True)
class Snippet:
    """A labelled snippet: what it says, as pairs of finding and polarity, and its numbers."""

    line: int
    id: str | None
    text: str
    says: frozenset[Pair]
    numbers: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Read:
    """What came out for one snippet: found, missed, added, and the numbers not read."""

    snippet: Snippet
    found: frozenset[Pair]
    missed: frozenset[Pair]
    added: frozenset[Pair]
    turned: frozenset[str]
    numbers_missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 over pairs of finding and polarity; F1 with a bootstrap interval."""

    precision: Rate
    recall: Rate
    f1: float | None
    f1_interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """Every figure. `turned`: findings whose yes was read as a no, or whose no as a yes."""

    labelled: Agreement
    all: Agreement
    alarming: Agreement
    alarming_yes: Rate
    turned: Rate
    turned_alarming: Rate
    numbers: Rate
    read: tuple[Read, ...]
    bad: tuple[BadLine, ...]


def evaluate_reading(
    knowledge: Knowledge, lines: Iterable[str | bytes], *, seed: int = 0
) -> ReadingFigures:
    """Read every snippet and score it; `seed` is for the bootstrap. Blank lines are passed over."""
    lexicon = Lexicon(knowledge.words["en"])
    snippets: list[Snippet] = []
    bad: list[BadLine] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            snippets.append(_snippet(knowledge, number, line))
        except InputError as error:
            bad.append(BadLine(number, None, error.problems))
    labels = {finding for snippet in snippets for finding, _ in snippet.says}
    alarming = {f.id for f in knowledge.findings.values() if f.polarity == "alarming"}
    done = tuple(_read(knowledge, lexicon, snippet) for snippet in snippets)
    asked = [(finding, read_) for read_ in done for finding in _asked(read_)]
    stated = [(f, read_) for read_ in done for f, p in read_.snippet.says if p is Polarity.YES]
    stated = [(f, read_) for f, read_ in stated if f in alarming]
    numbers = sum(len(read_.snippet.numbers) for read_ in done)
    return ReadingFigures(
        labelled=_agreement(done, labels, seed),
        all=_agreement(done, set(knowledge.findings), seed),
        alarming=_agreement(done, labels & alarming, seed),
        alarming_yes=Rate(sum((f, Polarity.YES) in r.found for f, r in stated), len(stated)),
        turned=Rate(sum(f in r.turned for f, r in asked), len(asked)),
        turned_alarming=Rate(
            sum(f in r.turned for f, r in asked if f in alarming),
            sum(f in alarming for f, _ in asked),
        ),
        numbers=Rate(numbers - sum(len(r.numbers_missed) for r in done), numbers),
        read=done,
        bad=tuple(bad),
    )


def _snippet(knowledge: Knowledge, line: int, content: str | bytes) -> Snippet:
    if len(content) > LINE_LIMIT:
        hint = f"Keep a line under {LINE_LIMIT} characters."
        raise InputError(Problem(f"The line has {len(content)} characters.", hint=hint))
    data = loads(content)
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise InputError(Problem("A snippet is an object with a 'text'."))
    problems = [
        Problem(f"Unknown key '{key}'.", hint=did_you_mean(key, _KEYS))
        for key in data
        if key not in _KEYS
    ]
    says: set[Pair] = set()
    for polarity in Polarity:
        for finding in data.get(polarity.value, ()):
            if finding in knowledge.findings:
                says.add((finding, polarity))
            else:
                hint = did_you_mean(str(finding), knowledge.findings)
                problems.append(Problem(f"Unknown finding '{finding}'.", polarity.value, hint))
    if problems:
        raise InputError(problems)
    numbers = dict(_numbers(knowledge, data.get("numbers", {})))
    return Snippet(line, data.get("id"), data["text"], _closed(knowledge, says), numbers)


def _numbers(knowledge: Knowledge, data: Mapping[str, Any]) -> Iterator[tuple[str, Interval]]:
    """The numbers that have a finding of their own; others are passed over."""
    for name, value in data.items():
        finding = knowledge.findings.get(NUMBERS.get(name, name))
        if finding is not None and finding.unit is not None:
            base = to_base(str(value), finding.unit)
            yield finding.id, Interval(base, base)


def _closed(knowledge: Knowledge, pairs: Iterable[Pair]) -> frozenset[Pair]:
    """The pairs and what follows from every yes."""
    closed = set(pairs)
    waiting = [finding for finding, polarity in closed if polarity is Polarity.YES]
    while waiting:
        for other in knowledge.findings[waiting.pop()].implies:
            if (other, Polarity.YES) not in closed:
                closed.add((other, Polarity.YES))
                waiting.append(other)
    return frozenset(closed)


def _read(knowledge: Knowledge, lexicon: Lexicon, snippet: Snippet) -> Read:
    mentions = read(snippet.text, lexicon, None).mentions
    said = _closed(knowledge, {(m.finding, m.polarity) for m in mentions if m.value == "yes"})
    turned = {
        finding
        for finding, one, other in _opposites(snippet.says)
        if (finding, other) in said and (finding, one) not in said
    }
    return Read(
        snippet=snippet,
        found=said & snippet.says,
        missed=snippet.says - said,
        added=said - snippet.says,
        turned=frozenset(turned),
        numbers_missed=tuple(
            finding
            for finding, value in snippet.numbers.items()
            if not any(_holds(mention, finding, value) for mention in mentions)
        ),
    )


def _opposites(pairs: Iterable[Pair]) -> Iterator[tuple[str, Polarity, Polarity]]:
    for finding, polarity in pairs:
        if polarity is Polarity.YES:
            yield finding, Polarity.YES, Polarity.NO
        elif polarity is Polarity.NO:
            yield finding, Polarity.NO, Polarity.YES


def _holds(mention: Mention, finding: str, value: Interval) -> bool:
    """Whether a mention gives a number that the labelled one lies in."""
    if mention.finding != finding or not isinstance(mention.value, Interval):
        return False
    return mention.value.low <= value.low and value.high <= mention.value.high


def _asked(read_: Read) -> Iterator[str]:
    """The findings that a snippet states or denies."""
    for finding, _, _ in _opposites(read_.snippet.says):
        yield finding


def _agreement(done: Sequence[Read], findings: set[str], seed: int) -> Agreement:
    counts = np.array(
        [
            [sum(f in findings for f, _ in pairs) for pairs in (r.found, r.added, r.missed)]
            for r in done
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    found, added, missed = (int(n) for n in counts.sum(axis=0))
    return Agreement(
        Rate(found, found + added), Rate(found, found + missed), _f1(counts), _spread(counts, seed)
    )


def _f1(counts: Any) -> float | None:
    found, added, missed = counts.sum(axis=0)
    of = 2 * found + added + missed
    return float(2 * found / of) if of else None


def _spread(counts: Any, seed: int) -> tuple[float, float]:
    """The middle 95 in 100 of F1 when whole snippets are drawn again."""
    if not len(counts):
        return 0.0, 1.0
    drawn = np.random.default_rng(seed).integers(0, len(counts), (_RESAMPLES, len(counts)))
    values = [value for sample in drawn if (value := _f1(counts[sample])) is not None]
    if not values:
        return 0.0, 1.0
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def reading_tables(result: ReadingFigures, words: Mapping[str, Any]) -> Iterator[Table]:
    """The figures as tables; `words` are those of kb/words/<lang>/evaluate.yaml."""
    agreements = {
        "read_labelled": result.labelled,
        "read_all": result.all,
        "read_alarming": result.alarming,
    }
    yield Table(
        words["reading"],
        ("", words["precision"], words["recall"], words["f1"]),
        tuple(
            (words[name], str(one.precision), str(one.recall), _f1_text(one))
            for name, one in agreements.items()
        ),
    )
    rates = {
        "alarming_yes": result.alarming_yes,
        "turned": result.turned,
        "turned_alarming": result.turned_alarming,
        "numbers_read": result.numbers,
    }
    rows = tuple((words[name], f"{r.hits} / {r.of}", str(r)) for name, r in rates.items())
    yield Table("", ("", "", ""), rows)
    if result.bad:
        bad = tuple((str(b.line), str(problem)) for b in result.bad for problem in b.problems)
        yield Table(words["bad"], (words["line"], words["problem"]), bad)


def _f1_text(one: Agreement) -> str:
    if one.f1 is None:
        return "-"
    low, high = one.f1_interval
    return f"{one.f1:.2f} ({low:.2f}-{high:.2f})"


def reading_misses(result: ReadingFigures, words: Mapping[str, Any]) -> Table:
    """Every snippet that was not read as labelled: what was turned around, missed, and added."""
    rows = tuple(
        (
            one.snippet.id or str(one.snippet.line),
            one.snippet.text,
            " ".join(sorted(one.turned)),
            _pairs(one.missed) + "".join(f" {name}" for name in one.numbers_missed),
            _pairs(one.added),
        )
        for one in result.read
        if one.missed or one.added or one.numbers_missed
    )
    heads = ("id", "snippet", "turned_around", "missed", "added")
    return Table(words["reading_misses"], tuple(words[head] for head in heads), rows)


def _pairs(pairs: Iterable[Pair]) -> str:
    return " ".join(
        finding if polarity is Polarity.YES else f"{finding}={polarity.value}"
        for finding, polarity in sorted(pairs)
    )


def reading_json(result: ReadingFigures) -> dict[str, Any]:
    """The figures as JSON data."""
    rates = ("alarming_yes", "turned", "turned_alarming", "numbers")
    return {
        **{
            name: {
                "precision": one.precision.share,
                "recall": one.recall.share,
                "f1": one.f1,
                "f1_interval": list(one.f1_interval),
            }
            for name, one in (
                ("labelled", result.labelled),
                ("all", result.all),
                ("alarming", result.alarming),
            )
        },
        **{
            name: {"hits": rate.hits, "of": rate.of, "interval": list(rate.interval)}
            for name in rates
            for rate in (getattr(result, name),)
        },
        "misses": [
            {
                "id": one.snippet.id,
                "line": one.snippet.line,
                "turned": sorted(one.turned),
                "missed": _pairs(one.missed).split(),
                "added": _pairs(one.added).split(),
                "numbers_missed": list(one.numbers_missed),
            }
            for one in result.read
            if one.missed or one.added or one.numbers_missed
        ],
        "bad": [{"line": b.line, "problems": [str(p) for p in b.problems]} for b in result.bad],
    }
