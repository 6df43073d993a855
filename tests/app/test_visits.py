from __future__ import annotations

from datetime import datetime, timedelta

from lumbago.app.visits import KEPT_FOR, MOST, InMemory
from lumbago.screens.visit import Settings, Visit

NOW = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
SECOND = timedelta(seconds=1)


def test_two_people_never_see_each_other() -> None:
    visits = InMemory()
    visits.put("ann", Visit(words="hers"), NOW)
    visits.put("bob", Visit(words="his"), NOW)
    assert visits.get("ann", NOW).words == "hers"
    visits.erase("ann", NOW)
    assert visits.get("ann", NOW).words == ""
    assert visits.get("bob", NOW).words == "his"


def test_a_visit_is_forgotten_after_a_day() -> None:
    visits = InMemory()
    visits.put("ann", Visit(settings=Settings("GB")), NOW)
    assert visits.get("ann", NOW + KEPT_FOR).settings.country == "GB"
    assert visits.get("ann", NOW + KEPT_FOR + SECOND).settings.country == ""
    assert len(visits) == 0


def test_memory_has_an_end_and_the_oldest_goes_first() -> None:
    visits = InMemory()
    for number in range(MOST + 5):
        visits.put(str(number), Visit(words=str(number)), NOW)
    assert len(visits) == MOST
    assert visits.get("4", NOW).words == ""
    assert visits.get("5", NOW).words == "5"


def test_what_is_too_old_goes_when_others_come() -> None:
    visits = InMemory()
    visits.put("old", Visit(), NOW)
    visits.put("new", Visit(), NOW + KEPT_FOR + SECOND)
    assert len(visits) == 1
