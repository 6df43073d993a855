"""A comparison in words, as JSON and as a picture: honest, and never a cure."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago import load
from lumbago.events import Event, Log, Session, SessionScored, Taken, TrialBegun, TrialStopped
from lumbago.recovery.nof1.answer import Result, result_of
from lumbago.recovery.nof1.design import Design, order
from lumbago.recovery.nof1.refusal import No, NoBecause
from lumbago.story_comparison import ComparisonTeller, concerns
from lumbago.wire_comparison import comparison_json, no_json
from lumbago.wording import Wording

KNOWLEDGE = load()
DESIGN = Design.of(KNOWLEDGE.recovery)
TELLER = ComparisonTeller(Wording(KNOWLEDGE))
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
ALL = ("heat", "cold", "rest")
_NEVER = re.compile(r"\b(works|cure[sd]?|heals|proved|studies show|you have\b(?! compared))", re.I)


def log_of(effects: dict[str, int], sessions: int = 15, arms: tuple[str, ...] = ALL) -> Log:
    blocks = 15 // len(arms)
    events = [Event("trial", AT, AT, "UTC", TrialBegun("5eed", arms, blocks))]
    for slot in order("5eed", arms, blocks)[:sessions]:
        day, place = divmod(slot.number - 1, 3)
        at, id_ = AT + timedelta(days=day, hours=4 * place), f"s{slot.number}"
        before = 80 - 3 * slot.number
        begun = Session(slot.arm, before, block=slot.block, trial="trial", number=slot.number)
        later = min(100, max(0, before + effects.get(slot.arm, 0) + (slot.number * 7) % 5 - 2))
        end = at + DESIGN.whole
        events.append(Event(id_, at, at, "UTC", begun))
        events.append(Event(f"{id_}-l", end, end, "UTC", SessionScored(id_, later=later)))
    return tuple(events)


def result(log: Log, hours: float = 200) -> Result:
    found = result_of(KNOWLEDGE.recovery, KNOWLEDGE.care, log, AT + timedelta(hours=hours))
    assert found is not None
    return found


def everything(log: Log, hours: float = 200) -> str:
    found = result(log, hours)
    report = TELLER.report(found, log)
    lines = [TELLER.headline(found), *TELLER.lines(found), TELLER.own_line(found), report.title]
    return "\n".join([*lines, *(line for part in report.parts for line in part.lines)])


def test_each_of_the_three_answers_has_its_words() -> None:
    helps = TELLER.headline(result(log_of({"heat": -25})))
    assert re.fullmatch(
        r"Heat helps you more, by enough to matter \((more than )?\d in 10 sure\)\.", helps
    )
    assert TELLER.headline(result(log_of({}))) == "No difference worth having."
    assert TELLER.headline(result(log_of({}, 6), 50)).startswith("Too early to say.")
    two = TELLER.headline(result(log_of({"cold": -25}, 14, ("heat", "cold"))))
    assert two.startswith("Cold helps you more than heat, by enough to matter (")
    both = TELLER.headline(result(log_of({"cold": -25, "heat": -25})))
    assert "Heat helps you more than rest as usual" in both
    assert "Cold helps you more than rest as usual" in both


def test_a_nought_has_no_minus() -> None:
    looked = result(log_of({"heat": -25})).looked
    assert looked is not None
    said = TELLER.by(replace(looked.pairs[0], low=-0.04), DESIGN)
    assert "between 0.0 and" in said


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.801, "8 in 10"),
        (0.899, "8 in 10"),
        (0.9, "more than 9 in 10"),
        (0.999, "more than 9 in 10"),
    ],
)
def test_how_sure_is_rounded_down(probability: float, said: str) -> None:
    assert TELLER.sure(probability) == said


@settings(deadline=None, max_examples=40)
@given(st.integers(-40, 30), st.integers(-40, 30), st.integers(0, 15), st.integers(0, 130))
def test_it_never_promises(heat: int, cold: int, sessions: int, hours: int) -> None:
    told = everything(log_of({"heat": heat, "cold": cold}, sessions), hours)
    assert "{" not in told
    assert not _NEVER.search(told.replace("no cure", "").replace("not cure", "")), told
    assert "danger signs still count" in told
    if "rest" not in told:
        assert "nobody can say whether either does anything" in told


def test_every_reason_has_its_words() -> None:
    for because in get_args(NoBecause):
        no = No(because, AT, ("cold",))
        said = TELLER.no(no, DESIGN)
        assert said.endswith(
            (".", "0-10", "cut_short", "lumbago log add", "try", "start", "result", "plan")
        )
        assert "{" not in said
        assert no_json(no)["because"] == because
        assert TELLER.no(No(because), DESIGN)


def test_the_report_has_every_item() -> None:
    dose = Event("d", AT + timedelta(hours=9), AT, "UTC", Taken("ibuprofen", 400))
    skin = Event("t", AT + timedelta(minutes=55), AT, "UTC", SessionScored("s1", trouble="skin"))
    stop = Event("x", AT + timedelta(hours=30), AT, "UTC", TrialStopped("trial", "too busy"))
    log = (*log_of({}, 5), dose, skin, stop)
    found = result(log)
    report = TELLER.report(found, log)
    titles = [part.title for part in report.parts]
    assert len(titles) == len(set(titles)) == 9
    text = everything(log)
    for words in (
        "Logged doses of medicines in these days: 1.",
        "too busy",
        "5 of 15 sessions",
        "5eed",
    ):
        assert words in text
    assert "Trouble with the skin in 1 of the sessions" in text
    assert [row.number for row in report.rows] == [1, 2, 3, 4, 5]


def test_as_json_it_says_the_same() -> None:
    log = log_of({"heat": -25})
    data = json.loads(json.dumps(comparison_json(TELLER, result(log), log)))["comparison"]
    assert data["best"] == "heat"
    assert data["headline"] == TELLER.headline(result(log))
    assert data["pairs"][0].keys() >= {"better", "other", "answer", "probability", "interval"}
    assert comparison_json(TELLER, None, ()) == {"lumbago": 1, "comparison": None}
    early = comparison_json(TELLER, result(log_of({}, 3), 20), log)["comparison"]
    assert early["pairs"] is None
    assert early["next_look"] == 4


def test_the_picture_has_a_dot_for_each_session_and_a_cloud_for_each_arm() -> None:
    found = result(log_of({"heat": -25}))
    for alone in (True, False):
        root = ElementTree.fromstring(TELLER.picture(found, alone=alone))
        kinds = [one.get("class") for one in root.iter()]
        assert kinds.count("dot") == 15
        assert kinds.count("cloud") == kinds.count("middle") == 3
        named = {one.tag.rpartition("}")[2]: one.text or "" for one in root}
        assert "Pain half an hour later" in named["title"]
        assert "taken away" in named["desc"]
    assert TELLER.picture(result(log_of({}, 3), 20)) == ""


def test_the_trend_is_taken_away_from_the_dots() -> None:
    found = result(log_of({}))
    assert found.looked is not None
    dots = [dot for cloud in TELLER.clouds(found.looked) for dot in cloud.dots]
    raw = [one.later for one in found.looked.sessions]
    assert max(raw) - min(raw) > 3
    assert max(dots) - min(dots) < 1


def test_only_conflicts_about_what_was_compared_are_meant() -> None:
    found = result(log_of({}))
    about = [c.id for c in KNOWLEDGE.conflicts.values() if concerns(KNOWLEDGE, c, found)]
    assert "heat_or_cold_first" in about
    assert "heat_and_cold_order" in about
    assert "cold_minutes" not in about
    alone = result(log_of({}, 5, ("cold", "rest")))
    assert not any(concerns(KNOWLEDGE, c, alone) for c in KNOWLEDGE.conflicts.values())
