from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

import lumbago
from lumbago.knowledge.check_help import HELP_CHECKS
from lumbago.knowledge.check_words import entries_have_words
from lumbago.knowledge.helplines import Country
from lumbago.knowledge.model import Knowledge


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return lumbago.load()


def complaints(knowledge: Knowledge, country: Country) -> list[str]:
    changed = MappingProxyType({**knowledge.countries, country.id: country})
    broken = replace(knowledge, countries=changed)
    return [problem.message for check in HELP_CHECKS for problem in check(broken)]


def test_nobody_is_left_without_a_number(knowledge: Knowledge) -> None:
    britain = knowledge.countries["GB"]
    assert complaints(knowledge, britain) == []
    silent = replace(britain, lines=britain.lines[1:])
    assert complaints(knowledge, silent) == ["'GB' has no emergency line."]
    for number in ("call", "", "9", "tel:999", "+44 20"):
        line = replace(britain.lines[0], number=number)
        assert f"'{number}' cannot be dialled." in complaints(
            knowledge, replace(britain, lines=(line,))
        )


def test_a_country_has_a_code_a_day_and_languages_of_its_own(knowledge: Knowledge) -> None:
    britain = knowledge.countries["GB"]
    assert "no country code" in complaints(knowledge, replace(britain, id="Gb"))[0]
    assert "when it was checked" in complaints(knowledge, replace(britain, checked="today"))[0]
    greedy = complaints(knowledge, replace(britain, languages=("de",)))
    assert greedy == ["The language 'de' stands for GB and DE."]


def test_every_emergency_route_has_its_card(knowledge: Knowledge) -> None:
    assert not entries_have_words(knowledge)
    english = dict(knowledge.words["en"])
    english["routes"] = {k: v for k, v in english["routes"].items() if k != "ambulance"}
    english["stuck"] = {}
    broken = replace(knowledge, words=MappingProxyType({"en": english}))
    said = [problem.message for problem in entries_have_words(broken)]
    assert "'ambulance' has no words under routes." in said
    assert sum("under stuck" in line for line in said) == len(knowledge.stuck)
