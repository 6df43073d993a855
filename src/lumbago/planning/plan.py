"""The front door to a plan: refusal first, then what is offered, chosen, dated and dosed.

`plan` is a pure function of the knowledge, the case, the log and now; it is worked out anew on every
event and never stored as truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from lumbago.answers import Answers, Case
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError, Problem
from lumbago.events import Log
from lumbago.knowledge.care import Measure, Stage
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning.day import Day, day_of
from lumbago.planning.eligibility import Eligibility, InUse, Standing, agents_of, no_plan_for
from lumbago.planning.habits import habits, intakes
from lumbago.planning.history import History, history
from lumbago.planning.medicines import (
    DAY,
    NoDose,
    Person,
    ProposedDose,
    limit,
    minute_of,
    overdosed,
    propose,
)
from lumbago.planning.names import nearest, parts_of
from lumbago.planning.present import CurrentCase, Memory, current_case, given_times, onset
from lumbago.planning.progress import MOVING, Level, level
from lumbago.planning.reconcile import (
    MEDICINE,
    Reconciler,
    Selected,
    backing,
    fits,
    stages_in_order,
)
from lumbago.planning.refusal import refusal
from lumbago.planning.result import (
    SEAL,
    CarePlan,
    DatedItem,
    MedicineStep,
    Review,
    StagePart,
    Step,
    UntilSeen,
)
from lumbago.planning.schedule import PORTABLE, Calendar, Item, Timed
from lumbago.quantity import Interval

_NOW_KINDS: Final = frozenset({"position", "breathing"})
_DATED_KINDS: Final = (
    *("exercise", "stretch", "heat", "cold", "alternating", "walking", "position", "breathing"),
)

DANGER: Final = (
    *("saddle_numbness", "bladder_retention", "bowel_incontinence_or_no_feeling"),
    *("leg_weakness_one", "both_legs_pain_new", "fever", "chest_pain", "abdominal_pain_severe"),
    *("vomiting_blood_or_black_stool", "rash_not_fading", "fainted_or_collapsed"),
)
"""The signs that end a plan at once; on every plan."""


@lru_cache(maxsize=4)
def _eligibility(knowledge: Knowledge) -> Eligibility:
    return Eligibility(knowledge)


def plan(
    knowledge: Knowledge,
    case: Case,
    log: Log = (),
    *,
    now: datetime,
    memory: Memory | None = None,
) -> CarePlan:
    """The plan of one person as of `now`, or the card that stands in its place.

    `case` is the case as it was last told; what the log says after that is added here. `memory` only
    saves time. Raises `InputError` with every problem that makes the case, the day or `now`
    unreadable; a day that cannot be read never stands before the card, which needs none.
    """
    if now.tzinfo is None:
        raise InputError(Problem("The start has no UTC offset.", "now", "Add one, as in +01:00."))
    if (case.at or now) > now:
        hint = "Start at or after the moment of the case."
        raise InputError(Problem("The plan would start before the case was told.", "at", hint))
    eligibility = _eligibility(knowledge)
    past = history(knowledge, log, now)
    country = past.choice("country") or case.profile.country
    too_much = overdosed(knowledge.care, country, past.takings, minute_of(now))
    day, unreadable = _day(knowledge, case, now)
    current = current_case(knowledge, log, now, told=case, memory=memory)
    assessment = assess(knowledge, current.case)
    groups = no_plan_for(knowledge, eligibility.rules, assessment.answers)
    maker = _Maker(
        knowledge=knowledge,
        eligibility=eligibility,
        past=past,
        day=day,
        assessment=assessment,
        current=current,
        country=country,
        standings=eligibility.standings(assessment.answers),
        now=now,
    )
    expired = [id_ for id_, why in current.dropped.items() if why in ("expired", "later_than_now")]
    refused = refusal(knowledge, assessment, groups, too_much, maker.standings, expired)
    found = (
        *current.problems,
        *assessment.problems,
        *unreadable,
        *_log_problems(knowledge, past, current),
    )
    notes = tuple(dict.fromkeys(found))
    if refused is not None:
        return maker.empty(refused, notes)
    if unreadable:
        raise InputError(unreadable)
    return maker.whole(notes)


def _day(knowledge: Knowledge, case: Case, now: datetime) -> tuple[Day, tuple[Problem, ...]]:
    """The day of the profile, or one by default with what is wrong with it."""
    try:
        return day_of(knowledge.care, case.profile.day, now), ()
    except InputError as error:
        return day_of(knowledge.care, {}, now), error.problems


def _log_problems(knowledge: Knowledge, past: History, current: CurrentCase) -> Iterator[Problem]:
    for id_, why in current.dropped.items():
        if why == "unknown":
            yield Problem(f"'{id_}' is not known here; what was said of it does not count.", "log")
    for id_ in past.future:
        yield Problem("This is dated after now; it counts as if it had happened.", id_)
    for name in past.unknown:
        near = nearest(knowledge, name)
        hint = f"Did you mean '{near}'?" if near else "Ask a pharmacist what is in it."
        yield Problem(f"The medicine '{name}' is not known.", "log", hint)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Everything that is known when a plan is made."""

    knowledge: Knowledge
    eligibility: Eligibility
    past: History
    day: Day
    assessment: Assessment
    current: CurrentCase
    country: str
    standings: Mapping[str, Standing]
    now: datetime

    @property
    def answers(self) -> Answers:
        return self.assessment.answers

    @property
    def minute(self) -> int:
        return minute_of(self.now)

    def valid_until(self) -> datetime:
        """When the first answer that triage rests on expires; a report that stands never does."""
        knowledge, given = self.knowledge, given_times(self.current.case)
        ends = [self.now + timedelta(days=1)]
        for id_ in _danger_findings(knowledge):
            hours = knowledge.lifetimes[knowledge.findings[id_].lifetime].hours
            lasts = id_ in self.current.reported
            if hours is not None and not lasts and id_ in given and id_ in self.answers:
                ends.append(given[id_] + timedelta(hours=hours))
        return max(self.now, min(ends))

    def stage(self) -> tuple[Stage, datetime]:
        """The stage now, by the latest moment at which the pain can have begun, and that moment."""
        when = onset(self.answers, self.now)
        began = when[1] if when else self.now
        hours = (self.now - began) / timedelta(hours=1)
        order = stages_in_order(self.knowledge.care)
        return [stage for stage in order if stage.from_hours <= hours][-1], began

    def empty(self, refused: UntilSeen, problems: tuple[Problem, ...]) -> CarePlan:
        """No plan: the card in its place, with the danger signs."""
        return replace(self._blank(problems), refused=refused)

    def _blank(self, problems: tuple[Problem, ...]) -> CarePlan:
        return CarePlan(
            id=self.current.case.id,
            at=self.now,
            knowledge=self.knowledge.hash,
            assessment=self.assessment,
            refused=None,
            stage="",
            onset=onset(self.answers, self.now),
            valid_until=self.valid_until(),
            now=(),
            steps=(),
            items=(),
            outlook=(),
            checks=(),
            medicines=(),
            choices=(),
            later=(),
            habits=(),
            intakes=(),
            told=(),
            named=(),
            aside=(),
            reviews=(),
            danger=tuple(id_ for id_ in DANGER if id_ in self.knowledge.findings),
            problems=problems,
            own=self.past.own,
            seal=SEAL,
        )

    def whole(self, problems: tuple[Problem, ...]) -> CarePlan:
        """The plan itself."""
        care = self.knowledge.care
        stage, began = self.stage()
        reconciler = self.reconciler()
        selected = reconciler.select(stage.id, self.in_use(), self.minute)
        steps = tuple(self.steps(reconciler, selected, stage))
        valid_until = self.valid_until()
        checks = tuple(self.checks(valid_until))
        timed = [t for step in steps if (t := self._timed(step, stage, began)) is not None]
        timed += self._timed_in_later(stage, began)
        items, outlook = self.dated(timed, valid_until)
        regions = reconciler.regions
        return replace(
            self._blank((*problems, *selected.problems)),
            stage=stage.id,
            now=tuple(self.for_now(steps)),
            steps=steps,
            items=items,
            outlook=outlook,
            checks=checks,
            medicines=tuple(self.medicines(selected, valid_until)),
            choices=selected.choices,
            later=tuple(self.later(reconciler, stage, began)),
            habits=habits(self.knowledge, self.eligibility.rules, self.answers),
            intakes=intakes(
                self.knowledge, self.eligibility.rules, self.answers, selected.standings
            ),
            told=tuple(
                m.id
                for m in care.measures.values()
                if m.offer == "inform" and selected.standings[m.id].status == "offered"
            ),
            named=tuple(
                id_ for id_, item in self.eligibility.items.items() if item.offer == "never"
            ),
            aside=tuple(
                s
                for s in selected.standings.values()
                if s.status != "offered" and self._is_open(s.id, regions)
            ),
            reviews=tuple(self.reviews(began)),
        )

    def reconciler(self) -> Reconciler:
        """A fresh one: selecting for a stage changes its standings."""
        rules = self.eligibility.rules
        return Reconciler(self.knowledge, rules, self.answers, self.standings, self.past)

    def _is_open(self, id_: str, regions: frozenset[str]) -> bool:
        """Whether an item is worth saying that something stands against it."""
        item = self.eligibility.items[id_]
        if item.offer not in ("default", "choice"):
            return False
        return not isinstance(item, Measure) or fits(item, regions)

    # ----------------------------------------------------------------------------------- steps

    def steps(self, reconciler: Reconciler, selected: Selected, stage: Stage) -> Iterator[Step]:
        """The measures of the plan, each with how much and how hard, movements held to a few."""
        moving = 0
        most = movements_per_day(self.knowledge, stage.id)
        seen: set[str] = set()
        for measure in selected.measures:
            found = self._level(reconciler, measure, stage)
            todo = self.knowledge.care.measures[found.measure]
            if found.because == "left_out" or todo.id in seen:
                continue
            if measure.kind in MOVING:
                if moving >= most:
                    continue
                moving += 1
            seen.add(todo.id)
            yield Step(
                measure=todo,
                dosage=next((d for d in todo.dosages if d.stage == stage.id), None),
                cautions=selected.standings[todo.id].cautions,
                backing=backing(self.knowledge, todo),
                level=found,
                chosen=measure.id in selected.picked,
                not_before=self.day.local(found.not_before) if found.not_before else None,
            )

    def for_now(self, steps: Sequence[Step]) -> Iterator[str]:
        """What helps at any hour: the position, slow breathing, then how to turn and get up."""
        here = [step for step in steps if step.measure.kind in _NOW_KINDS]
        here.sort(key=lambda step: (step.dosage is None, _DATED_KINDS.index(step.measure.kind)))
        yield from (step.measure.id for step in here)

    def _level(self, reconciler: Reconciler, measure: Measure, stage: Stage) -> Level:
        if measure.kind not in MOVING:
            return Level(measure.id, measure.id, "keep")
        measures = self.knowledge.care.measures
        care = self.knowledge.care
        return level(
            care,
            measure,
            self.past,
            lambda id_: reconciler.offered(measures[id_], stage.id),
            self.minute,
        )

    def in_use(self) -> Iterator[InUse]:
        """What is on, in or was lately on the person: medicines of the profile and of the log."""
        items = self.eligibility.items
        for name in self.current.case.profile.medicines:
            for part in parts_of(self.knowledge, name) or ():
                if part.ingredient in items:
                    yield InUse(part.ingredient, agents_of(items[part.ingredient]), self.minute)
        for taking in self.past.takings:
            if taking.ingredient in items and taking.minute > self.minute - DAY:
                item = items[taking.ingredient]
                yield InUse(taking.ingredient, agents_of(item), taking.minute)

    def done_before(self) -> Iterator[InUse]:
        """What was done of the plan, for the gaps and the number of a day."""
        items = self.eligibility.items
        for one in self.past.done:
            if one.step.measure in items and one.step.outcome != "skipped":
                yield InUse(one.step.measure, agents_of(items[one.step.measure]), one.minute)

    # ------------------------------------------------------------------------------------ when

    def checks(self, valid_until: datetime) -> Iterator[datetime]:
        """When the short danger check is due, in waking hours, until the horizon."""
        hours = limit(self.knowledge.care, "danger_answers_hours")
        minute = self.day.waking(minute_of(valid_until))
        while minute < self.horizon():
            yield self.day.local(minute)
            minute = self.day.waking(minute + 60 * hours)

    def horizon(self) -> int:
        """The minute up to which steps are dated."""
        return self.minute + 60 * limit(self.knowledge.care, "dated_hours")

    def dated(
        self, timed: Sequence[Timed], valid_until: datetime
    ) -> tuple[tuple[DatedItem, ...], tuple[DatedItem, ...]]:
        """The items that may be done as they stand, and those after the next check."""
        before = [*self.done_before(), *self.in_use()]
        interactions = tuple(self.knowledge.care.interactions.values())
        calendar = Calendar(self.knowledge.care, self.day, before, interactions)
        found = calendar.dated(timed, self.minute, self.horizon())
        firm_until = minute_of(valid_until)
        firm = tuple(self._item(item) for item in found if item.end <= firm_until)
        later = tuple(self._item(item) for item in found if item.start >= firm_until)
        return firm, later

    def _timed_in_later(self, stage: Stage, began: datetime) -> Iterator[Timed]:
        """The steps of the stages that begin before the horizon."""
        for one in stages_in_order(self.knowledge.care):
            begins = minute_of(began + timedelta(hours=one.from_hours))
            if one.from_hours <= stage.from_hours or begins >= self.horizon():
                continue
            reconciler = self.reconciler()
            selected = reconciler.select(one.id, self.in_use(), self.minute)
            for step in self.steps(reconciler, selected, one):
                if (timed := self._timed(step, one, began)) is not None:
                    yield timed

    def _timed(self, step: Step, stage: Stage, began: datetime) -> Timed | None:
        measure, dosage = step.measure, step.dosage
        care = self.knowledge.care
        longest = limit(care, "longest_dated_minutes")
        if dosage is None or measure.kind not in _DATED_KINDS or not dosage.per_day[1]:
            return None
        if dosage.minutes[1] > longest:
            return None  # worn for hours, beside everything else
        minutes = dosage.minutes[1] or limit(care, "movement_minutes")
        begins = minute_of(began + timedelta(hours=stage.from_hours))
        ends = self.horizon()
        if stage.until_hours is not None:
            ends = min(ends, minute_of(began + timedelta(hours=stage.until_hours)))
        return Timed(
            measure=measure.id,
            kind=measure.kind,
            agents=agents_of(measure),
            minutes=max(1, minutes * step.level.percent // 100),
            per_day=self._per_day(measure, stage, dosage.per_day[0] or dosage.per_day[1]),
            gap=dosage.gap_minutes,
            rank=_DATED_KINDS.index(measure.kind),
            span=(max(self.minute, step.level.not_before, begins), ends),
            portable=measure.kind in PORTABLE,
        )

    def _per_day(self, measure: Measure, stage: Stage, low: int) -> int:
        """The lower number of times; a movement in the first hours once."""
        first = stages_in_order(self.knowledge.care)[0].id
        return 1 if measure.kind in MOVING and stage.id == first else low

    def _item(self, item: Item) -> DatedItem:
        return DatedItem(item.measure, self.day.local(item.start), self.day.local(item.end))

    # ------------------------------------------------------------------------------- medicines

    def medicines(self, selected: Selected, valid_until: datetime) -> Iterator[MedicineStep]:
        """Every medicine that can be offered; a dose only of what the person chose, one at a time."""
        wanted = self.past.choice(MEDICINE)
        for medicine in self.knowledge.care.medicines.values():
            if medicine.offer not in ("default", "choice"):
                continue
            standing = selected.standings[medicine.id]
            chosen = medicine.id == wanted
            found = self._dose(medicine.id, standing, valid_until) if chosen else None
            dose = found if isinstance(found, ProposedDose) else None
            none = found if isinstance(found, NoDose) else None
            minute = dose.minute if dose else none.not_before if none else None
            yield MedicineStep(
                medicine=medicine,
                standing=standing,
                backing=backing(self.knowledge, medicine),
                chosen=chosen,
                dose=dose,
                none=none,
                at=None if minute is None else self.day.local(minute),
                total_with_dose=dose.in_window + dose.milligrams if dose else 0,
            )

    def _dose(self, id_: str, standing: Standing, valid_until: datetime) -> ProposedDose | NoDose:
        care = self.knowledge.care
        return propose(
            care,
            care.medicines[id_],
            self._person(valid_until),
            standing,
            self.past.takings,
            self.minute,
            self.day.waking,
        )

    def _person(self, valid_until: datetime) -> Person:
        care, age = self.knowledge.care, self.answers.get("age_years")
        return Person(
            country=self.country,
            age=age.possible.low if age and isinstance(age.possible, Interval) else None,
            log_complete=self.past.complete(limit(care, "danger_answers_hours"), self.now),
            until=minute_of(valid_until),
            unknown=self.past.unknown,
        )

    # ----------------------------------------------------------------------------------- later

    def later(self, reconciler: Reconciler, stage: Stage, began: datetime) -> Iterator[StagePart]:
        """The stages to come, and what would be offered in them as things stand."""
        for one in stages_in_order(self.knowledge.care):
            if one.from_hours <= stage.from_hours:
                continue
            yield StagePart(
                stage=one.id,
                begins=self.day.local(minute_of(began + timedelta(hours=one.from_hours))),
                measures=tuple(
                    m.id
                    for m in sorted(self.knowledge.care.measures.values(), key=reconciler.order)
                    if m.offer == "default" and m.dosages and reconciler.offered(m, one.id)
                ),
            )

    def reviews(self, began: datetime) -> Iterator[Review]:
        """By when it should be better, and when to have it looked at if it is not."""
        limits = self.knowledge.care.limits
        named = (
            ("easing", limits["easing_expected_days"].values[-1:]),
            ("review", limits["review_days"].values),
            ("escalate", limits["escalate_days"].values),
        )
        found = False
        for id_, days in named:
            for number in days:
                moment = began + timedelta(days=number)
                if moment > self.now:
                    found = True
                    yield Review(id_, self.day.local(minute_of(moment)))
        if not found:
            yield Review("overdue", self.day.local(self.minute))


def movements_per_day(knowledge: Knowledge, stage: str) -> int:
    """How many movements a day has at most, by stage."""
    most = knowledge.care.limits["movements_per_day"].values
    order = [one.id for one in stages_in_order(knowledge.care)]
    return most[min(order.index(stage), len(most) - 1)]


@lru_cache(maxsize=4)
def _danger_findings(knowledge: Knowledge) -> tuple[str, ...]:
    """The findings whose answers expire and that a rule of `same_day` or above rests on."""
    return tuple(
        sorted(
            {
                finding
                for rule in knowledge.rules.values()
                if rule.disposition >= Disposition.SAME_DAY
                for finding in knowledge.findings_of_rule[rule.id]
                if knowledge.lifetimes[knowledge.findings[finding].lifetime].hours is not None
            }
        )
    )
