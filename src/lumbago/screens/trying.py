"""Comparing heat, cold and rest for oneself as it is shown: what comes next, and what was done so far.

All of it follows from the log and the plan as of now, so that a closed tab, a second one and a restart
lose nothing: the clock of a session runs from the entry that began it. The arm of a session is in no
view before that entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from lumbago import comparison
from lumbago.comparison import Offer, Situation
from lumbago.evidence import Conflict, Stance
from lumbago.knowledge.model import Knowledge
from lumbago.planning.day import day_of
from lumbago.planning.result import CarePlan
from lumbago.quantity import from_base
from lumbago.recovery.nof1.answer import Result
from lumbago.recovery.nof1.refusal import No
from lumbago.recovery.nof1.sessions import REST, Sitting
from lumbago.screens.care import told_case
from lumbago.screens.visit import Visit
from lumbago.story_comparison import ComparisonTeller, concerns

Kind = Literal["begin", "start", "running", "after", "pause", "later", "wait", "check", "over"]

SESSION: Final = ("start", "running", "after", "pause", "later")
"""The kinds of moments that have the page of a session."""


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next: at what moment, for which session, or why nothing may.

    `begin`: no comparison yet. `start`: pain before a session. `running`: it goes on until `at`.
    `after`: pain right after it. `pause`: until `at`, when pain is asked once more. `later`: pain half
    an hour after it, which counts until `until`. `check`: it was made worse, and the danger signs come
    first. `wait`: `no` says why.
    """

    kind: Kind
    sitting: Sitting | None = None
    at: datetime | None = None
    until: datetime | None = None
    no: tuple[No, ...] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """One session among all: `state` is done, missed, open (its last score is awaited) or ahead.

    `arm` is empty where it is not to be said; `label` is its name before the state.
    """

    state: Literal["done", "missed", "open", "ahead"]
    arm: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One session as it was: number, when, what, and pain before, after and half an hour later."""

    number: int
    when: str
    arm: str
    before: str
    after: str
    later: str


@dataclass(frozen=True, slots=True)
class Sides:
    """A disagreement: what it is about, who says what and how we know, and what is done here."""

    issue: str
    rows: tuple[tuple[str, str, str], ...]
    choice: str


def situation_of(
    knowledge: Knowledge, visit: Visit, plan: CarePlan, now: datetime
) -> Situation | None:
    """Where the person stands by this plan; None where nothing was told yet."""
    case = told_case(visit)
    if case is None:
        return None
    day = day_of(knowledge.care, case.profile.day, now)
    return Situation(knowledge, plan, day, visit.log, now)


def next_of(here: Situation) -> Next:
    """What comes next in the comparison."""
    result = here.result
    if result is None:
        return Next("begin")
    due = comparison.due(here)
    if due.sitting is not None:
        return _scoring(here, due.sitting)
    if result.state != "running" or any(no.because in ("over", "none_running") for no in due.no):
        return Next("over")
    if any(no.because == "check_first" for no in due.no):
        return Next("check")
    if due.what == "nothing":
        return Next("wait", no=local(here, due.no))
    return Next("start")


def _scoring(here: Situation, sitting: Sitting) -> Next:
    design, zone = here.design, here.now.tzinfo
    end = (sitting.at + design.session).astimezone(zone)
    ended = sitting.after is not None or bool(sitting.troubles)
    if here.now < end and not ended:
        return Next("running", sitting, end)
    if here.now < end + design.later_window[0]:
        whole = (sitting.at + design.whole).astimezone(zone)
        return Next("pause" if ended else "after", sitting, whole)
    return Next("later", sitting, until=(sitting.at + design.lapses).astimezone(zone))


def local(here: Situation, reasons: tuple[No, ...]) -> tuple[No, ...]:
    """Reasons with their moments on the clock of the place."""
    zone = here.now.tzinfo
    return tuple(replace(no, until=no.until.astimezone(zone)) if no.until else no for no in reasons)


def held(here: Situation) -> tuple[str, ...]:
    """The questions that keep an arm from being offered, each once."""
    arms = here.knowledge.recovery.arms.values()
    measures = {arm.measure for arm in arms if arm.measure}
    waiting = (one for one in here.plan.aside if one.id in measures and one.status == "held")
    return tuple(dict.fromkeys(question for one in waiting for question in one.questions))


def against(here: Situation, offer: Offer) -> Iterator[str]:
    """The measures of the arms that something stands against for this person."""
    for one in offer.blocked:
        if one.status == "blocked":
            yield here.knowledge.recovery.arms[one.arm].measure


def rounds(
    teller: ComparisonTeller, here: Situation, result: Result
) -> tuple[tuple[Dot, ...], ...]:
    """Every session by round; those ahead have no arm, nor have those of a round that goes on."""
    trial = result.trial
    seen = {sitting.slot.number: sitting for sitting in trial.sittings}
    pending = trial.pending(here.now, here.design)
    found = []
    for block in range(1, trial.blocks + 1):
        told = _told(result, block)
        slots = (slot for slot in trial.slots if slot.block == block)
        found.append(tuple(_dot(teller, seen.get(s.number), pending, told) for s in slots))
    return tuple(found)


def _told(result: Result, block: int) -> bool:
    """Whether the arms of a round may be listed: else those before would give away its last."""
    return block <= result.blocks_done or result.state != "running"


def _dot(
    teller: ComparisonTeller, sitting: Sitting | None, pending: Sitting | None, told: bool
) -> Dot:
    if sitting is None:
        return Dot("ahead", "", "")
    state: Literal["done", "missed", "open"] = "done" if sitting.counts else "missed"
    if pending is not None and pending.id == sitting.id:
        state = "open"
    arm = sitting.slot.arm if told else ""
    return Dot(state, arm, f"{teller.arm(arm)}, " if arm else "")


def rows(teller: ComparisonTeller, result: Result, now: datetime, hidden: str) -> tuple[Row, ...]:
    """The sessions so far, oldest first; `hidden` stands for the arms of a round that goes on."""

    def score(tenths: int | None) -> str:
        return teller.say("table_hidden") if tenths is None else f"{from_base(tenths, 'score')}"

    found = []
    for sitting in result.trial.sittings:
        at = sitting.at.astimezone(now.tzinfo)
        told = _told(result, sitting.slot.block)
        found.append(
            Row(
                number=sitting.slot.number,
                when=f"{at.day} {at:%b} {at:%H:%M}",
                arm=teller.arm(sitting.slot.arm) if told else hidden,
                before=score(sitting.before),
                after=score(sitting.after),
                later=score(sitting.later),
            )
        )
    return tuple(found)


def disagreements(
    teller: ComparisonTeller, plan: CarePlan | None, result: Result | None
) -> tuple[Sides, ...]:
    """What the sources say about heat and cold: of the plan's choice, or of what was compared."""
    conflicts = teller.knowledge.conflicts
    if result is not None:
        named = [one for one in conflicts.values() if concerns(teller.knowledge, one, result)]
    else:
        ids = {id_ for choice in (plan.choices if plan else ()) for id_ in choice.conflicts}
        arms = {arm.measure for arm in teller.knowledge.recovery.arms.values()} - {""}
        named = [c for c in conflicts.values() if c.id in ids and arms <= {*c.about, *c.choices}]
    return tuple(_sides(teller, conflict) for conflict in named)


