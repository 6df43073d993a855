"""What the log of an episode amounts to: the case as it stands now, doses, pain, what helped.

Pure functions of a log and a moment. In the current case every answer keeps the moment at which it
was given, so that denials expire. A report of an alarming sign stands until that very question is
answered otherwise: it does not expire, and a "no" to a statement about several signs does not take it
back but has it asked again. What was given after now (a clock that went back) cannot reassure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from lumbago.answers import NO, YES, Answer, Case, Given, Origin, Profile
from lumbago.errors import InputError
from lumbago.events import CheckIn, Chosen, Event, Log, StepDone, Taken, Told, standing
from lumbago.fields import given_of
from lumbago.intake import Desk, values_of
from lumbago.knowledge.model import DoseAnswer, Finding, Knowledge
from lumbago.quantity import MINUTES_PER_DAY, Interval, from_base
from lumbago.recovery.diary import DURATION, Score, diary_from, onset_of
from lumbago.recovery.signs import findings_of, with_signs
from lumbago.triage.scalar import DOUBT
from lumbago.wire import case_of

OVER: Final = Chosen("episode", "over")
"""The choice with which a person ends an episode."""

SEVERITY: Final = "pain_severity_0_10"
DAY: Final = timedelta(hours=24)

Dropped = Literal["expired", "later_than_now", "voided", "unknown"]


@dataclass(frozen=True, slots=True)
class CurrentCase:
    """The case of an episode as of a moment, ready for `assess`.

    `dropped` says of answers that were given why they do not count now. `reported` is when each
    alarming report that stands was made. `told_at` is when the case was last told whole.
    """

    case: Case
    told_at: datetime | None
    dropped: Mapping[str, Dropped]
    reported: Mapping[str, datetime]


@lru_cache(maxsize=4)
def _desk(knowledge: Knowledge) -> Desk:
    return Desk(knowledge)


def current_case(knowledge: Knowledge, log: Log, at: datetime, doses: Log = ()) -> CurrentCase:
    """The case of an episode as of `at`. `doses` are what the person took, in any episode."""
    entries = standing(log)
    taken = standing((*log, *(event for event in doses if event not in log)))
    carry = _Carry(knowledge, taken)
    for event in entries:
        if isinstance(event.payload, Told):
            carry = _Carry(knowledge, taken)
            carry.told(event, event.payload)
        elif isinstance(event.payload, CheckIn):
            carry.checked_in(event, event.payload)
    return carry.case(at)


def with_diary(knowledge: Knowledge, current: CurrentCase, scores: Iterable[Score]) -> CurrentCase:
    """The current case with what the pain scores of the episode say, as derived answers.

    An answer to one of these signs that has outlived itself gives way to the diary.
    """
    case = current.case
    if case.at is None:
        return current
    diary = diary_from(scores, onset_of(_duration(knowledge, case), case.at), case.at)
    old = {
        sign
        for sign in findings_of(knowledge, diary)
        if sign in current.reported and _outlived(knowledge, sign, current.reported[sign], case.at)
    }
    given = {finding: one for finding, one in case.given.items() if finding not in old}
    reported = {finding: at for finding, at in current.reported.items() if finding not in old}
    case = with_signs(knowledge, replace(case, given=given), diary)
    return replace(current, case=case, reported=reported)


def _duration(knowledge: Knowledge, case: Case) -> dict[str, Answer]:
    if DURATION not in case.given:
        return {}
    return {DURATION: Answer(values_of(knowledge.findings[DURATION], case.given[DURATION].value))}


def _outlived(knowledge: Knowledge, finding: str, when: datetime, at: datetime) -> bool:
    hours = knowledge.lifetimes[knowledge.findings[finding].lifetime].hours
    return hours is not None and at - when > timedelta(hours=hours)


class _Carry:
    """The answers that stand, each with when it was given, while the log is read."""

    def __init__(self, knowledge: Knowledge, taken: Log) -> None:
        self.knowledge = knowledge
        self.desk = _desk(knowledge)
        self.taken = taken
        self.given: dict[str, Given] = {}
        self.dropped: dict[str, Dropped] = {}
        self.reported: dict[str, datetime] = {}
        self.profile = Profile()
        self.id: str | None = None
        self.told_at: datetime | None = None

    # -------------------------------------------------------------------------------- what was said

    def told(self, event: Event, payload: Told) -> None:
        """A case told whole: its answers, and what its own words said at that time."""
        case = case_of(payload.case)
        at = case.at or event.happened_at
        self.id, self.told_at, self.profile = case.id, at, self._known_names(case.profile)
        readable = {f: g for f, g in case.given.items() if self._readable(f, g)}
        intake = self.desk.intake(replace(case, at=at, given=readable, profile=self.profile))
        self.dropped |= dict.fromkeys(intake.voided, "voided")
        for id_, answer in intake.answers.items():
            finding = self.knowledge.findings[id_]
            if answer.origin.kind == "profile" or not self._worth_carrying(finding, answer):
                continue
            origin = replace(answer.origin, span=None, given_at=answer.origin.given_at or at)
            self.given[id_] = Given(_value(finding, answer), origin)

    def _worth_carrying(self, finding: Finding, answer: Answer) -> bool:
        """What follows from other answers follows again, unless from a number that will expire."""
        if answer.origin.kind != "derived":
            return True
        follows = answer.origin.detail == "implied_by"
        return follows and finding.polarity == "alarming" and answer.possible == YES

    def _known_names(self, profile: Profile) -> Profile:
        """The profile without names that this knowledge does not have."""
        return replace(
            profile,
            conditions=tuple(filter(self._known_name, profile.conditions)),
            medicines=tuple(filter(self._known_name, profile.medicines)),
            allergies=tuple(filter(self._known_name, profile.allergies)),
        )

    def _known_name(self, name: str) -> bool:
        try:
            self.desk.profile(Profile(conditions=(name,)))
        except InputError:
            self.dropped[name] = "unknown"
            return False
        return True

    def checked_in(self, event: Event, payload: CheckIn) -> None:
        """The answers of a check-in; each replaces the one given before."""
        said: dict[str, Given] = {}
        for id_, value in payload.answers.items():
            given = given_of(value, f"answers.{id_}")
            if self._readable(id_, given):
                when = given.origin.given_at or event.happened_at
                said[id_] = replace(given, origin=replace(given.origin, given_at=when))
        if payload.pain is not None and SEVERITY in self.knowledge.findings:
            origin = Origin("tap", given_at=event.happened_at)
            said.setdefault(SEVERITY, Given(from_base(payload.pain, "score"), origin))
        for id_, given in said.items():
            if self._void(id_, said):
                self.given.pop(id_, None)
                self.dropped[id_] = "voided"
            else:
                self.dropped.pop(id_, None)
                self.given[id_] = self._not_taken_back(id_, given)

    def _void(self, id_: str, said: Mapping[str, Given]) -> bool:
        """Whether a denial did not count when it was given, such as "no fever" under a tablet."""
        condition = self.knowledge.findings[id_].void_denial_if
        if condition is None or self._possible(id_, said[id_]) != NO:
            return False
        when = said[id_].origin.given_at
        assert when is not None
        answers = {f: Answer(self._possible(f, given)) for f, given in said.items()}
        doses = self._doses(when, also_later=False)
        answers |= {f: Answer(self._possible(f, given)) for f, given in doses.items()}
        return self.desk.rules.holds(condition, answers, DOUBT)

    def _not_taken_back(self, id_: str, given: Given) -> Given:
        """A "no" to a statement about several signs has an earlier report of one asked again."""
        row = _rows(self.knowledge).get(id_)
        before = self.given.get(id_)
        if row is None or before is None or given.origin.kind != "list":
            return given
        if self._possible(id_, given) != NO or not self._is_report(id_, before):
            return given
        detail = f"{given.origin.detail.partition(':')[0]}:{row}"
        return Given("unsure", replace(given.origin, detail=detail))

    def _readable(self, id_: str, given: Given) -> bool:
        finding = self.knowledge.findings.get(id_)
        try:
            if finding is not None:
                values_of(finding, given.value)
                return True
        except InputError:
            pass
        self.dropped[id_] = "unknown"
        return False

    def _possible(self, id_: str, given: Given) -> Any:
        return values_of(self.knowledge.findings[id_], given.value)

    def _is_report(self, id_: str, given: Given) -> bool:
        alarming = self.knowledge.findings[id_].polarity == "alarming"
        return alarming and self._possible(id_, given) != NO

    # ------------------------------------------------------------------------------------- as of now

    def case(self, at: datetime) -> CurrentCase:
        """Everything that counts at a moment."""
        given: dict[str, Given] = {}
        for id_, one in self.given.items():
            now = self._now(id_, one, at)
            if now is not None:
                given[id_] = now
        given |= self._doses(at, also_later=True)
        case = Case(id=self.id, at=at, given=given, profile=self.profile)
        return CurrentCase(case, self.told_at, self.dropped, self.reported)

    def _now(self, id_: str, given: Given, at: datetime) -> Given | None:
        """An answer as it counts at a moment; None if it does not."""
        finding = self.knowledge.findings[id_]
        hours = self.knowledge.lifetimes[finding.lifetime].hours
        when = given.origin.given_at
        assert when is not None
        here = replace(given, origin=replace(given.origin, given_at=min(when, at)))
        if self._is_report(id_, given):
            self.reported[id_] = when
            stale = hours is not None and at - when > timedelta(hours=hours)
            return replace(here, origin=replace(here.origin, given_at=at)) if stale else here
        if finding.clock and when < at:
            return _grown(finding, given, at - when, at)
        if hours is None:
            return here
        if when > at:
            self.dropped[id_] = "later_than_now"
            return None
        if at - when > timedelta(hours=hours):
            self.dropped[id_] = "expired"
            return None
        return here

    def _doses(self, at: datetime, *, also_later: bool) -> dict[str, Given]:
        """What the doses before a moment answer; those dated later may have been taken before it."""
        found: dict[str, Given] = {}
        for answer in _dose_answers(self.knowledge):
            start = at - timedelta(hours=answer.hours)
            for event in self.taken:
                dose = event.payload
                recent = start < event.happened_at and (also_later or event.happened_at <= at)
                if not isinstance(dose, Taken) or not recent:
                    continue
                value = self._dose(answer, dose.ingredient)
                if value and found.get(answer.finding, Given("unsure")).value == "unsure":
                    origin = Origin("derived", "doses", given_at=at)
                    found[answer.finding] = Given(value, origin)
        return found

    def _dose(self, answer: DoseAnswer, ingredient: str) -> str:
        """Yes for a medicine of the groups, not sure for one that is not known, else nothing."""
        medicine = self.knowledge.care.medicines.get(ingredient)
        if medicine is None:
            return "unsure"
        return "yes" if medicine.group in answer.groups else ""


def _grown(finding: Finding, given: Given, by: timedelta, at: datetime) -> Given:
    """A duration that went on since it was given."""
    possible = values_of(finding, given.value)
    assert isinstance(possible, Interval)
    minutes = by.days * MINUTES_PER_DAY + by.seconds // 60
    low, high = (min(end + minutes, finding.high) for end in (possible.low, possible.high))
    value = _value(finding, Answer(Interval(low, high)))
    return Given(value, replace(given.origin, given_at=at))


def _value(finding: Finding, answer: Answer) -> object:
    """An answer as a value that `values_of` reads back."""
    possible = answer.possible
    if isinstance(possible, Interval):
        assert finding.unit is not None
        low, high = (from_base(end, finding.unit) for end in (possible.low, possible.high))
        return low if possible.exact else {"from": low, "to": high}
    if len(possible) == 1:
        return next(iter(possible))
    return "unsure" if finding.answer == "yes_no" else sorted(possible)


def _rows(knowledge: Knowledge) -> dict[str, str]:
    """Finding to the statement of a check-in that covers it together with others."""
    return {
        finding: item.id
        for one in knowledge.check_in
        for item in one.items
        if len(item.findings) > 1
        for finding in item.findings
    }


def _dose_answers(knowledge: Knowledge) -> Iterable[DoseAnswer]:
    return (dose for one in knowledge.check_in for dose in one.doses)


# --------------------------------------------------------------------------------- doses and pain


def doses_since(log: Log, now: datetime, span: timedelta = DAY) -> Log:
    """The doses that count as taken within a span before now, by time; those dated later count too."""
    found = (
        event
        for event in standing(log)
        if isinstance(event.payload, Taken) and event.happened_at > now - span
    )
    return tuple(sorted(found, key=lambda event: (event.happened_at, event.id)))


def pain_series(log: Log) -> tuple[tuple[datetime, int], ...]:
    """The pain scores of the check-ins, in tenths, by the time for which they were given."""
    points = (
        (event.happened_at, event.payload.pain)
        for event in standing(log)
        if isinstance(event.payload, CheckIn) and event.payload.pain is not None
    )
    return tuple(sorted(points))


def activities(log: Log) -> dict[str, tuple[tuple[datetime, int], ...]]:
    """Each own activity with how well it went, in tenths (0 cannot, 100 as before)."""
    found: dict[str, tuple[tuple[datetime, int], ...]] = {}
    for event in standing(log):
        if isinstance(event.payload, CheckIn):
            for name, score in event.payload.activities.items():
                found[name] = (*found.get(name, ()), (event.happened_at, score))
    return found


# ------------------------------------------------------------------------------- earlier episodes


@dataclass(frozen=True, slots=True)
class Went:
    """How one measure went in an episode: times done, times worse, and the mean change of pain.

    The change is in tenths, after less before, over the times for which both were given.
    """

    measure: str
    done: int
    worse: int
    changes: int
    mean_change: float | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a later episode may know of an earlier one.

    `over` says whether the person ended it; `last_at` is otherwise its last entry. `eased` are the
    measures after which pain was lower on average, best first; `not_eased` the others that were
    done. `prevented` are those of the kinds that prevent, with how often they were done.
    """

    began_at: datetime
    last_at: datetime
    over: bool
    since: timedelta
    eased: tuple[Went, ...]
    not_eased: tuple[Went, ...]
    prevented: Mapping[str, int]


