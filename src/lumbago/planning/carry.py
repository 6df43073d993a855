"""The answers that stand while a log is read, each with the moment at which it was given.

Entries come in the order of the log. The clock decides nothing but when an answer expires, with one
exception: what was said of an earlier moment, or counts only later, never takes back a report.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

from lumbago.answers import NO, YES, Answer, Answers, Case, Given, Origin, Profile, Values
from lumbago.errors import InputError, Problem
from lumbago.events import CheckIn, Event, Log, Taken
from lumbago.expr import And, AtLeast, Expr, Not, Or, Yes
from lumbago.fields import given_of
from lumbago.intake import Desk, value_of, values_of
from lumbago.knowledge.model import DoseAnswer, Finding, Knowledge
from lumbago.planning.names import parts_of
from lumbago.quantity import Interval, from_base
from lumbago.recovery.diary import SEVERITY
from lumbago.triage.scalar import DOUBT

_MINUTE: Final = timedelta(minutes=1)
_DENIALS: Final = ("no", False)

Dropped = Literal["expired", "later_than_now", "before_a_report", "voided", "unknown"]
"""Why an answer does not count: too old, dated after now, or before a report that it would take back;
a denial that was worth nothing when it was given; a name that this knowledge does not have."""


@dataclass(frozen=True, slots=True)
class Dose:
    """When something was taken, and the groups that are in it; None where nobody knows."""

    at: datetime
    groups: frozenset[str] | None


@lru_cache(maxsize=4)
def desk_of(knowledge: Knowledge) -> Desk:
    """The desk of a knowledge base, prepared once."""
    return Desk(knowledge)


def doses_of(knowledge: Knowledge, entries: Log) -> tuple[Dose, ...]:
    """What was taken, by the groups of the parts of each name, in the order of time."""
    found = []
    for event in entries:
        if isinstance(event.payload, Taken):
            parts = parts_of(knowledge, event.payload.ingredient)
            groups = None if parts is None else frozenset(part.group for part in parts)
            found.append(Dose(event.happened_at, groups))
    return tuple(sorted(found, key=_time))


def _time(dose: Dose) -> datetime:
    return dose.at


class Carry:
    """What stands as of `at`, entry by entry.

    `doses` are of the whole log, since they hide signs, in the order of time.
    """

    def __init__(self, knowledge: Knowledge, doses: tuple[Dose, ...], at: datetime) -> None:
        self.knowledge = knowledge
        self.desk = desk_of(knowledge)
        self.doses = doses
        self.at = at
        self.given: dict[str, Given] = {}
        self.dropped: dict[str, Dropped] = {}
        self.profile = Profile()
        self.id: str | None = None
        self.told_at: datetime | None = None
        self.problems: tuple[Problem, ...] = ()
        self._until: datetime | None = None

    def having_read(self, other: Carry) -> Carry | None:
        """This one, as if it had read what `other` read; None if it would read some of it otherwise.

        Nothing but a denial is read by the clock and by the doses, and only by those before it: what
        has come since leaves it as it was.
        """
        until = other._until
        if self.knowledge is not other.knowledge:
            return None
        if until is not None and until > min(self.at, other.at):
            return None
        if until is not None and self._doses_before(until) != other._doses_before(until):
            return None
        carry = Carry(self.knowledge, self.doses, self.at)
        carry.given, carry.dropped = dict(other.given), dict(other.dropped)
        carry.profile, carry.id, carry.told_at = other.profile, other.id, other.told_at
        carry.problems, carry._until = other.problems, until
        return carry

    def _doses_before(self, moment: datetime) -> tuple[Dose, ...]:
        return self.doses[: bisect_left(self.doses, moment, key=_time)]

    # -------------------------------------------------------------------------------- what was said

    def told(self, case: Case, happened_at: datetime, *, logged: bool = False) -> None:
        """A case told whole: its answers, and what its own words said at that time.

        It replaces all that was said before, but for a report that is dated after it. What this
        knowledge does not know raises `InputError`, but is left out of a case that was `logged`.
        """
        self.dropped = {}
        if logged:
            case = self._known(case)
        at = case.at or happened_at
        later = {
            id_: one
            for id_, one in self.given.items()
            if self.is_report(id_, one) and moment_of(one) > max(at, happened_at)
        }
        self.id, self.told_at, self.profile = case.id, at, case.profile
        read = {id_: self._as_told(id_, one, at) for id_, one in case.given.items()}
        intake = self.desk.intake(replace(case, at=at, given=read))
        self.given, self.problems = {}, intake.problems
        self.dropped |= dict.fromkeys(intake.voided, "voided")
        gone = case.given.keys() - intake.answers.keys() - self.dropped.keys()
        self.dropped |= dict.fromkeys(gone, "expired")
        for id_, answer in intake.answers.items():
            finding = self.knowledge.findings[id_]
            if answer.origin.kind == "profile" or not _worth_carrying(finding, answer):
                continue
            source = case.given[id_].origin if id_ in case.given else answer.origin
            when = source.given_at or at
            if self._hidden(id_, when, intake.answers):
                self.dropped[id_] = "voided"
                continue
            origin = replace(answer.origin, span=None, given_at=when)
            self.given[id_] = Given(value_of(finding, answer.possible), origin)
        for id_, one in later.items():
            if id_ not in self.given or not self.is_report(id_, self.given[id_]):
                self.given[id_] = one

    def _as_told(self, id_: str, given: Given, at: datetime) -> Given:
        """An answer as the desk reads it: a report has no age, and nothing is dated after the case."""
        when = given.origin.given_at
        if when is None or (when <= at and not self._reports(id_, given)):
            return given
        return replace(given, origin=replace(given.origin, given_at=at))

    def _reports(self, id_: str, given: Given) -> bool:
        finding = self.knowledge.findings.get(id_)
        return finding is not None and readable(finding, given) and self.is_report(id_, given)

    def _known(self, case: Case) -> Case:
        """A case of the log without what this knowledge does not know, which is noted."""
        given = {id_: one for id_, one in case.given.items() if self._readable(id_, one)}
        profile = replace(
            case.profile,
            conditions=tuple(filter(self._name, case.profile.conditions)),
            medicines=tuple(filter(self._name, case.profile.medicines)),
            allergies=tuple(filter(self._name, case.profile.allergies)),
        )
        return replace(case, given=given, profile=profile)

    def _name(self, name: str) -> bool:
        try:
            self.desk.profile(Profile(conditions=(name,)))
        except InputError:
            self.dropped[name] = "unknown"
            return False
        return True

    def _readable(self, id_: str, given: Given) -> bool:
        finding = self.knowledge.findings.get(id_)
        if finding is None or not readable(finding, given):
            self.dropped[id_] = "unknown"
            return False
        return True

    def checked_in(self, event: Event, payload: CheckIn) -> None:
        """The answers of a check-in; each replaces the one given before, if it counts at all."""
        said = self._said(event, payload)
        together = {id_: Answer(self.possible(id_, given)) for id_, given in said.items()}
        for id_, given in said.items():
            why = self._why_not(id_, given, together)
            if why:
                self.dropped[id_] = why
            else:
                self.dropped.pop(id_, None)
                self.given[id_] = self._not_taken_back(id_, given)

    def _said(self, event: Event, payload: CheckIn) -> dict[str, Given]:
        """The answers that can be read; of two pain scores of one check-in the higher."""
        said: dict[str, Given] = {}
        for id_, value in payload.answers.items():
            given = given_of(value, f"answers.{id_}")
            if self._readable(id_, given):
                origin = given.origin
                when = origin.given_at or event.happened_at
                said[id_] = Given(given.value, Origin(origin.kind, origin.detail, None, when))
        if payload.pain is not None and SEVERITY in self.knowledge.findings:
            answered = self.possible(SEVERITY, said[SEVERITY]) if SEVERITY in said else None
            if not isinstance(answered, Interval) or answered.high < payload.pain:
                origin = Origin("tap", given_at=event.happened_at)
                said[SEVERITY] = Given(from_base(payload.pain, "score"), origin)
        return said

    def _why_not(self, id_: str, given: Given, answers: Answers) -> Dropped | None:
        """Why an answer leaves what stood before as it was; None where it replaces it."""
        if self.possible(id_, given) != NO:
            return None
        when = moment_of(given)
        if self._hidden(id_, when, answers):
            return "voided"
        before = self.given.get(id_)
        if before is None or not self.is_report(id_, before):
            return None
        if when > self.at:
            return "later_than_now"
        return "before_a_report" if when < moment_of(before) else None

    def _hidden(self, id_: str, when: datetime, said: Answers) -> bool:
        """Whether a denial was worth nothing when it was given, as "no fever" under a tablet.

        What hides the sign may have been told before, or logged; what excuses it is said with it.
        """
        self._until = when if self._until is None else max(self._until, when)
        condition = self.knowledge.findings[id_].void_denial_if
        if condition is None or said[id_].possible != NO:
            return False
        hides, _ = _parts(condition)
        before = {
            f: one
            for f, one in self.given.items()
            if f in hides and not self.outlived(f, moment_of(one), when)
        }
        found = before | self._taken(when, also_later=False)
        answers = {f: Answer(self.possible(f, one)) for f, one in found.items()}
        return self.desk.rules.holds(condition, {**said, **answers}, DOUBT)

    def _not_taken_back(self, id_: str, given: Given) -> Given:
        """A "no" to a statement about several signs has an earlier report of one asked again.

        It stays a report of its moment.
        """
        row = _rows(self.knowledge).get(id_)
        before = self.given.get(id_)
        if row is None or before is None or given.origin.kind != "list":
            return given
        if self.possible(id_, given) != NO or not self.is_report(id_, before):
            return given
        detail = f"{given.origin.detail.partition(':')[0]}:{row}"
        return Given("unsure", replace(given.origin, detail=detail, given_at=moment_of(before)))

    def possible(self, id_: str, given: Given) -> Values:
        """The values that an answer leaves possible."""
        return values_of(self.knowledge.findings[id_], given.value)

    def is_report(self, id_: str, given: Given) -> bool:
        """Whether an answer reports or doubts an alarming sign; such an answer does not expire."""
        alarming = self.knowledge.findings[id_].polarity == "alarming"
        return alarming and self.possible(id_, given) != NO

    def outlived(self, id_: str, when: datetime, at: datetime) -> bool:
        """Whether an answer given at one moment has outlived its finding's lifetime at another."""
        hours = self.knowledge.lifetimes[self.knowledge.findings[id_].lifetime].hours
        return hours is not None and at - when > timedelta(hours=hours)

    # ------------------------------------------------------------------------------------- as of now

    def standing(self) -> tuple[dict[str, Given], dict[str, datetime]]:
        """What counts as of `at`, and when each report that stands was made."""
        given: dict[str, Given] = {}
        reported: dict[str, datetime] = {}
        for id_, one in self.given.items():
            if self.is_report(id_, one):
                reported[id_] = moment_of(one)
            now = self._now(id_, one)
            if now is not None:
                given[id_] = now
        hiding = self._taken(self.at, also_later=True)
        return {**given, **self._still_meant(given, hiding), **hiding}, reported

    def _now(self, id_: str, given: Given) -> Given | None:
        """An answer as it counts now; None if it does not."""
        finding, when, at = self.knowledge.findings[id_], moment_of(given), self.at
        here = replace(given, origin=replace(given.origin, given_at=min(when, at)))
        if finding.clock and when < at:
            here = _grown(finding, given, at - when, at)
        if self.is_report(id_, given):
            stale = self.outlived(id_, when, at)
            return replace(here, origin=replace(here.origin, given_at=at)) if stale else here
        if finding.clock or self.knowledge.lifetimes[finding.lifetime].hours is None:
            return here
        if when > at:
            self.dropped[id_] = "later_than_now"
            return None
        if self.outlived(id_, when, at):
            self.dropped[id_] = "expired"
            return None
        return here

    def _taken(self, at: datetime, *, also_later: bool) -> dict[str, Given]:
        """What the doses before a moment answer; those dated later may have been taken before it.

        A tablet of the same moment hides nothing yet.
        """
        found: dict[str, Given] = {}
        for asked in _dose_answers(self.knowledge):
            recent = self._recent(asked, at, also_later=also_later)
            values = {_says(asked, dose) for dose in recent} - {""}
            if values:
                value = "yes" if "yes" in values else "unsure"
                found[asked.finding] = Given(value, Origin("derived", "doses", given_at=at))
        return found

    def _recent(self, asked: DoseAnswer, at: datetime, *, also_later: bool) -> list[Dose]:
        start = bisect_right(self.doses, at - timedelta(hours=asked.hours), key=_time)
        end = len(self.doses) if also_later else bisect_left(self.doses, at, key=_time)
        return list(self.doses[start:end])

    def _still_meant(
        self, given: Mapping[str, Given], hiding: Mapping[str, Given]
    ) -> dict[str, Given]:
        """What excuses a denial that was given before the doses that would hide the sign now.

        Only a denial that was worth something when it was given is carried, so whatever was taken
        since was taken after it. Not where somebody says that they took something, nor where a dose
        is dated after now: nobody knows whether that was before. What was answered since stands.
        """
        found: dict[str, Given] = {}
        taken = [d.at for asked in _dose_answers(self.knowledge) for d in self._hiding(asked)]
        if not taken or max(taken) > self.at:
            return found
        for id_, one in given.items():
            condition = self.knowledge.findings[id_].void_denial_if
            if condition is None or self.possible(id_, one) != NO:
                continue
            hides, excuses = _parts(condition)
            said = [given[f] for f in hides if f in given]
            if not hides & hiding.keys() or any(other.value not in _DENIALS for other in said):
                continue
            since = {f for f in excuses & given.keys() if moment_of(given[f]) > min(taken)}
            origin = Origin("derived", "doses", given_at=moment_of(one))
            found |= {f: Given("yes", origin) for f in sorted(excuses - since)}
        return found

    def _hiding(self, asked: DoseAnswer) -> list[Dose]:
        """The doses that may hide a sign now."""
        return [d for d in self._recent(asked, self.at, also_later=True) if _says(asked, d)]


