from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.screens import Frame, Pages
from lumbago.screens.stuck import deadline, may_get_up, read_stuck, stage, yes_no_questions
from lumbago.screens.visit import Stuck, Visit


def denied(knowledge: Knowledge, **changes: str) -> dict[str, str]:
    return dict.fromkeys(yes_no_questions(knowledge), "no") | {"down": "now"} | changes


def heard(knowledge: Knowledge, now: datetime, **changes: str) -> Stuck:
    return read_stuck(knowledge, denied(knowledge, **changes), now)[0]


def test_the_questions_come_in_the_order_of_the_danger(knowledge: Knowledge) -> None:
    assert [q.id for q in knowledge.stuck][:4] == [
        "fall_or_blow",
        "brittle_or_stiff_spine",
        "feet_not_right",
        "chest_belly_faint",
    ]


def test_any_yes_and_any_doubt_means_stay_still(knowledge: Knowledge, now: datetime) -> None:
    assert stage(knowledge, heard(knowledge, now), now) == "calm"
    for id_ in yes_no_questions(knowledge):
        for answer in ("yes", "unsure"):
            assert stage(knowledge, heard(knowledge, now, **{id_: answer}), now) == "still"
    assert stage(knowledge, heard(knowledge, now, down="long"), now) == "still"


def test_what_was_not_answered_is_asked_not_assumed(knowledge: Knowledge, now: datetime) -> None:
    sent = denied(knowledge)
    del sent["feet_not_right"]
    said, missing = read_stuck(knowledge, sent, now)
    assert missing == ("feet_not_right",)
    assert stage(knowledge, said, now) == "asking"
    assert stage(knowledge, None, now) == "asking"


@pytest.mark.parametrize(("down", "minutes"), [("now", 60), ("half", 30), ("not_down", 60)])
def test_after_an_hour_down_it_says_call(
    down: str, minutes: int, knowledge: Knowledge, now: datetime
) -> None:
    said = heard(knowledge, now, down=down)
    end = deadline(knowledge, said)
    assert end == now + timedelta(minutes=minutes)
    assert stage(knowledge, said, end - timedelta(seconds=1)) == "calm"
    assert stage(knowledge, said, end) == "still"


def test_nobody_is_told_to_move_before_the_danger_check(
    knowledge: Knowledge, pages: Pages, frame: Frame, now: datetime
) -> None:
    visit = Visit(stuck=heard(knowledge, now))
    assert not may_get_up(knowledge, visit, now)
    page = pages.stuck(frame, visit, now)
    assert "Getting up, slowly" not in page
    assert "Roll onto your side" not in page
    asking = pages.stuck(frame, Visit(), now)
    assert "Roll onto" not in asking
    still = pages.stuck(frame, Visit(stuck=heard(knowledge, now, fall_or_blow="yes")), now)
    assert "Do not let anyone lift" in still
    assert "Roll onto" not in still
    assert 'href="tel:999"' in still
