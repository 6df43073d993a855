"""Stuck on the floor: what is asked first, when it says stay still, and by when it says call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from lumbago.assess import assess
from lumbago.interview import Screen
from lumbago.knowledge.helplines import StuckQuestion
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.screens.visit import Stuck, Visit, current

Stage = Literal["asking", "still", "calm"]

DOWN: Final = ("not_down", "now", "half", "long")
"""How long somebody has been down, as it can be answered; `long` is the limit or not known."""


def yes_no_questions(knowledge: Knowledge) -> tuple[str, ...]:
    """The questions with an own yes, no, not sure; how long is asked by a choice of its own."""
    return tuple(question.id for question in knowledge.stuck if not question.limit_minutes)


def _limit(knowledge: Knowledge) -> StuckQuestion:
    return next(question for question in knowledge.stuck if question.limit_minutes)


def read_stuck(
    knowledge: Knowledge, sent: Mapping[str, str], now: datetime
) -> tuple[Stuck, tuple[str, ...]]:
    """The answers of the form, and the questions left open."""
    answers = {
        id_: sent[id_]
        for id_ in yes_no_questions(knowledge)
        if sent.get(id_) in ("yes", "no", "unsure")
    }
    down, limit = sent.get("down", ""), _limit(knowledge)
    if down in DOWN:
        answers[limit.id] = "yes" if down == "long" else "no"
    minutes = {"half": limit.limit_minutes // 2, "long": limit.limit_minutes}.get(down, 0)
    missing = [q.id for q in knowledge.stuck if q.id not in answers]
    return Stuck(now, minutes, answers), tuple(missing)


def stage(knowledge: Knowledge, stuck: Stuck | None, now: datetime) -> Stage:
    """`still` after any yes or doubt, or after an hour; `calm` when every question was denied."""
    if stuck is None or any(q.id not in stuck.answers for q in knowledge.stuck):
        return "asking"
    if any(answer != "no" for answer in stuck.answers.values()) or now >= deadline(
        knowledge, stuck
    ):
        return "still"
    return "calm"


def deadline(knowledge: Knowledge, stuck: Stuck) -> datetime:
    """The moment at which it is time to call."""
    left = _limit(knowledge).limit_minutes - stuck.minutes_before
    return stuck.since + timedelta(minutes=left)


def reasons(knowledge: Knowledge, stuck: Stuck) -> tuple[str, ...]:
    """The questions that were not denied."""
    return tuple(q.id for q in knowledge.stuck if stuck.answers.get(q.id) in ("yes", "unsure"))


def may_get_up(knowledge: Knowledge, visit: Visit, now: datetime) -> bool:
    """Whether to show how to get up: calm, the danger screens done, nothing urgent told or doubted."""
    if stage(knowledge, visit.stuck, now) != "calm" or visit.case.given == {}:
        return False
    screen = current(knowledge, visit)
    if isinstance(screen, Screen) and _before_lists(knowledge, screen):
        return False
    return assess(knowledge, visit.case).triage.verdict.as_told < Disposition.SAME_DAY


def _before_lists(knowledge: Knowledge, screen: Screen) -> bool:
    danger = {one.id for one in knowledge.screens}
    return screen.id in danger | {"who", "own-words", "again-words", "follow-up"}
