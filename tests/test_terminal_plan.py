"""The page of a plan, and the card in its place: every part, every word from kb/."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

import lumbago
from lumbago import CarePlan, Case
from lumbago.answers import Profile
from lumbago.events import Chosen, Event, Payload, StepDone, Taken
from lumbago.knowledge.model import Knowledge
from lumbago.planning.eligibility import Standing
from lumbago.planning.result import Refusal
from lumbago.story_plan import PlanTeller
from lumbago.terminal_plan import show_plan
from lumbago.testing_plan import life, ordinary_answers
from lumbago.wording import Wording

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def event(payload: Payload, name: str = "") -> Event:
    return Event(f"e{name}", AT, AT, "UTC", payload)


def make(knowledge: Knowledge, *events: Event, country: str = "GB", **changes: Any) -> CarePlan:
    given = ordinary_answers(knowledge, **changes)
    profile = Profile(day={"zone": "UTC"}, country=country)
    return lumbago.plan(knowledge, Case.of(answers=given, at=AT, profile=profile), events, now=AT)


def page(knowledge: Knowledge, plan: CarePlan, capsys: pytest.CaptureFixture[str]) -> str:
    show_plan(knowledge, plan)
    return " ".join(re.sub("[│╭╮╰╯─]", " ", capsys.readouterr().out).split())


def test_the_page_has_every_part(knowledge: Knowledge, capsys: pytest.CaptureFixture[str]) -> None:
    shown = page(knowledge, make(knowledge), capsys)
    words = knowledge.words["en"]["plan"]
    for part in ("title", "now", "today", "choices", "steps", "medicines", "outlook", "later"):
        assert words[part] in shown
    for part in ("prevention", "reviews", "danger", "danger_gone", "named", "avoid"):
        assert words[part].split("{")[0] in shown
    assert "Sources disagree" in shown
    assert "Stop if" in shown


def test_who_should_look_and_by_when_stands_on_top_of_a_plan(
    knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = make(knowledge, major_trauma_old_or_checked="yes")
    assert plan.refused is None
    assert plan.assessment.triage.disposition == "soon"
    assert not {"heat", "exercise"} & {step.measure.kind for step in plan.steps}
    shown = page(knowledge, plan, capsys)
    action = knowledge.words["en"]["actions"][plan.assessment.triage.action]["do"]
    assert shown.index(action) < shown.index("Now")


def test_the_dose_comes_with_its_label_and_its_sum(
    knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    wants = (
        event(Chosen("medicine", "ibuprofen"), "a"),
        event(Chosen("medicines_logged", "all"), "b"),
    )
    shown = page(knowledge, make(knowledge, *wants), capsys)
    assert "200 mg (1 tablet): not before Saturday 08:30" in shown
    assert "never more than 1200 mg" in shown
    assert "Label: GB" in shown
    later = page(knowledge, make(knowledge, *wants, country=""), capsys)
    assert "Choose your country first" in later
    taken = event(Taken("ibuprofen", 200), "c")
    soon = page(knowledge, make(knowledge, *wants, taken), capsys)
    assert "not before Saturday 14:30" in soon


def test_a_bad_time_shows_as_less(knowledge: Knowledge, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = event(Chosen("movement", "desk_cat_camel"), "a")
    worse = event(StepDone("desk_cat_camel", "worse", 5, 30, 60), "b")
    shown = page(knowledge, make(knowledge, chosen, worse), capsys)
    assert "only 50 % of it" in shown


@pytest.mark.parametrize("sign", ["saddle_numbness", "fever", "chest_pain"])
def test_the_card_names_whom_to_turn_to_and_nothing_to_do_instead(
    knowledge: Knowledge, capsys: pytest.CaptureFixture[str], sign: str
) -> None:
    plan = make(knowledge, **{sign: "yes"})
    assert plan.refused is not None
    shown = page(knowledge, plan, capsys)
    action = knowledge.words["en"]["actions"][plan.refused.action]["do"]
    assert action in shown
    assert "Take no aspirin, ibuprofen or any new tablet" in shown
    assert knowledge.words["en"]["plan"]["title"] not in shown


def test_every_random_life_can_be_told(
    knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(40):
        case, log, now = life(knowledge, Random(f"page {number}"))
        shown = page(knowledge, lumbago.plan(knowledge, case, log, now=now), capsys)
        assert not re.search(r"\{\w+\}|\bNone\b", shown)


def test_every_word_that_can_be_asked_for_exists(knowledge: Knowledge) -> None:
    from typing import get_args

    from lumbago.planning.medicines import Why

    words = knowledge.words["en"]["plan"]
    for why in get_args(Why):
        assert f"why_{why}" in words
    for reason in get_args(Refusal):
        assert f"because_{reason}" in words
    for status in ("held", "ask", "blocked"):
        assert f"status_{status}" in words
    teller = PlanTeller(Wording(knowledge))
    assert list(teller.standing(Standing("heat_pad", "offered"))) == []
    for row in knowledge.care.safety:
        assert row in knowledge.words["en"]["safety"]
