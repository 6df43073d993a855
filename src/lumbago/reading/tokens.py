"""Own words as a stream of words with places: split, spelt one way, cut to their stems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

WORD: Final = 0
NUMBER: Final = 1
SOFT: Final = 2
HARD: Final = 3
STOP: Final = 4

_TOKEN: Final = re.compile(
    r"\d+(?:[.,]\d+)?"
    r"|[^\W\d_]\d+(?![^\W_])"
    r"|(?!x)[^\W\d_]{1,3}\d{1,2}[^\W\d_]{1,2}(?![^\W_])"
    r"|[^\W\d_]{2}\d(?![^\W_])"
    r"|[^\W\d_]+(?:['’‘`´][^\W\d_]+)*"
    r"|\.{2,}|[.!?\n]+|[^\w\s]"
)
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`´")
_HYPHEN: Final = frozenset("-‐‑")
_LONG_DASH: Final = frozenset("–—")
_QUIET: Final = frozenset("\"'’‘`´“”*_~#°^")
_SIGNS: Final = {"↓": "reduced", "↑": "raised"}
_VOWELS: Final = frozenset("aeiouy")


@dataclass(slots=True)
class Stream:
    """The words and marks of a text: as typed, as one spelling, of which kind, and where.

    `norm` is what phrases are matched against. An unmatched mark has its own kind, since it bounds
    what a cue or a phrase may reach.
    """

    text: str
    raw: list[str] = field(default_factory=list)
    norm: list[str] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.raw)

    def add(self, raw: str, norm: str, kind: int, start: int, end: int) -> None:
        """Append one word or mark."""
        self.raw.append(raw)
        self.norm.append(norm)
        self.kind.append(kind)
        self.start.append(start)
        self.end.append(end)

    def span(self, first: int, after: int) -> tuple[int, int]:
        """The characters from token `first` up to but not including token `after`."""
        return self.start[first], self.end[after - 1]

    def sentences(self) -> list[tuple[int, int]]:
        """The token ranges between full stops; each holds its closing mark."""
        found: list[tuple[int, int]] = []
        first = 0
        for index, kind in enumerate(self.kind):
            if kind == STOP:
                if index > first:
                    found.append((first, index + 1))
                first = index + 1
        if first < len(self.raw):
            found.append((first, len(self.raw)))
        return found


class Spelling:
    """One spelling for each word: variants, text-speak and inflections share a normal form."""

    def __init__(
        self,
        keep: Iterable[str],
        same: Mapping[str, Sequence[str]],
        joined: Mapping[str, Sequence[str]],
    ) -> None:
        self._keep = frozenset(keep)
        self._canon: dict[str, str] = {}
        self._norms: dict[str, str] = {}
        self.groups: dict[str, list[str]] = {}
        self._joins: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, variants in same.items():
            stem = self._stem(name)
            for variant in variants:
                if " " in variant:
                    self.groups.setdefault(stem, []).append(variant)
                else:
                    self._canon[variant] = stem
                    short = self._stem(variant)
                    if short not in self._keep:
                        self._canon.setdefault(short, stem)
        for name, variants in joined.items():
            for variant in variants:
                first, *rest = variant.split()
                self._joins.setdefault(first, []).append((tuple(rest), name))
        for options in self._joins.values():
            options.sort(key=lambda option: -len(option[0]))

    @property
    def variants(self) -> frozenset[str]:
        """Every single word that is spelt another way."""
        return frozenset(self._canon)

    def norm(self, word: str) -> str:
        """The normal form of a lower-case word without apostrophes."""
        found = self._norms.get(word)
        if found is None:
            found = self._canon.get(word)
            if found is None:
                stem = self._stem(word)
                found = self._canon.get(stem, stem)
            self._norms[word] = found
        return found

    def words(self, phrase: str) -> list[str]:
        """The words of a phrase of the lexicon, with words that belong together joined."""
        words = phrase.split()
        if any(word in self._joins for word in words):
            return [word for word, _ in self._join(words)]
        return words

    def _join(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Each word, or joined words as one, with the number of words it took."""
        found: list[tuple[str, int]] = []
        index = 0
        while index < len(words):
            for rest, name in self._joins.get(words[index], ()):
                if tuple(words[index + 1 : index + 1 + len(rest)]) == rest:
                    found.append((name, 1 + len(rest)))
                    break
            else:
                found.append((words[index], 1))
            index += found[-1][1]
        return found

    def stream(self, text: str) -> Stream:
        """Split a text into words and marks, and spell each word one way."""
        stream = Stream(text)
        run: list[tuple[str, int, int]] = []
        for token in _TOKEN.finditer(text):
            word, start, end = token.group(), token.start(), token.end()
            word = _SIGNS.get(word, word)
            if word[0].isalpha():
                run.append((word.lower().translate(_APOSTROPHES), start, end))
                continue
            kind = _kind(word, text, start, end)
            if kind is None:
                continue
            self._flush(run, stream)
            if kind == WORD:
                stream.add("and", "and", WORD, start, end)
            else:
                stream.add(word, word, kind, start, end)
        self._flush(run, stream)
        return stream

    def _flush(self, run: list[tuple[str, int, int]], stream: Stream) -> None:
        index = 0
        for word, count in self._join([word for word, _, _ in run]):
            start, end = run[index][1], run[index + count - 1][2]
            stream.add(word, self.norm(word), WORD, start, end)
            index += count
        run.clear()

    def _stem(self, word: str) -> str:
        if len(word) <= 3 or word in self._keep or not word.isascii():
            return word
        return _tail(_without_ending(word))


def _kind(mark: str, text: str, start: int, end: int) -> int | None:
    """The kind of a number or a mark; None where it binds nothing, as a hyphen inside a word."""
    if mark[0].isdecimal():
        return NUMBER
    if mark.startswith(".."):
        return HARD
    if mark[0] in ".!?\n":
        return STOP
    if mark in _QUIET:
        return None
    if mark in "&+":
        return WORD
    if mark in _HYPHEN or mark in _LONG_DASH:
        inside = start > 0 and end < len(text) and text[start - 1].isalnum() and text[end].isalnum()
        if mark in _HYPHEN and inside:
            both = text[start - 1].isdecimal() and text[end].isdecimal()
            return SOFT if both else None
        return HARD
    if mark in ",/":
        return SOFT
    return HARD


def _without_ending(word: str) -> str:
    if word.endswith("ness") and len(word) > 6:
        return word[:-4]
    for ending in ("ing", "ed"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            if len(stem) >= 3 and not _VOWELS.isdisjoint(stem):
                doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz"
                return stem[:-1] if doubled else stem
            return word
    if word.endswith("ly") and len(word) >= 6:
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _tail(stem: str) -> str:
    if len(stem) > 3 and stem.endswith("e") and not stem.endswith("ee"):
        return stem[:-1]
    if len(stem) > 3 and stem.endswith("y") and stem[-2] not in _VOWELS:
        return stem[:-1] + "i"
    return stem
