from __future__ import annotations

import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.screens.calling import UNKNOWN, calling, every_country, guess
from lumbago.wording import Wording


@pytest.mark.parametrize(
    ("languages", "country"),
    [
        ("en-GB,en;q=0.9", "GB"),
        ("en-US", "US"),
        ("de", "DE"),
        ("de-AT,de;q=0.8", "AT"),
        ("fr-CA", "CA"),
        ("ja", "JP"),
        ("en", ""),
        ("en;q=0.9,en-NZ;q=0.8", "NZ"),
        ("es-AR", ""),
        ("", ""),
        ("*", ""),
        ("xx-ZZ", ""),
        ("en-gb", "GB"),
        (";;,,-", ""),
    ],
)
def test_the_country_is_guessed_from_the_browser_or_not_at_all(
    languages: str, country: str, knowledge: Knowledge
) -> None:
    assert guess(knowledge, languages) == country


def test_an_unknown_country_says_so_and_still_has_a_number(wording: Wording) -> None:
    for country in ("", "XX", UNKNOWN):
        shown = calling(wording, country)
        assert not shown.known
        assert shown.emergency.number == "112"


def test_other_countries_are_one_tap_away(wording: Wording) -> None:
    shown = calling(wording, "GB")
    assert shown.known
    assert shown.nearby
    assert "GB" not in [code for code, _, _ in shown.nearby]


def test_a_line_that_a_country_lacks_is_left_out(wording: Wording, knowledge: Knowledge) -> None:
    crisis = knowledge.actions["crisis_or_poison_line"]
    assert [c.kind for c in calling(wording, "GB", crisis).calls] == [
        "crisis",
        "poison",
        "emergency",
    ]
    assert [c.kind for c in calling(wording, "JP", crisis).calls] == ["emergency"]


def test_numbers_can_be_dialled(wording: Wording) -> None:
    for code, _, _ in every_country(wording):
        for call in calling(wording, code).calls:
            assert call.dial.isdecimal()
            assert call.dial == call.number.replace(" ", "").replace("-", "")


def test_countries_are_sorted_by_their_names(wording: Wording) -> None:
    names = [name for _, name, _ in every_country(wording)]
    assert names == sorted(names)
    assert UNKNOWN not in [code for code, _, _ in every_country(wording)]
