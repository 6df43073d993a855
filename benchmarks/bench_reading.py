"""Reading own words: one sentence, a long text, and a whole assessment with its reading."""

from __future__ import annotations

from typing import Any

import lumbago
from lumbago import Case, assess
from lumbago.reading import Lexicon, Reading, read

Benchmark = Any

SENTENCE = "Bent to pick up a box yesterday and my back locked, no numbness, can pee fine."
TEXT = " ".join(
    (
        SENTENCE,
        "I'm 54 and had breast cancer in 2015, all clear since.",
        "The pain is 8/10 and wakes me at 3am every night.",
        "It shoots down the outside of my left leg into the foot.",
        "My big toe tingles but the leg isn't weak.",
        "No fever, no weight loss, not hot or shivery.",
        "Worried it could be something serious because my dad had an aneurysm.",
        "I take Eliquis, ramipril and the odd co-codamol.",
        "Sitting is a killer, lying flat with my knees up helps.",
        "Had the same about three years ago and physio sorted it.",
    )
)


def test_one_sentence(benchmark: Benchmark) -> None:
    lexicon = Lexicon(lumbago.load().words["en"])
    assert isinstance(benchmark(read, SENTENCE, lexicon, None), Reading)


def test_ten_sentences(benchmark: Benchmark) -> None:
    lexicon = Lexicon(lumbago.load().words["en"])
    assert len(benchmark(read, TEXT, lexicon, None).mentions) > 15


def test_an_assessment_of_ten_sentences(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    assert benchmark(assess, knowledge, Case(text=TEXT)).mentions


def test_the_index_is_loaded(benchmark: Benchmark) -> None:
    words = lumbago.load().words["en"]
    assert benchmark(Lexicon, words).vocabulary
