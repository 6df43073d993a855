from __future__ import annotations

import pytest

from lumbago.knowledge.readability import grade, syllables


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("leg", 1),
        ("whole", 1),
        ("walked", 1),
        ("needed", 2),
        ("bones", 1),
        ("aches", 1),
        ("changes", 2),
        ("little", 2),
        ("muscle", 2),
        ("movement", 2),
        ("yes", 1),
        ("eyes", 1),
        ("doing", 2),
        ("area", 3),
        ("nausea", 3),
        ("period", 3),
        ("unusual", 4),
        ("social", 2),
        ("operation", 4),
        ("quiet", 2),
        ("diarrhoea", 4),
        ("temperature", 4),
        ("it's", 1),
        ("doctor’s", 2),  # noqa: RUF001
        ("20", 1),
        ("TB", 1),
    ],
)
def test_syllables_are_counted_by_spelling(word: str, expected: int) -> None:
    assert syllables(word) == expected


def test_the_grade_is_that_of_flesch_and_kincaid() -> None:
    # six words of one syllable in one sentence, worked by hand
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    # two sentences, seven words, ten syllables
    text = "Is your bladder full? It is usual."
    assert grade(text) == pytest.approx(0.39 * 3.5 + 11.8 * 10 / 7 - 15.59)


def test_a_point_inside_a_number_ends_no_sentence() -> None:
    assert grade("Is it 38.5 degrees now") == pytest.approx(0.39 * 6 + 11.8 * 7 / 6 - 15.59)


def test_longer_words_and_sentences_are_harder() -> None:
    plain = "Has your leg gone weak?"
    hard = "Has deterioration of neurological function accompanied your presentation?"
    assert grade(plain) < 4 < 12 < grade(hard)


@pytest.mark.parametrize("text", ["", "   ", "…?!"])
def test_text_without_words_has_grade_zero(text: str) -> None:
    assert grade(text) == 0.0
