from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lumbago
from lumbago.answers import Case, Given
from lumbago.app.visit_files import visit_json, visit_of
from lumbago.errors import InputError
from lumbago.interview import Screen
from lumbago.knowledge.model import Knowledge
from lumbago.screens import care
from lumbago.screens.visit import (
    Note,
    Settings,
    Stuck,
    Visit,
    answered,
    back,
    begin,
    changed,
    current,
    fresh,
)

NOW = datetime.fromisoformat("2026-11-22T09:00:00+01:00")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return lumbago.load()


def through_a_file(visit: Visit) -> Visit:
    return replace(visit_of(json.loads(json.dumps(visit_json(visit)))), log=visit.log)


def spanless(visit: Visit) -> Visit:
    """Where in the text an answer stood is read anew, and not kept with the answer."""

    def plain(case: Case) -> Case:
        given = {id_: Given(g.value, replace(g.origin, span=None)) for id_, g in case.given.items()}
        return replace(case, given=given)

    return replace(visit, case=plain(visit.case), before=tuple(plain(c) for c in visit.before))


def said(screen: Screen, answer: str) -> dict[str, object]:
    return {row.id: answer for row in screen.rows if row.answer == "yes_no"}


@settings(max_examples=10, deadline=None)
@given(
    answers=st.lists(st.sampled_from(["yes", "no", "unsure"]), max_size=8),
    words=st.sampled_from(["", "my back locked when I bent, no numbness — ¡ay!"]),
    away=st.integers(0, 30),
)
def test_an_interview_goes_on_where_it_was(answers: list[str], words: str, away: int) -> None:
    knowledge = lumbago.load()
    visit = begin(Visit(settings=Settings("DE", "large")), words, ("pain_site_neck",), NOW)
    for number, answer in enumerate(answers):
        now = NOW + timedelta(minutes=number)
        screen = current(knowledge, visit)
        if not isinstance(screen, Screen) or not (chosen := said(screen, answer)):
            break
        visit = fresh(knowledge, answered(knowledge, visit, screen, chosen, now), now)
    again = through_a_file(visit)
    assert again == spanless(visit)
    assert back(again) == spanless(back(visit))
    later = NOW + timedelta(hours=away)
    there, here = fresh(knowledge, again, later), fresh(knowledge, visit, later)
    assert there == spanless(here)
    assert current(knowledge, there) == current(knowledge, here)


def test_what_stands_beside_the_interview_is_kept(knowledge: Knowledge) -> None:
    visit = begin(Visit(), "it hurts", (), NOW)
    visit = changed(visit, "pain_site_neck")
    visit = replace(
        care.paused(care.started(visit, "heat", 20, NOW), NOW + timedelta(minutes=3)),
        stuck=Stuck(NOW, 10, {"fall": "no", "feet": "yes"}),
        note=Note(name="Jo", message='"<b>"'),
        expired=2,
        untold=False,
    )
    assert through_a_file(visit) == visit
    running = replace(visit, timer=care.resumed(visit, NOW).timer)
    assert through_a_file(running) == running
    assert through_a_file(Visit()) == Visit()


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {},
        {"lumbago": 2},
        {"answers": {}},
        {"revision": "3"},
        {"revision": True},
        {"before": {}},
        {"before": [{"givn": {}}]},
        {"stuck": {"since": None}},
        {"stuck": {"since": "yesterday"}},
        {"timer": {"measure": "heat"}},
        {"note": {"name": 3}},
    ],
)
def test_what_is_not_a_visit_is_refused(wrong: object) -> None:
    whole = visit_json(begin(Visit(), "it hurts", (), NOW))
    data = {**whole, **wrong} if isinstance(wrong, dict) and wrong else wrong
    with pytest.raises(InputError):
        visit_of(data)