def moment_of(given: Given) -> datetime:
    """When an answer that is carried was given."""
    assert given.origin.given_at is not None
    return given.origin.given_at


def readable(finding: Finding, given: Given) -> bool:
    """Whether an answer is one to the finding."""
    try:
        values_of(finding, given.value)
    except InputError:
        return False
    return True


def _grown(finding: Finding, given: Given, by: timedelta, at: datetime) -> Given:
    """A duration that went on since it was given."""
    possible = values_of(finding, given.value)
    assert isinstance(possible, Interval)
    low, high = (min(end + by // _MINUTE, finding.high) for end in (possible.low, possible.high))
    value = value_of(finding, Interval(low, high))
    return Given(value, replace(given.origin, given_at=at))


def _worth_carrying(finding: Finding, answer: Answer) -> bool:
    """What follows from other answers follows again, unless from a number that will expire."""
    if answer.origin.kind != "derived":
        return True
    follows = answer.origin.detail == "implied_by"
    return follows and finding.polarity == "alarming" and answer.possible == YES


@lru_cache(maxsize=4)
def _rows(knowledge: Knowledge) -> dict[str, str]:
    """Finding to the statement of a check-in that covers it together with others."""
    return {
        finding: item.id
        for one in knowledge.check_in
        for item in one.items
        if len(item.findings) > 1
        for finding in item.findings
    }


@lru_cache(maxsize=4)
def _dose_answers(knowledge: Knowledge) -> tuple[DoseAnswer, ...]:
    return tuple(dose for one in knowledge.check_in for dose in one.doses)


def _says(asked: DoseAnswer, dose: Dose) -> str:
    """Yes for a medicine of the groups, not sure for one that is not known, else nothing."""
    if dose.groups is None:
        return "unsure"
    return "" if dose.groups.isdisjoint(asked.groups) else "yes"


def _parts(condition: Expr) -> tuple[set[str], set[str]]:
    """The findings that make a denial void, and those that excuse it."""
    match condition:
        case Yes(finding=finding):
            return {finding}, set()
        case Not(part=Yes(finding=finding)):
            return set(), {finding}
        case And(parts=parts) | Or(parts=parts) | AtLeast(parts=parts):
            return _both(parts)
        case _:
            return set(), set()


def _both(parts: Iterable[Expr]) -> tuple[set[str], set[str]]:
    hides, excuses = set[str](), set[str]()
    for part in parts:
        more, less = _parts(part)
        hides |= more
        excuses |= less
    return hides, excuses
