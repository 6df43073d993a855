"""Finding the phrases of a lexicon in a stream of words, and settling which of them count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lumbago.reading.lexicon import (
    CLAUSE_END,
    FAR,
    LEAF,
    LIST,
    NEAR,
    Entry,
    Kind,
    Language,
    Lexicon,
    Node,
)
from lumbago.reading.tokens import HARD, NUMBER, SOFT, STOP, WORD, Stream

_NEAR_WORDS: Final = 4
_FAR_WORDS: Final = 10
_MOST_PASSED_OVER: Final = 4
_JOINS: Final = frozenset(":/")
_DASHES: Final = frozenset("-–—=")
_YEAR: Final = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that was found: its entry and the tokens that are its words, gaps left out."""

    entry: Entry
    path: tuple[int, ...]

    @property
    def first(self) -> int:
        """The first token of the phrase."""
        return self.path[0]

    @property
    def after(self) -> int:
        """The token after the last one."""
        return self.path[-1] + 1


class Finder:
    """Matches tries against one stream."""

    def __init__(self, lexicon: Lexicon, stream: Stream) -> None:
        self.stream = stream
        self.size = len(stream)
        language = lexicon.language
        verdicts = language.words("verdicts")
        self.passed_over = [
            norm in language.passed_over
            or raw in _JOINS
            or (raw in _DASHES and following in verdicts)
            for raw, norm, following in zip(
                stream.raw, stream.norm, (*stream.norm[1:], ""), strict=False
            )
        ]
        self.listed = [
            norm in language.listed or kind == SOFT or passed
            for norm, kind, passed in zip(stream.norm, stream.kind, self.passed_over, strict=True)
        ]
        self.starts = clause_starts(lexicon, stream)
        attach = frozenset(language["attach"])
        self.bounds = [
            starts and not (i > 0 and stream.raw[i - 1] in attach)
            for i, starts in enumerate(self.starts)
        ]
        self.edges: list[dict[str, tuple[int, ...]]] = [
            dict.fromkeys(_labels(language, raw, norm, kind), (i + 1,))
            for i, (raw, norm, kind) in enumerate(
                zip(stream.raw, stream.norm, stream.kind, strict=True)
            )
        ]
        self._language = language
        self._found: list[tuple[list[object], tuple[int, ...]]] = []
        self._add_members(lexicon.several)

    def find(self, root: Node) -> list[Match]:
        """Every phrase of a trie that occurs, overlapping ones included."""
        found: dict[tuple[object, int, int], Match] = {}
        for leaves, path in self._search(root):
            for entry in leaves:
                assert isinstance(entry, Entry)
                key = (entry, path[0], path[-1])
                if key not in found or len(path) > len(found[key].path):
                    found[key] = Match(entry, path)
        return list(found.values())

    def _add_members(self, root: Node) -> None:
        found = self._search(root)
        for labels, path in found:
            edges, after = self.edges[path[0]], path[-1] + 1
            for label in labels:
                assert isinstance(label, str)
                for name in self._language.classes_of(label):
                    known = edges.get(name, ())
                    if after not in known:
                        edges[name] = (*known, after)

    def _search(self, root: Node) -> list[tuple[list[object], tuple[int, ...]]]:
        self._found = []
        for start in range(self.size):
            self._step(root, start, ())
        return self._found

    def _step(self, node: Node, at: int, path: tuple[int, ...]) -> None:
        """Go on by every label that a token and a node have in common."""
        edges = self.edges[at]
        few, many = (node, edges) if len(node) < len(edges) else (edges, node)
        for label in few:
            if label in many:
                for after in edges[label]:
                    self._walk(node[label], after, (*path, *range(at, after)))

    def _walk(self, node: Node, at: int, path: tuple[int, ...]) -> None:
        """Follow a trie from a token; one call covers the words that may be passed over."""
        leaves = node.get(LEAF)
        if leaves is not None:
            self._found.append((leaves, path))
            if len(node) == 1:
                return
        if CLAUSE_END in node and self._clause_ends(at):
            self._found.append((node[CLAUSE_END][LEAF], path))
        for gap in (NEAR, FAR, LIST):
            if gap in node:
                self._leap(node[gap], gap, at, path)
        for _ in range(_MOST_PASSED_OVER + 1):
            if at >= self.size:
                return
            self._step(node, at, path)
            if not self.passed_over[at]:
                return
            at += 1

    def _leap(self, node: Node, gap: str, at: int, path: tuple[int, ...]) -> None:
        words = 0
        most = _NEAR_WORDS if gap == NEAR else _FAR_WORDS
        first = at
        while at < self.size and words <= most:
            if self.stream.kind[at] == STOP:
                return
            if gap == NEAR and (
                self.stream.kind[at] in (SOFT, HARD) or (at > first and self.bounds[at])
            ):
                return
            self._step(node, at, path)
            if gap == LIST and not self.listed[at]:
                return
            words += not self.passed_over[at] and self.stream.kind[at] <= NUMBER
            at += 1

    def _clause_ends(self, at: int) -> bool:
        if at >= self.size:
            return True
        return (
            self.stream.kind[at] >= SOFT or self.starts[at] or self.stream.norm[at] in ("and", "or")
        )


