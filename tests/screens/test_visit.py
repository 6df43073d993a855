from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lumbago
from lumbago.answers import Case, Given, Origin
from lumbago.assess import assess
from lumbago.interview import Screen, Stop, is_mark
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.screens.visit import (
    Stuck,
    Visit,
    again,
    answered,
    back,
    begin,
    changed,
    count_until,
    current,
    fresh,
    stuck_reports,
)

NOW = datetime.fromisoformat("2026-11-22T09:00:00+00:00")


def walk(knowledge: Knowledge, visit: Visit, now: datetime, yes: tuple[str, ...] = ()) -> Visit:
    """Every screen answered: the rows named yes, every other no."""
    for _ in range(30):
        screen = current(knowledge, visit)
        if isinstance(screen, Stop):
            return visit
        said: dict[str, object] = {}
        for row in screen.rows:
            finding = knowledge.findings[row.findings[0]]
            if row.answer == "number":
                said[row.id] = "41" if finding.unit == "years" else "3"
            elif row.answer == "choice":
                said[row.id] = "male" if row.id == "sex_at_birth" else finding.choices[0]
            else:
                said[row.id] = "yes" if row.id in yes else "no"
        visit = answered(knowledge, visit, screen, said, now)
    raise AssertionError("the interview does not end")


def test_the_first_danger_screen_comes_before_age_and_sex(knowledge: Knowledge) -> None:
    visit = begin(Visit(), "", (), NOW)
    first = current(knowledge, visit)
    assert isinstance(first, Screen)
    assert first.id == knowledge.screens[0].id
    visit = answered(knowledge, visit, first, dict.fromkeys((r.id for r in first.rows), "no"), NOW)
    second = current(knowledge, visit)
    assert isinstance(second, Screen)
    assert second.id == "who"


def test_every_answer_carries_its_moment(knowledge: Knowledge) -> None:
    visit = walk(knowledge, begin(Visit(), "", (), NOW), NOW)
    assert visit.case.given
    assert all(given.origin.given_at == NOW for given in visit.case.given.values())


def test_back_undoes_one_screen_and_no_more(knowledge: Knowledge) -> None:
    start = begin(Visit(), "", (), NOW)
    screen = current(knowledge, start)
    assert isinstance(screen, Screen)
    after = answered(knowledge, start, screen, {r.id: "no" for r in screen.rows}, NOW)
    undone = back(after)
    assert undone.case.given == start.case.given
    assert undone.revision > after.revision
    assert back(back(undone)).case == undone.case


def test_a_changed_answer_is_asked_again(knowledge: Knowledge) -> None:
    visit = walk(knowledge, begin(Visit(), "", (), NOW), NOW)
    assert isinstance(current(knowledge, visit), Stop)
    screen = current(knowledge, changed(visit, "saddle_numbness"))
    assert isinstance(screen, Screen)
    assert "saddle_numbness" in screen.findings
    assert changed(visit, "no_such_finding") is visit


def test_an_expired_denial_is_asked_again_and_never_supports_an_answer(
    knowledge: Knowledge,
) -> None:
    visit = walk(knowledge, begin(Visit(), "", (), NOW), NOW)
    end = count_until(knowledge, visit)
    assert end == NOW + timedelta(hours=12)
    just_before = fresh(knowledge, visit, end)
    assert assess(knowledge, just_before.case).triage.disposition == "self_care"
    later = fresh(knowledge, visit, end + timedelta(minutes=1))
    assert later.expired > 0
    assert later.before == ()
    assert later.revision > visit.revision
    assert assess(knowledge, later.case).triage.disposition == "unsettled"
    screen = current(knowledge, later)
    assert isinstance(screen, Screen)
    assert screen.id == knowledge.screens[0].id
    assert fresh(knowledge, later, end + timedelta(minutes=2)).revision == later.revision


def test_answers_from_the_future_do_not_count(knowledge: Knowledge) -> None:
    visit = walk(knowledge, begin(Visit(), "", (), NOW), NOW)
    earlier = fresh(knowledge, visit, NOW - timedelta(hours=2))
    assert not earlier.case.given


def test_own_words_outlive_their_reading_only_as_reports(knowledge: Knowledge) -> None:
    text = "My lower back seized up this morning. I have a fever. no numbness"
    visit = begin(Visit(), text, (), NOW)
    hours = fresh(knowledge, visit, NOW + timedelta(hours=2))
    assert hours.case.text == text
    assert hours.case.at == NOW
    later = fresh(knowledge, visit, NOW + timedelta(hours=13))
    assert later.case.text == ""
    assert later.words == text
    assert "fever" not in later.case.given  # said 13 hours ago: to be asked again
    assert later.case.given["pain_site_low_back"].value == "yes"
    assert "saddle_numbness" not in later.case.given


def test_something_changed_takes_back_what_expires_and_nothing_else(knowledge: Knowledge) -> None:
    visit = again(knowledge, walk(knowledge, begin(Visit(), "", (), NOW), NOW))
    assert "age_years" in visit.case.given
    assert "saddle_numbness" not in visit.case.given
    screen = current(knowledge, visit)
    assert isinstance(screen, Screen)
    assert screen.id == knowledge.screens[0].id


def test_beginning_again_forgets_what_was_said(knowledge: Knowledge) -> None:
    visit = walk(knowledge, begin(Visit(), "old words", (), NOW), NOW)
    new = begin(visit, "new words", ("pain_site_low_back",), NOW)
    assert new.words == "new words"
    assert set(new.case.given) == {"pain_site_low_back"}
    assert new.revision > visit.revision


@pytest.mark.parametrize("heard", ["yes", "unsure"])
def test_what_the_stuck_mode_heard_is_asked_for_and_raises_the_advice(
    heard: str, knowledge: Knowledge
) -> None:
    stuck = Stuck(NOW, 0, {q.id: "no" for q in knowledge.stuck} | {"fall_or_blow": heard})
    said = Visit(case=Case(at=NOW, given={"major_trauma": Given("no", Origin("tap"))}))
    visit = stuck_reports(knowledge, replace(said, stuck=stuck), NOW)
    assert is_mark(visit.case.given["major_trauma"])
    verdict = assess(knowledge, visit.case).triage.verdict
    assert verdict.as_told >= Disposition.SAME_DAY


def test_a_no_in_the_stuck_mode_denies_nothing(knowledge: Knowledge) -> None:
    stuck = Stuck(NOW, 0, {q.id: "no" for q in knowledge.stuck})
    assert not stuck_reports(knowledge, Visit(stuck=stuck), NOW).case.given


@given(st.integers(0, 72 * 60), st.integers(0, 72 * 60))
def test_time_only_takes_answers_away(first: int, second: int) -> None:
    knowledge = _knowledge()
    visit = Visit(case=Case(at=NOW, given=_some_answers(knowledge)))
    early, late = sorted((first, second))
    one = fresh(knowledge, visit, NOW + timedelta(minutes=early))
    two = fresh(knowledge, visit, NOW + timedelta(minutes=late))
    assert set(two.case.given) <= set(one.case.given)


@lru_cache(maxsize=1)
def _knowledge() -> Knowledge:
    return lumbago.load()


def _some_answers(knowledge: Knowledge) -> dict[str, Given]:
    kinds = {f.lifetime: f.id for f in knowledge.findings.values() if f.answer == "yes_no"}
    return {id_: Given("no", Origin("tap", given_at=NOW)) for id_ in kinds.values()}