def _sides(teller: ComparisonTeller, conflict: Conflict) -> Sides:
    words = teller.wording.words["conflicts"][conflict.id]
    rows = tuple(
        (
            _who(teller, stance),
            str(words["positions"][stance.who]),
            teller.wording.mark(stance.sources),
        )
        for stance in conflict.positions
    )
    return Sides(str(words["issue"]), rows, str(words["choice"]))


def _who(teller: ComparisonTeller, stance: Stance) -> str:
    """Whose position it is: an article, a guideline, or what it is called in the knowledge."""
    register = teller.knowledge.registers.get(stance.who)
    if register is not None:
        return f"“{register.title}”"
    guidelines = teller.wording.words["guidelines"]
    named = (guidelines[one.source]["name"] for one in stance.sources if one.source in guidelines)
    name = stance.who.replace("_", " ")
    return str(next(named, f"{name[:1].upper()}{name[1:]}"))


def picture_of(knowledge: Knowledge, arm: str) -> str:
    """The picture of an arm; empty where there is none, as for rest."""
    measure = knowledge.care.measures.get(knowledge.recovery.arms[arm].measure)
    if measure is None:
        return ""
    return measure.picture or next(iter(measure.pictures.values()), "")


def on_the_skin(arm: str) -> bool:
    """Whether the skin is to be looked at in a session of this arm."""
    return arm != REST
