"""A comparison as the log tells it: begun, scored, missed, stopped. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lumbago.events import (
    Event,
    Log,
    Session,
    SessionScored,
    StepDone,
    Taken,
    TrialBegun,
    TrialStopped,
    standing,
)
from lumbago.knowledge.care import Care
from lumbago.recovery.nof1.design import Design, Slot, order
from lumbago.recovery.nof1.model import Observation

SKIN: Final = "skin"
WORSE: Final = "worse"
CUT_SHORT: Final = "cut_short"
TROUBLES: Final = (SKIN, WORSE, CUT_SHORT)
"""What can go wrong with a session: the skin, more pain, or it was not done to its end."""

REST: Final = "rest"
THERMAL: Final[Mapping[str, str]] = {"heat": "heat", "cold": "cold", "alternating": "cold"}
"""Kinds of measures outside the comparison that leave warmth or cold behind, and the arm alike."""

_HOUR: Final = timedelta(hours=1)
_POINT: Final = 10


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session: its event, place in the order, and pain in tenths, with when it was scored."""

    id: str
    slot: Slot
    at: datetime
    before: int
    after: int | None = None
    later: int | None = None
    later_at: datetime | None = None
    troubles: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it has the score that the comparison rests on."""
        return self.later is not None


@dataclass(frozen=True, slots=True)
class Trial:
    """A comparison: its order, its sittings so far, the arms that ended early, and why it stopped."""

    id: str
    began_at: datetime
    seed: str
    arms: tuple[str, ...]
    slots: tuple[Slot, ...]
    sittings: tuple[Sitting, ...]
    stopped_at: datetime | None = None
    because: str = ""

    @property
    def blocks(self) -> int:
        """How many blocks are planned."""
        return self.slots[-1].block if self.slots else 0

    @property
    def ended(self) -> frozenset[str]:
        """The arms that a reaction of the skin has ended."""
        return frozenset(s.slot.arm for s in self.sittings if SKIN in s.troubles)

    @property
    def open_arms(self) -> tuple[str, ...]:
        """The arms that go on."""
        return tuple(arm for arm in self.arms if arm not in self.ended)

    def next_slot(self) -> Slot | None:
        """The next place in the order whose arm goes on; None where all are done."""
        used = max((s.slot.number for s in self.sittings), default=0)
        left = (s for s in self.slots if s.number > used and s.arm not in self.ended)
        return next(left, None)

    def blocks_done(self, now: datetime, design: Design) -> int:
        """How many blocks are through: every session of them scored, lapsed, or of an ended arm."""
        seen = {s.slot.number: s for s in self.sittings}
        done = 0
        for block in range(1, self.blocks + 1):
            for slot in (s for s in self.slots if s.block == block):
                sitting = seen.get(slot.number)
                if sitting is None and slot.arm not in self.ended:
                    return done
                if sitting and not sitting.counts and now <= sitting.at + design.lapses:
                    return done
            done = block
        return done

    def pending(self, now: datetime, design: Design) -> Sitting | None:
        """The last session, while its score half an hour later can still be given."""
        if not self.sittings or self.stopped_at:
            return None
        last = self.sittings[-1]
        return last if not last.counts and now <= last.at + design.lapses else None


def trials(log: Log, design: Design) -> tuple[Trial, ...]:
    """The comparisons of a log, oldest first. Sessions outside of any are left out."""
    events = standing(log)
    return tuple(
        _trial(event, event.payload, events, design)
        for event in events
        if isinstance(event.payload, TrialBegun)
    )


def last_trial(log: Log, design: Design) -> Trial | None:
    """The last comparison of a log."""
    found = trials(log, design)
    return found[-1] if found else None


def _trial(begun: Event, payload: TrialBegun, events: Log, design: Design) -> Trial:
    slots = order(payload.seed, payload.arms, payload.blocks)
    sittings: dict[str, Sitting] = {}
    stopped: Event | None = None
    for event in events:
        match event.payload:
            case Session(trial=trial) as session if trial == begun.id:
                _begin(sittings, event, session, slots)
            case SessionScored(session=id_) as scored if id_ in sittings:
                sittings[id_] = _scored(sittings[id_], event, scored, design)
            case TrialStopped(trial=trial) if trial == begun.id and stopped is None:
                stopped = event
            case _:
                pass
    because = (
        stopped.payload.because if stopped and isinstance(stopped.payload, TrialStopped) else ""
    )
    return Trial(
        id=begun.id,
        began_at=begun.happened_at,
        seed=payload.seed,
        arms=payload.arms,
        slots=slots,
        sittings=tuple(sorted(sittings.values(), key=lambda one: one.slot.number)),
        stopped_at=stopped.happened_at if stopped else None,
        because=because,
    )


def _begin(
    sittings: dict[str, Sitting], event: Event, session: Session, slots: Iterable[Slot]
) -> None:
    """Take a session up if it stands in the order: another arm than the dealt one does not count."""
    slot = next((s for s in slots if s.number == session.number), None)
    taken = {one.slot.number for one in sittings.values()}
    if slot is None or slot.arm != session.arm or slot.number in taken:
        return
    at, later = event.happened_at, session.later
    sittings[event.id] = Sitting(
        event.id, slot, at, session.before, session.after, later, None if later is None else at
    )


def _scored(sitting: Sitting, event: Event, scored: SessionScored, design: Design) -> Sitting:
    """A sitting with a score; one for later that comes outside its window does not count."""
    since = event.happened_at - sitting.at
    troubles = sitting.troubles + ((scored.trouble,) if scored.trouble else ())
    in_time = scored.later is not None and design.window(since) == "later"
    first = sitting.later is None and in_time
    return Sitting(
        sitting.id,
        sitting.slot,
        sitting.at,
        sitting.before,
        scored.after if scored.after is not None else sitting.after,
        scored.later if first else sitting.later,
        event.happened_at if first else sitting.later_at,
        tuple(dict.fromkeys(troubles)),
    )


# ------------------------------------------------------------------------------ for the model


def observations(
    trial: Trial, log: Log, care: Care, design: Design, blocks: int
) -> tuple[Observation, ...]:
    """The sessions of the first blocks that count, as the model sees them."""
    doses = [e.happened_at for e in standing(log) if isinstance(e.payload, Taken)]
    warmed = sorted(_warmed(trial, log, care, design))
    found = []
    for sitting in trial.sittings:
        if sitting.later is None or sitting.slot.block > blocks:
            continue
        later_at = sitting.later_at or sitting.at + design.whole
        found.append(
            Observation(
                hours=(sitting.at - trial.sittings[0].at) / _HOUR,
                arm=sitting.slot.arm,
                before=sitting.before / _POINT,
                later=sitting.later / _POINT,
                dose=at_work(doses, later_at, design) - at_work(doses, sitting.at, design),
                carry=_carry(warmed, sitting.at, trial.arms, design),
            )
        )
    return tuple(found)


def at_work(doses: Iterable[datetime], at: datetime, design: Design) -> float:
    """How much of a pain medicine is at work: rising over the first hours, then full, then none."""
    rise, last = design.dose_hours
    since = ((at - dose) / _HOUR for dose in doses)
    return max((min(1.0, hours / rise) for hours in since if 0 <= hours <= last), default=0.0)


def _warmed(trial: Trial, log: Log, care: Care, design: Design) -> Iterator[tuple[datetime, str]]:
    """When heat or cold ended, of sessions and of steps of the plan, with the arm alike."""
    for sitting in trial.sittings:
        if sitting.slot.arm != REST:
            yield sitting.at + design.session, sitting.slot.arm
    yield from thermal_steps(log, care)


def thermal_steps(log: Log, care: Care) -> Iterator[tuple[datetime, str]]:
    """When heat or cold of the plan was done, outside the comparison, with the arm alike."""
    for event in standing(log):
        step = event.payload
        if isinstance(step, StepDone) and step.outcome != "skipped":
            measure = care.measures.get(step.measure)
            if measure is not None and measure.kind in THERMAL:
                yield event.happened_at, THERMAL[measure.kind]


def _carry(
    warmed: Iterable[tuple[datetime, str]], at: datetime, arms: Iterable[str], design: Design
) -> dict[str, float]:
    """What is left of the last heat or cold before a moment, by arm."""
    before = [(end, arm) for end, arm in warmed if end <= at and arm in arms]
    if not before:
        return {}
    end, arm = before[-1]
    return {arm: math.exp(-((at - end) / _HOUR) / design.carry_hours)}
