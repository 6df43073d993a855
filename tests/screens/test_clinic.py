from __future__ import annotations

import pytest

from lumbago.errors import InputError
from lumbago.screens.clinic import Clinic, read_clinic

COUNTRIES = ("DE", "GB", "US")


def test_a_clinic_is_read() -> None:
    text = b'name = "Riverside"\nphone = "+44 20 7946 0123"\nemail = "desk@riverside.example"\n'
    found = read_clinic(text + b'country = "GB"\nwords = "Back team: Tuesdays."\n', COUNTRIES)
    assert (found.name, found.country, found.dial) == ("Riverside", "GB", "+442079460123")
    assert read_clinic(b'name = "R"', COUNTRIES) == Clinic("R")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs a name"),
        ("name = 3", "text in quotes"),
        ('name = "R"\nphon = "1"', "'phone'"),
        ('name = "R"\nphone = "no"', "not a phone number"),
        ('name = "R"\nemail = "desk"', "not an e-mail"),
        ('name = "R"\ncountry = "gb"', "'GB'"),
        ('name = "R"\nwords = "a\\nb"', "one line"),
        (f'name = "{"R" * 200}"', "one line of up to"),
        ("name = R", "Write each line like"),
        ('name = "\xff"', "Write each line like"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_clinic(text.encode("latin-1"), COUNTRIES)


def test_every_problem_is_said_at_once() -> None:
    with pytest.raises(InputError) as error:
        read_clinic(b'phon = "1"\nemail = "x"\ncountry = "XX"', COUNTRIES)
    assert len(error.value.problems) == 4
