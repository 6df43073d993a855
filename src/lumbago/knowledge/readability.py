"""How hard English text is to read: the Flesch-Kincaid school grade, with syllables counted by rule.

The formula was fitted to whole passages; on one sentence it is a coarse guide, good enough to
notice a question that nobody in pain would read to its end.
"""

from __future__ import annotations

import re
from typing import Final

_SENTENCE_END: Final = re.compile(r"[.!?]+(?:\s|$)")
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_ENDING: Final = re.compile(r"['\u2019](?:s|t|re|ve|ll|d|m)$")
_VOWELS: Final = re.compile(r"(?:[aeiou]|y(?![aeiou]))+")
_TWO_IN_ONE: Final = re.compile(  # vowels side by side that are said apart
    r"(?<![tcsgxl])i(?:a|o|u)|(?<![tc])ie(?:t|nc)|(?<!q)ua|(?<=[aeiou][^aeiou])ea$|oea$|[aeiouy]ing$"
)
_SILENT_E: Final = re.compile(
    r"[^laeiou]e$|[aeiouy]le$|[^tdaeiou]ed$|[^aeiouscxzhg]es$|aches$"
    r"|(?<=[aeiou][^aeiou])e(?:ment|thing|less|ful)"
)


def grade(text: str) -> float:
    """The school grade (years of schooling in the United States) that a text asks for.

    Text without any word has grade 0.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(bool(_WORD.search(part)) for part in _SENTENCE_END.split(text))
    total = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * total / len(words) - 15.59


def syllables(word: str) -> int:
    """The syllables of an English word, by its spelling; never less than one."""
    word = _ENDING.sub("", word.lower())
    spoken = len(_VOWELS.findall(word)) + len(_TWO_IN_ONE.findall(word))
    return max(1, spoken - len(_SILENT_E.findall(word)))
