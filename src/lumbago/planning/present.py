"""The case as of now: the one reading of a log that the plan, the check-in and the course share.

Every answer keeps the moment at which it was given, so that denials expire; durations go on running.
A report of an alarming sign stands until that very question is answered otherwise: it does not expire,
a "no" to a statement about several signs has it asked again, and a "no" of an earlier moment does not
take it back. What is dated after now (a clock that went back) cannot reassure. A case told again
replaces what was told. What was taken and what the diary shows become findings of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lumbago.answers import Answer, Answers, Case, Given, Origin, Profile
from lumbago.case_files import case_of
from lumbago.errors import Problem
from lumbago.events import CheckIn, Event, Log, Told, standing
from lumbago.intake import values_of
from lumbago.knowledge.model import Knowledge
from lumbago.planning.carry import Carry, Dropped, doses_of
from lumbago.planning.history import History, history
from lumbago.planning.medicines import DAY, limit, minute_of, overdosed
from lumbago.planning.names import parts_of
from lumbago.quantity import Interval, from_base
from lumbago.recovery.diary import DURATION, SEVERITY, Score, diary_from, onset_of, scores_of
from lumbago.recovery.signs import findings_of, with_signs

OVERDOSE: Final = "self_harm_or_overdose"
SUMMED: Final = ("nsaid", "paracetamol")
"""Groups of medicines whose milligrams of a day are a finding."""
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CurrentCase:
    """The case of an episode as of a moment, ready for `assess`.

    `dropped` says of answers that were given why they do not count now. `reported` is when each
    alarming report that stands was made. `told_at` is when the case was last told whole. `problems`
    are what did not fit together when it was told.
    """

    case: Case
    told_at: datetime | None
    dropped: Mapping[str, Dropped]
    reported: Mapping[str, datetime]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Begun:
    """What stood after the first entries of a log; `told` was handed in at the `place` among them."""

    entries: Log
    told: Case | None
    place: int | None
    carry: Carry


class Memory:
    """How far the log of one person was read before, so that only what was added is read.

    It changes no result. It holds what the person said: keep it no longer than that.
    """

    def __init__(self) -> None:
        self._begun: dict[bool, _Begun] = {}

    def resume(
        self, fresh: Carry, entries: Log, told: Case | None, place: int | None
    ) -> tuple[Carry, int]:
        """What stood after so many of these entries, as `fresh` would have it; or `fresh` itself."""
        begun = self._begun.get(told is None)
        if begun is None or (told, place) != (begun.told, begun.place):
            return fresh, 0
        if told is not None and told.at is None:  # it was told at the moment that was now then
            return fresh, 0
        number = len(begun.entries)
        if entries[:number] != begun.entries or (place is not None and place >= number):
            return fresh, 0
        carry = fresh.having_read(begun.carry)
        return (fresh, 0) if carry is None else (carry, number)

    def keep(self, carry: Carry, entries: Log, told: Case | None, place: int | None) -> None:
        """Remember what stands after all of these entries."""
        copy = carry.having_read(carry)
        if copy is not None:  # None: some of it is dated after now
            self._begun[told is None] = _Begun(entries, told, place, copy)


def current_case(
    knowledge: Knowledge,
    log: Log,
    at: datetime,
    doses: Log = (),
    *,
    told: Case | None = None,
    memory: Memory | None = None,
) -> CurrentCase:
    """The case of an episode as of `at`: a pure function of the log in its order and the moment.

    `doses` are what the person took, in any episode. `told` is a case that is handed in beside the
    log: the last one told there, or else one told at its own moment. `memory` only saves time. Raises
    `InputError` if `told` cannot be read; what this knowledge does not know of the log is left out
    and named.
    """
    known = {event.id for event in log}
    whole = (*(event for event in doses if event.id not in known), *log)
    entries = standing(log)
    place = None if told is None else _place(entries, told, at)
    carry = Carry(knowledge, doses_of(knowledge, standing(whole)), at)
    memory = memory or Memory()
    carry, start = memory.resume(carry, entries, told, place)
    for number, event in enumerate(entries[start:], start):
        if told is not None and number == place:
            carry.told(told, told.at or at)
            if _is(event, told):
                continue
        _read(carry, event)
    memory.keep(carry, entries, told, place)
    if told is not None and place == len(entries):
        carry.told(told, told.at or at)
    given, reported = carry.standing()
    given |= _from_log(knowledge, history(knowledge, whole, at), carry.profile, given, at)
    case = Case(id=carry.id, at=at, given=given, profile=carry.profile)
    found = CurrentCase(case, carry.told_at, carry.dropped, reported, carry.problems)
    return _with_diary(knowledge, found, (*_score(knowledge, told, at), *scores_of(log)))


def _read(carry: Carry, event: Event) -> None:
    if isinstance(event.payload, Told):
        carry.told(case_of(event.payload.case), event.happened_at, logged=True)
    elif isinstance(event.payload, CheckIn):
        carry.checked_in(event, event.payload)


def _place(entries: Log, told: Case, at: datetime) -> int:
    """Where a case handed in beside the log stands: where it was told, or by its moment.

    By its moment before the first entry that is dated after it, so that no later word is lost.
    """
    tellings = [number for number, event in enumerate(entries) if isinstance(event.payload, Told)]
    if tellings and _is(entries[tellings[-1]], told):
        return tellings[-1]
    moment = told.at or at
    later = (number for number, event in enumerate(entries) if event.happened_at > moment)
    return next(later, len(entries))


def _is(event: Event, told: Case) -> bool:
    """Whether an entry tells this very case; who they are may have been filled in since."""
    if not isinstance(event.payload, Told):
        return False
    return replace(case_of(event.payload.case), profile=Profile()) == replace(
        told, profile=Profile()
    )


# -------------------------------------------------------------------------------- what was taken


def _from_log(
    knowledge: Knowledge, past: History, profile: Profile, given: Mapping[str, Given], at: datetime
) -> dict[str, Given]:
    """What the log itself answers: too much of something, what is in use, and the sums of a day."""
    country = past.choice("country") or profile.country
    origin = Origin("derived", "log", given_at=at)
    found: dict[str, Given] = {}
    if overdosed(knowledge.care, country, past.takings, minute_of(at)):
        found[OVERDOSE] = Given("yes", origin)
    for group, milligrams in _sums(knowledge, past, at):
        finding = knowledge.findings[f"{group}_mg_last_24h"]
        taken = min(milligrams, finding.high)
        said = values_of(finding, given[finding.id].value) if finding.id in given else None
        if not isinstance(said, Interval) or said.low < taken:
            found[finding.id] = Given(from_base(taken, "milligrams"), origin)
    in_use = Origin("derived", "medicines", given_at=at)
    return found | {id_: Given("yes", in_use) for id_ in _in_use(knowledge, past, profile, at)}


def _sums(knowledge: Knowledge, past: History, at: datetime) -> Iterator[tuple[str, int]]:
    """The milligrams of the last day by group, where the log is said to be whole."""
    if not past.complete(limit(knowledge.care, "danger_answers_hours"), at):
        return
    for group in SUMMED:
        if f"{group}_mg_last_24h" in knowledge.findings:
            yield group, past.sum_of(knowledge.care, group, minute_of(at) - DAY)


def _in_use(knowledge: Knowledge, past: History, profile: Profile, at: datetime) -> frozenset[str]:
    """Another medicine of a group in use, by the profile, or logged and not one of the plan."""
    parts = (part for name in profile.medicines for part in parts_of(knowledge, name) or ())
    groups = {part.group for part in parts}
    groups |= {
        taking.group
        for taking in past.takings
        if taking.ingredient not in knowledge.care.medicines and taking.minute > minute_of(at) - DAY
    }
    return frozenset({f"other_{group}_in_use" for group in groups} & knowledge.findings.keys())


# ---------------------------------------------------------------------------------- the diary


def _with_diary(knowledge: Knowledge, current: CurrentCase, scores: Iterable[Score]) -> CurrentCase:
    """The current case with what the pain scores of the episode say, as derived answers.

    An answer to one of these signs that has outlived itself gives way to the diary.
    """
    case = current.case
    assert case.at is not None
    diary = diary_from(scores, onset_of(_duration(knowledge, case), case.at), case.at)
    old = {
        sign
        for sign in findings_of(knowledge, diary)
        if sign in current.reported and _outlived(knowledge, sign, case.at - current.reported[sign])
    }
    given = {finding: one for finding, one in case.given.items() if finding not in old}
    reported = {finding: at for finding, at in current.reported.items() if finding not in old}
    case = with_signs(knowledge, replace(case, given=given), diary)
    return replace(current, case=case, reported=reported)


def _duration(knowledge: Knowledge, case: Case) -> dict[str, Answer]:
    if DURATION not in case.given:
        return {}
    return {DURATION: Answer(values_of(knowledge.findings[DURATION], case.given[DURATION].value))}


def _outlived(knowledge: Knowledge, finding: str, age: timedelta) -> bool:
    hours = knowledge.lifetimes[knowledge.findings[finding].lifetime].hours
    return hours is not None and age > timedelta(hours=hours)


def _score(knowledge: Knowledge, told: Case | None, at: datetime) -> Iterator[Score]:
    """The pain of a case that is handed in beside the log, where it is one number."""
    if told is None or SEVERITY not in told.given or SEVERITY not in knowledge.findings:
        return
    pain = values_of(knowledge.findings[SEVERITY], told.given[SEVERITY].value)
    if isinstance(pain, Interval) and pain.exact:
        yield Score(told.at or at, pain.low)


# ------------------------------------------------------------------------------------- read off


def given_times(case: Case) -> dict[str, datetime]:
    """When each answer of a present case was given."""
    return {
        id_: given.origin.given_at
        for id_, given in case.given.items()
        if given.origin.given_at is not None
    }


def onset(answers: Answers, now: datetime) -> tuple[datetime, datetime] | None:
    """The earliest and latest moment at which the pain can have begun; None if nobody knows."""
    duration = answers.get(DURATION)
    if duration is None or not isinstance(duration.possible, Interval):
        return None
    return now - duration.possible.high * _MINUTE, now - duration.possible.low * _MINUTE
