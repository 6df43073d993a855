from __future__ import annotations

from typing import Any

import pytest
from tests.web.conftest import knowledge as knowledge

from lumbago.errors import InputError
from lumbago.knowledge.model import Knowledge
from lumbago.phone.clinic import Clinic, Site, site_json, site_of

FULL: dict[str, Any] = {
    "country": "GB",
    "clinic": {
        "name": "Riverside Physiotherapy",
        "phone": "+44 20 7946 0000",
        "address": "1 Example Street",
        "hours": "Monday to Friday, 8 to 18",
        "words": ["We read no messages here. Call us."],
    },
}


def test_a_site_is_read_whole_and_written_back(knowledge: Knowledge) -> None:
    site = site_of(FULL, knowledge)
    assert site.clinic is not None
    assert site.clinic.dial == "+442079460000"
    assert site_json(site) == FULL
    assert site_of({}, knowledge) == Site()
    assert site_of({"clinic": {"name": "A"}}, knowledge).clinic == Clinic("A")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"contry": "GB"}, "country"),
        ({"country": "gb"}, "GB"),
        ({"country": "ZZ"}, "not known"),
        ({"clinic": "Riverside"}, "[clinic]"),
        ({"clinic": {"phone": "123"}}, "needs a name"),
        ({"clinic": {"name": "A", "fone": "1"}}, "phone"),
        ({"clinic": {"name": "A", "phone": "none"}}, "telephone"),
        ({"clinic": {"name": "A\nB"}}, "one line"),
        ({"clinic": {"name": "A", "words": "Hello"}}, "a list"),
        ({"clinic": {"name": "A", "words": ["x" * 400]}}, "a list"),
        ([], "table"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(data: object, said: str, knowledge: Knowledge) -> None:
    with pytest.raises(InputError) as error:
        site_of(data, knowledge)
    assert said in str(error.value)