def _labels(language: Language, raw: str, norm: str, kind: int) -> Iterator[str]:
    """What a token may be matched as."""
    if kind == WORD:
        yield from language.labels(raw, norm)
    elif kind == NUMBER:
        yield from language.classes_of(norm)
        yield "<number>"
        if _YEAR.fullmatch(raw):
            yield "<year>"


def clause_starts(lexicon: Lexicon, stream: Stream) -> list[bool]:
    """Where a new clause begins for sure: "and my", "but", a subject with its verb."""
    language = lexicon.language
    joins, subjects = language.words("joins"), language.words("subjects")
    openers, verbs = language.words("ends_scope"), language.words("being")
    owners = language.words("owners")
    norm, raw = stream.norm, stream.raw
    found = [word in openers for word in norm]
    for i in range(1, len(norm)):
        if norm[i] in subjects and (norm[i - 1] in joins or raw[i - 1] in joins):
            found[i] = True
        elif norm[i] in owners and any(n in verbs for n in norm[i + 2 : i + 4]):
            found[i] = norm[i - 1] in joins or norm[i - 1] not in language.prepositions
    return found


def settle(matches: Iterable[Match]) -> list[Match]:
    """Of the phrases that overlap for one finding, the ones that count: the longest."""
    by_finding: dict[str, list[Match]] = {}
    for match in matches:
        by_finding.setdefault(match.entry.finding, []).append(match)
    kept: list[Match] = []
    for group in by_finding.values():
        taken: set[int] = set()
        for match in sorted(group, key=_weight, reverse=True):
            stretch = range(match.first, match.after)
            if taken.isdisjoint(stretch):
                taken.update(stretch)
                if match.entry.does is not Kind.NOT_THIS:
                    kept.append(match)
    return sorted(_whole(kept), key=lambda match: (match.path, match.entry.finding))


def _whole(matches: Iterable[Match]) -> Iterator[Match]:
    """Matches without the denials that are only part of what other words say of another finding.

    As in "no swelling in the calf" or "breathing fine when I sit": what is denied is the longer one.
    "Sitting eases it" reports one thing; that it denies another follows, and is not said.
    """
    matches = list(matches)
    over: dict[int, list[Match]] = {}
    for match in matches:
        if match.entry.does in (Kind.SAYS, Kind.DENIES):
            for token in match.path:
                over.setdefault(token, []).append(match)
    for match in matches:
        own = set(match.path)
        longer = over.get(match.first, ()) if match.entry.does is Kind.DENIES else ()
        if not any(
            own < set(other.path) or (other.entry.does is Kind.SAYS and own == set(other.path))
            for other in longer
        ):
            yield match


_RANK: Final = {Kind.NOT_THIS: 3, Kind.DENIES: 2, Kind.SAYS: 1, Kind.ASK: 0}


def _weight(match: Match) -> tuple[int, int, int]:
    does = match.entry.does
    assert isinstance(does, Kind)
    return len(match.path), _RANK[does], match.after - match.first
