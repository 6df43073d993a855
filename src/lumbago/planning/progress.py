"""Harder or easier: what the log says about the next session of a movement.

One thing changes at a time. Two good sessions in a row at low pain lead to the next movement, one
that made it worse leads back to the easier one or to half the amount after a pause, and two bad ones
out of three leave it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from lumbago.knowledge.care import Care, Measure
from lumbago.planning.history import Done, Felt, History, sessions
from lumbago.planning.medicines import limit

TENTHS: Final = 10
MOVING: Final = frozenset({"exercise", "stretch"})

Because = Literal["start", "keep", "harder", "easier", "halved", "left_out"]


@dataclass(frozen=True, slots=True)
class Level:
    """The movement to do instead of `of` (itself where nothing changes), and how much of it.

    `percent` of the amounts; not before the minute `not_before`.
    """

    of: str
    measure: str
    because: Because
    percent: int = 100
    not_before: int = 0


def level(
    care: Care, measure: Measure, history: History, can: Callable[[str], bool], now: int
) -> Level:
    """What the log makes of a movement. `can` says of an id whether it may be done in this stage."""
    done = sessions(history.done, measure.id)
    if not done:
        return Level(measure.id, measure.id, "start")
    bad = [made_worse(care, one, history.felt) for one in done]
    if sum(bad[-care.limits["bad_sessions"].values[1] :]) >= care.limits["bad_sessions"].values[0]:
        return Level(measure.id, measure.id, "left_out", 0)
    if bad[-1]:
        return _back(care, measure, done[-1], can)
    needed = limit(care, "advance_after_sessions")
    went_well = len(done) >= needed and all(_good(care, one) for one in done[-needed:])
    if went_well and not any(bad[-needed:]) and measure.next and can(measure.next):
        return Level(measure.id, measure.next, "harder")
    paused = _last_bad(done, bad)
    if paused is not None and now < paused.minute + flare_minutes(care):
        return Level(measure.id, measure.id, "halved", limit(care, "percent_after_worse"))
    return Level(measure.id, measure.id, "keep")


def flare_minutes(care: Care) -> int:
    """How long a movement that made it worse rests."""
    return 60 * limit(care, "flare_hours")


def _back(care: Care, measure: Measure, last: Done, can: Callable[[str], bool]) -> Level:
    free = last.minute + flare_minutes(care)
    if measure.back and can(measure.back):
        return Level(measure.id, measure.back, "easier")
    percent = limit(care, "percent_after_worse")
    return Level(measure.id, measure.id, "halved", percent, free)


def _last_bad(done: tuple[Done, ...], bad: list[bool]) -> Done | None:
    return next((one for one, was in zip(reversed(done), reversed(bad), strict=True) if was), None)


def made_worse(care: Care, one: Done, felt: tuple[Felt, ...]) -> bool:
    """Said to be worse, stopped, pain up by two points or more, or still up a day later."""
    step = one.step
    if step.outcome in ("worse", "stopped"):
        return True
    if step.before is None:
        return False
    if step.after is not None and step.after - step.before >= TENTHS * limit(
        care, "stop_rise_points"
    ):
        return True
    next_day = one.minute + flare_minutes(care)
    window = range(next_day, next_day + flare_minutes(care))
    later = [f.check_in.pain for f in felt if f.minute in window and f.check_in.pain is not None]
    return bool(later) and later[0] > step.before


def _good(care: Care, one: Done) -> bool:
    step = one.step
    low = TENTHS * limit(care, "advance_pain_at_most")
    return step.outcome == "done" and step.after is not None and step.after <= low
