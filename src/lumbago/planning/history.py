"""What the log says, as the plan needs it: what was taken, done, chosen and felt.

Later choices replace earlier ones; what a later event supersedes is gone. Events dated after now
still count as taken, since a wrong clock must never free a dose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lumbago.events import CheckIn, Chosen, Log, StepDone, Taken, standing
from lumbago.knowledge.care import Care
from lumbago.knowledge.model import Knowledge
from lumbago.planning.medicines import DAY, Taking, group_of, minute_of
from lumbago.planning.names import parts_of
from lumbago.recovery.nof1.answer import Result, result_of

MEDICINES_LOGGED: Final = "medicines_logged"
"""The choice by which a person says that everything taken in the last day is in the log."""


@dataclass(frozen=True, slots=True)
class Done:
    """A step of the plan that was done, skipped, stopped, or made it worse."""

    minute: int
    step: StepDone


@dataclass(frozen=True, slots=True)
class Felt:
    """A check-in, as of a minute."""

    minute: int
    at: datetime
    check_in: CheckIn


@dataclass(frozen=True, slots=True)
class History:
    """A log, folded. `chosen` has the last value and its minute; `future` are ids dated after now.

    `unknown` are medicines of the last day that stand for no known ingredient. `own` is what the person
    found out by comparing heat, cold and rest, or is finding out.
    """

    takings: tuple[Taking, ...] = ()
    done: tuple[Done, ...] = ()
    felt: tuple[Felt, ...] = ()
    chosen: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    added: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    future: tuple[str, ...] = ()
    own: Result | None = None

    def choice(self, id_: str) -> str:
        """What was last chosen; empty if nothing was."""
        return self.chosen.get(id_, ("", 0))[0]

    def complete(self, hours: int, now: datetime) -> bool:
        """Whether the person said within some hours that everything taken is in the log."""
        said, minute = self.chosen.get(MEDICINES_LOGGED, ("", 0))
        return said == "all" and minute > minute_of(now) - 60 * hours

    def sum_of(self, care: Care, group: str, since: int) -> int:
        """The milligrams of a group of medicines taken after a minute."""
        return sum(
            taking.milligrams
            for taking in self.takings
            if taking.minute > since and group_of(care, taking) == group
        )


def history(knowledge: Knowledge, log: Log, now: datetime) -> History:
    """Fold a log, up to and including what is dated after `now`."""
    takings: list[Taking] = []
    done: list[Done] = []
    felt: list[Felt] = []
    unknown: list[str] = []
    chosen: dict[str, tuple[str, int]] = {}
    listed: dict[str, str] = {}
    events = standing(log)
    for event in events:
        minute = minute_of(event.happened_at)
        match event.payload:
            case Taken() as taken:
                parts = parts_of(knowledge, taken.ingredient)
                if parts is None and minute > minute_of(now) - DAY:
                    unknown.append(taken.ingredient)
                for part in parts or ():
                    amount = taken.milligrams if part.alone else 0
                    takings.append(Taking(part.ingredient, minute, amount, part.group))
            case StepDone() as step:
                done.append(Done(minute, step))
            case CheckIn() as check_in:
                felt.append(Felt(minute, event.happened_at, check_in))
            case Chosen(choice=("add" | "leave") as choice, value=value):
                listed[value] = choice
            case Chosen(choice=choice, value=value):
                chosen[choice] = (value, minute)
            case _:
                pass
    return History(
        takings=tuple(takings),
        done=tuple(done),
        felt=tuple(felt),
        chosen=chosen,
        added=_with(listed, "add"),
        left=_with(listed, "leave"),
        unknown=tuple(unknown),
        future=tuple(event.id for event in events if event.happened_at > now),
        own=result_of(knowledge.recovery, knowledge.care, log, now),
    )


def _with(listed: Mapping[str, str], choice: str) -> frozenset[str]:
    return frozenset(value for value, last in listed.items() if last == choice)


def sessions(done: Iterable[Done], measure: str) -> tuple[Done, ...]:
    """What was done of one measure, oldest first; skipped ones left out."""
    found = [d for d in done if d.step.measure == measure and d.step.outcome != "skipped"]
    return tuple(sorted(found, key=lambda one: one.minute))
