"""The plan as it is shown: one step with its timer, the times of today, the choices, the medicines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from lumbago.episode import DAY, doses_since
from lumbago.events import Log, StepDone, Taken, standing
from lumbago.planning.reconcile import WARMTH
from lumbago.planning.result import CarePlan, Choice, DatedItem, MedicineStep, Step
from lumbago.screens.care import minutes_done, seconds_left
from lumbago.screens.line import Progress, progress
from lumbago.screens.visit import Timer
from lumbago.story_plan import PlanTeller, Told

PACKS: Final = frozenset({"cold", "heat", "alternating"})
"""The kinds of steps for which the skin is looked at half-way."""

_LOOPS: Final = 10
_DISAGREE: Final = 3


@dataclass(frozen=True, slots=True)
class Running:
    """A timer as it is shown: `ends` is when, `left` how many seconds, `over` whether it is done."""

    clock: str
    until: str
    ends: str
    half: str
    left: int
    minutes: int
    over: bool
    paused: bool
    line: Progress


@dataclass(frozen=True, slots=True)
class StepView:
    """One step: what to do, how it went today, and its timer if it is the one that runs."""

    id: str
    picture: str
    told: Told
    minutes: int
    pack: bool
    breathing: bool
    done_today: int
    worse: bool
    running: Running | None


@dataclass(frozen=True, slots=True)
class Time:
    """A time of today, and whether its step is in the plan as it stands."""

    clock: str
    id: str
    name: str
    minutes: int
    known: bool


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A choice: `options` are value, label and mark; `sides` are issue, what is done here, and what
    the person found out for themselves. `because` says where the default comes from if it is not
    that of everybody; `own` is their comparison in a line, `compare` whether one can be about it.
    """

    id: str
    question: str
    current: str
    options: tuple[tuple[str, str, str], ...]
    sides: tuple[tuple[str, str, str], ...]
    because: str
    own: str
    compare: bool
    open: bool
    held: bool


@dataclass(frozen=True, slots=True)
class MedicineView:
    """A medicine: its words, what to do about it now, and what was taken of it in the last day."""

    id: str
    told: Told
    status: str
    chosen: bool
    milligrams: int
    allowed_now: bool
    confirm: bool
    taken: int
    asks: bool


def opening(plan: CarePlan) -> tuple[str, ...]:
    """The questions that hold something back besides medicines, those that hold most back first."""
    medicines = {step.medicine.id for step in plan.medicines}
    held = (one for one in plan.aside if one.status == "held" and one.id not in medicines)
    counts = Counter(question for one in held for question in one.questions)
    return tuple(sorted(counts, key=lambda question: (-counts[question], question)))