def remembered(
    knowledge: Knowledge, began_at: datetime, last: Log, went: Iterable[Went], now: datetime
) -> Remembered:
    """An earlier episode, from its last entries (or its whole log) and how its measures went."""
    entries = standing(last)
    ends = [event.happened_at for event in entries if event.payload == OVER]
    last_at = max([began_at, *ends] if ends else [began_at, *(e.happened_at for e in entries)])
    went = sorted(went, key=lambda one: (one.mean_change or 0, one.measure))
    done = [one for one in went if one.done or one.worse]
    eased = tuple(one for one in done if one.mean_change is not None and one.mean_change < 0)
    measures = knowledge.care.measures
    prevents = (
        o for o in done if o.measure in measures and measures[o.measure].kind == "prevention"
    )
    return Remembered(
        began_at=began_at,
        last_at=last_at,
        over=bool(ends),
        since=max(now - last_at, timedelta(0)),
        eased=eased,
        not_eased=tuple(one for one in done if one not in eased),
        prevented={one.measure: one.done for one in prevents},
    )


def how_it_went(log: Log) -> tuple[Went, ...]:
    """By measure, how the steps of an episode went, sorted by id."""
    steps: dict[str, list[StepDone]] = {}
    for event in standing(log):
        if isinstance(event.payload, StepDone):
            steps.setdefault(event.payload.measure, []).append(event.payload)
    return tuple(_went(measure, done) for measure, done in sorted(steps.items()))


def _went(measure: str, steps: list[StepDone]) -> Went:
    changes = [s.after - s.before for s in steps if s.after is not None and s.before is not None]
    return Went(
        measure,
        sum(step.outcome == "done" for step in steps),
        sum(step.outcome == "worse" for step in steps),
        len(changes),
        sum(changes) / len(changes) if changes else None,
    )


def is_over(log: Log) -> bool:
    """Whether the person ended the episode and added nothing since but notes."""
    last = next((e for e in reversed(standing(log)) if e.kind not in ("note", "assessed")), None)
    return last is not None and last.payload == OVER
