"""Repairing slips of the pen: an unknown word that is one slip away from a word of the lexicon."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

_SHORTEST: Final = 5
_SWAPPED: Final = 4
_TWO_SLIPS_FROM: Final = 9


class Repair:
    """Finds the one word of a vocabulary that a misspelt word stands for.

    Words that people really use (`real`) are never repaired, and neither is one that could stand
    for two words. The first letter is taken to be right, which keeps the search to a few words.
    """

    def __init__(
        self, vocabulary: Iterable[str], real: frozenset[str], norm: Callable[[str], str]
    ) -> None:
        self._real = real
        self._norm = norm
        self._near: dict[tuple[str, int], list[str]] = {}
        for word in vocabulary:
            if len(word) >= _SHORTEST - 1 and word.isalpha():
                self._near.setdefault((word[0], len(word)), []).append(word)

    def repair(self, word: str, stem: str) -> str | None:
        """The word that was meant, or None; a short word can only have two letters swapped."""
        if word in self._real or not word.isalpha() or not word.isascii():
            return None
        if len(word) == _SWAPPED:
            return self._unswap(word)
        if len(word) < _SHORTEST:
            return None
        return self._nearest(word) or (self._nearest(stem) if stem != word else None)

    def _unswap(self, word: str) -> str | None:
        found = {
            candidate
            for candidate in self._near.get((word[0], len(word)), ())
            if sorted(candidate) == sorted(word) and distance(word, candidate, 1) == 1
        }
        return self._one(found)

    def _nearest(self, word: str) -> str | None:
        most = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        best: list[str] = []
        for length in range(len(word) - most, len(word) + most + 1):
            for candidate in self._near.get((word[0], length), ()):
                slips = distance(word, candidate, most)
                if slips < most or (slips == most and not best):
                    best = [candidate] if slips < most else [*best, candidate]
                    most = slips
                elif slips == most:
                    best.append(candidate)
        return self._one(best)

    def _one(self, found: Iterable[str]) -> str | None:
        """The first of some words, if all of them are spellings of one."""
        words = sorted(found)
        return words[0] if len({self._norm(word) for word in words}) == 1 else None


def distance(one: str, other: str, most: int) -> int:
    """Letters added, dropped, changed or swapped between two words; `most` + 1 if there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before = before, row
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