def running(timer: Timer, now: datetime) -> Running:
    """A timer as it is shown at a moment."""
    left = seconds_left(timer, now)
    done = min(_LOOPS, minutes_done(timer, now) * _LOOPS // max(1, timer.minutes))
    ends = timer.ends.astimezone(now.tzinfo) if timer.ends else None
    half = ends.timestamp() - timer.minutes * 30 if ends else 0
    return Running(
        clock=f"{left // 60}:{left % 60:02d}",
        until=f"{ends:%H:%M}" if ends else "",
        ends=ends.isoformat() if ends else "",
        half=datetime.fromtimestamp(half, ends.tzinfo).isoformat() if ends else "",
        left=left,
        minutes=timer.minutes,
        over=left == 0,
        paused=ends is None,
        line=progress(done, _LOOPS - done),
    )


class PlanView:
    """What the pages of a plan need, from the plan, the log and the moment."""

    def __init__(
        self, teller: PlanTeller, plan: CarePlan, log: Log, timer: Timer | None, now: datetime
    ) -> None:
        self.teller = teller
        self.plan = plan
        self.log = log
        self.timer = timer
        self.now = now

    # -------------------------------------------------------------------------------------- steps

    def step(self, id_: str) -> StepView | None:
        """One step of the plan; None if it is not in it."""
        step = self.plan.step(id_)
        return None if step is None else self._step(step)

    def now_steps(self) -> tuple[StepView, ...]:
        """The steps for this minute: the one that is timed first."""
        ids = list(self.plan.now)
        if self.timer is not None and self.plan.step(self.timer.measure) is not None:
            ids = [self.timer.measure, *(id_ for id_ in ids if id_ != self.timer.measure)]
        return tuple(view for id_ in ids if (view := self.step(id_)) is not None)

    def week(self) -> tuple[StepView, ...]:
        """Every step of this stage but those that prevent."""
        return tuple(self._step(s) for s in self.plan.steps if s.measure.kind != "prevention")

    def _step(self, step: Step) -> StepView:
        measure = step.measure
        minutes = step.dosage.minutes[1] * step.level.percent // 100 if step.dosage else 0
        today = [
            e.payload
            for e in standing(self.log)
            if isinstance(e.payload, StepDone)
            and e.payload.measure == measure.id
            and self.now - e.happened_at < DAY
        ]
        return StepView(
            id=measure.id,
            picture=measure.picture or next(iter(measure.pictures.values()), ""),
            told=self.teller.step(step),
            minutes=minutes,
            pack=measure.kind in PACKS,
            breathing=measure.kind in ("breathing", "position"),
            done_today=sum(one.outcome == "done" for one in today),
            worse=any(one.outcome == "worse" for one in today),
            running=self._running(measure.id),
        )

    def _running(self, measure: str) -> Running | None:
        timer = self.timer
        if timer is None or timer.measure != measure:
            return None
        return running(timer, self.now)

    # -------------------------------------------------------------------------------------- times

    def today(self) -> tuple[Time, ...]:
        """What can be done before the next check."""
        return tuple(self._times(self.plan.items))

    def outlook(self) -> tuple[tuple[str, tuple[Time, ...]], ...]:
        """What holds only after it, by day."""
        days = groupby(self.plan.outlook, key=lambda item: self.teller.day(item.start))
        return tuple((day, tuple(self._times(tuple(items)))) for day, items in days)

    def _times(self, items: tuple[DatedItem, ...]) -> Iterator[Time]:
        for item in items:
            minutes = int((item.end.timestamp() - item.start.timestamp()) // 60)
            known = self.plan.step(item.measure) is not None
            name = self.teller.name(item.measure)
            yield Time(f"{item.start:%H:%M}", item.measure, name, minutes, known)

    # ------------------------------------------------------------------------------------ choices

    def choices(self) -> tuple[ChoiceView, ...]:
        """What the person may decide."""
        return tuple(self._choice(choice) for choice in self.plan.choices)

    def _choice(self, choice: Choice) -> ChoiceView:
        words = self.teller.words
        options = []
        for option in choice.options:
            if option.status == "blocked":
                continue
            label = words["plan"].get(f"option_{option.value}") or self.teller.name(option.value)
            mark = "" if option.status == "offered" else self.teller.say(f"status_{option.status}")
            options.append((option.value, str(label), mark))
        sides = []
        for id_ in choice.conflicts[:_DISAGREE]:
            one = words["conflicts"].get(id_)
            if one:
                own = " ".join(self.teller.own_result(id_))
                sides.append((str(one["issue"]), str(one["choice"]), own))
        return ChoiceView(
            id=choice.id,
            question=self.teller.choice(choice)[0],
            current=choice.current,
            options=tuple(options),
            sides=tuple(sides),
            because=self._because(choice),
            own=next((own for _, _, own in sides if own), ""),
            compare=choice.id == WARMTH,
            open=choice.id == "movement" and not choice.chosen,
            held=any(option.status == "held" for option in choice.options),
        )

    def _because(self, choice: Choice) -> str:
        if not choice.because or choice.chosen:
            return ""
        label = str(self.teller.words["plan"].get(f"option_{choice.default}", choice.default))
        return f"{label[:1].upper()}{label[1:]}: {self.teller.say(choice.because)}."

    # ---------------------------------------------------------------------------------- medicines

    def medicines(self) -> tuple[MedicineView, ...]:
        """The medicines that may be offered, and where each of them stands."""
        return tuple(self._medicine(step) for step in self.plan.medicines)

    def _medicine(self, step: MedicineStep) -> MedicineView:
        taken = [e.payload for e in doses_since(self.log, self.now)]
        mine = [t for t in taken if isinstance(t, Taken) and t.ingredient == step.medicine.id]
        none = step.none.why if step.none is not None else ()
        return MedicineView(
            id=step.medicine.id,
            told=self.teller.medicine(step),
            status=step.standing.status,
            chosen=step.chosen,
            milligrams=step.dose.milligrams if step.dose else 0,
            allowed_now=step.dose is not None and step.at is not None and step.at <= self.now,
            confirm="log_not_confirmed" in none,
            taken=sum(one.milligrams for one in mine),
            asks=step.standing.status == "held" and bool(step.standing.questions),
        )

    def taken_today(self) -> tuple[str, ...]:
        """Everything that was taken in the last day, in words."""
        return tuple(
            f"{e.happened_at.astimezone(self.now.tzinfo):%H:%M} "
            f"{e.payload.product or self.teller.name(e.payload.ingredient)} "
            f"{e.payload.milligrams} mg"
            for e in doses_since(self.log, self.now)
            if isinstance(e.payload, Taken)
        )
