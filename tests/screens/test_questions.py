from __future__ import annotations

from datetime import datetime

import pytest

from lumbago.answers import Case
from lumbago.interview import Screen
from lumbago.knowledge.model import Knowledge
from lumbago.screens import Frame, Pages
from lumbago.screens.mine_pages import MinePages
from lumbago.screens.questions import NONE, filled, form
from lumbago.screens.visit import Visit, answered, begin, current
from lumbago.wording import Wording

NOW = datetime.fromisoformat("2026-11-22T09:00:00+00:00")


def shown(knowledge: Knowledge, id_: str, text: str = "") -> tuple[Visit, Screen]:
    visit = begin(Visit(), text, (), NOW)
    for _ in range(10):
        screen = current(knowledge, visit)
        assert isinstance(screen, Screen)
        if screen.id == id_:
            return visit, screen
        said: dict[str, object] = {r.id: "no" for r in screen.rows if r.answer == "yes_no"}
        said |= {"age_years": "41", "sex_at_birth": "male"}
        visit = answered(knowledge, visit, screen, said, NOW)
    raise AssertionError(id_)


def test_what_is_left_open_is_never_a_no(knowledge: Knowledge) -> None:
    visit, screen = shown(knowledge, "danger-1")
    said = filled(knowledge, visit.case, screen, {})
    assert set(said.wrong) == {row.id for row in screen.rows}
    assert not said.chosen


def test_none_of_these_answers_no_to_what_was_left_open_and_keeps_the_rest(
    knowledge: Knowledge,
) -> None:
    visit, screen = shown(knowledge, "danger-1")
    said = filled(knowledge, visit.case, screen, {NONE: "1", "chest": "unsure"})
    assert not said.wrong
    assert said.chosen["chest"] == "unsure"
    assert said.chosen["collapse"] == "no"


def test_none_of_these_does_not_exist_where_each_sign_has_its_own_answer(
    knowledge: Knowledge, wording: Wording
) -> None:
    visit, screen = shown(knowledge, "danger-2")
    said = filled(knowledge, visit.case, screen, {NONE: "1"})
    assert set(said.wrong) == {row.id for row in screen.rows}
    assert not form(wording, screen, visit.case, 0).list_like


def test_an_emergency_need_not_answer_the_rest_of_the_screen(knowledge: Knowledge) -> None:
    visit, screen = shown(knowledge, "danger-2")
    assert not filled(knowledge, visit.case, screen, {"saddle": "yes"}).wrong
    assert filled(knowledge, visit.case, screen, {"saddle": "unsure"}).wrong
    assert filled(knowledge, visit.case, screen, {"saddle": "no"}).wrong


def test_what_does_not_apply_need_not_be_answered(knowledge: Knowledge) -> None:
    visit, screen = shown(knowledge, "who")
    male = filled(knowledge, visit.case, screen, {"age_years.number": "41", "sex_at_birth": "male"})
    assert not male.wrong
    female = {"age_years.number": "41", "sex_at_birth": "female"}
    assert filled(knowledge, visit.case, screen, female).wrong == {"pregnancy_status": "open"}


@pytest.mark.parametrize("typed", ["abc", "-3", "400", "1e9", "", "４１𐍈"])
def test_a_number_that_makes_no_sense_is_asked_for_again(typed: str, knowledge: Knowledge) -> None:
    visit, screen = shown(knowledge, "who")
    sent = {"age_years.number": typed, "sex_at_birth": "male"}
    assert "age_years" in filled(knowledge, visit.case, screen, sent).wrong


def test_an_answer_that_is_not_offered_is_refused(knowledge: Knowledge) -> None:
    visit, screen = shown(knowledge, "danger-1")
    said = filled(knowledge, visit.case, screen, {"chest": "maybe", NONE: "1"})
    assert said.wrong == {"chest": "unknown"}
    visit, screen = shown(knowledge, "who")
    sent = {"age_years": "unsure", "sex_at_birth": "robot"}
    assert filled(knowledge, visit.case, screen, sent).wrong["sex_at_birth"] == "unknown"


def test_chips_come_unticked_and_keep_what_was_read(knowledge: Knowledge, wording: Wording) -> None:
    visit, screen = shown(knowledge, "own-words", "bent to lift a box, pain 8/10, fever")
    shown_form = form(wording, screen, visit.case, 0)
    fields = {field.name: field for group in shown_form.groups for field in group.fields}
    assert all(not field.chosen for field in fields.values())
    assert fields["fever"].quote == "fever"
    assert fields["pain_severity_0_10"].keep == "8"
    sent = {name: "yes" for name, field in fields.items() if field.kind == "yes_no"}
    said = filled(knowledge, visit.case, screen, sent | {"pain_severity_0_10": "keep"})
    assert said.chosen["pain_severity_0_10"] == 8


def test_what_is_typed_is_escaped_everywhere(
    knowledge: Knowledge, pages: Pages, frame: Frame, now: datetime
) -> None:
    nasty = "<script>alert('fever')</script> \"><img src=x onerror=alert(1)> lifted a box"
    visit = begin(Visit(), nasty, (), NOW)
    screen = current(knowledge, visit)
    assert isinstance(screen, Screen)
    for page in (
        pages.question(frame, visit, screen, {"x": nasty}),
        pages.answer(frame, visit, now),
        MinePages(pages).mine(frame, visit),
        pages.start(frame, visit, nasty, (), "text_long"),
    ):
        assert "<script>alert" not in page
        assert "<img" not in page
    assert "&lt;script&gt;" in MinePages(pages).mine(frame, visit)


def test_an_emergency_in_own_words_puts_the_number_on_top(
    knowledge: Knowledge, pages: Pages, frame: Frame
) -> None:
    loud = begin(Visit(), "I fainted and now my back hurts badly", (), NOW)
    calm = begin(Visit(), "bent to pick up a box", (), NOW)
    for visit, expected in ((loud, True), (calm, False)):
        screen = current(knowledge, visit)
        assert isinstance(screen, Screen)
        assert screen.id == "own-words"
        assert ('class="alarmbar"' in pages.question(frame, visit, screen)) is expected


def test_an_empty_case_shows_no_answer(pages: Pages, frame: Frame, now: datetime) -> None:
    page = pages.answer(frame, Visit(case=Case(at=now)), now)
    assert pages.wording.words["dispositions"]["unsettled"]["plain"] in page
