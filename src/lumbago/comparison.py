"""Comparing heat, cold and rest for oneself: whether it may begin, and each session through the gate.

Everything is a pure function of a `Situation`: the knowledge, the plan as of now (made by `plan`, so
triage, age, refusals and everything that stands against a measure have been looked at), the person's
day and the log. A comparison is never begun, and no session of it, unless the plan would offer every
arm of it to this person at this moment. Standard library only.

    here = situation(knowledge, log, now)         # or Situation(knowledge, plan, day, log, now)
    offer(here)                                   # may it begin, with which arms
    begin(here, seed)                             # -> TrialBegun, to be kept
    due(here)                                     # what is next: a score, a session, a wait
    start(here, before)                           # -> Session, with its arm, to be kept
    score(here, pain)                             # -> SessionScored, to be kept
    result_of(knowledge.recovery, knowledge.care, log, now)   # the answer, for every surface
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from lumbago.answers import YES, Case
from lumbago.checkin import rises
from lumbago.episode import pain_series
from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.events import (
    CheckIn,
    Log,
    Session,
    SessionScored,
    Told,
    TrialBegun,
    TrialStopped,
    standing,
)
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning.day import Day, day_of
from lumbago.planning.eligibility import Objection
from lumbago.planning.plan import plan
from lumbago.planning.reconcile import WARMTH
from lumbago.planning.result import CarePlan
from lumbago.quantity import Interval
from lumbago.recovery.diary import SEVERITY
from lumbago.recovery.nof1.answer import Result, result_of
from lumbago.recovery.nof1.design import Design
from lumbago.recovery.nof1.refusal import No
from lumbago.recovery.nof1.sessions import (
    REST,
    TROUBLES,
    WORSE,
    Sitting,
    Trial,
    last_trial,
    thermal_steps,
    trials,
)
from lumbago.recovery.signs import RISE
from lumbago.wire import case_of

_SEED_BYTES: Final = 16
_ARMS_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a person stands: `plan` is as of `now`, `day` their waking hours, `log` the episode."""

    knowledge: Knowledge
    plan: CarePlan
    day: Day
    log: Log
    now: datetime

    @property
    def design(self) -> Design:
        """The numbers of the design."""
        return Design.of(self.knowledge.recovery)

    @property
    def trial(self) -> Trial | None:
        """The last comparison of the log."""
        return last_trial(self.log, self.design)

    @property
    def result(self) -> Result | None:
        """The last comparison with its answer as of now."""
        return result_of(self.knowledge.recovery, self.knowledge.care, self.log, self.now)


@dataclass(frozen=True, slots=True)
class Blocked:
    """An arm that cannot be offered now, and what stands against it (empty: not at this stage)."""

    arm: str
    status: str
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a comparison may begin now: with which arms and blocks, or why not.

    `blocked` are the arms that are left out, whether or not a comparison of the others is possible;
    `sessions` is how many sessions fit into the days that are left.
    """

    arms: tuple[str, ...]
    blocks: int
    sessions: int
    no: tuple[No, ...]
    blocked: tuple[Blocked, ...]

    @property
    def open(self) -> bool:
        """Whether it may begin."""
        return not self.no


@dataclass(frozen=True, slots=True)
class Due:
    """What comes next: `score` a session (`after` or `later`), `start` one, or neither and why.

    `at` is when: a score may be given from then (`until`: to then), a session begun from then.
    The arm of the next session is not said; `start` says it once pain before it is known.
    """

    what: Literal["score_after", "score_later", "start", "nothing"]
    at: datetime | None = None
    until: datetime | None = None
    sitting: Sitting | None = None
    no: tuple[No, ...] = ()


def situation(knowledge: Knowledge, log: Log, now: datetime, doses: Log = ()) -> Situation:
    """Where a person stands, out of their log; `doses` are what they took in any episode.

    Raises `InputError` for a day of the profile that cannot be read.
    """
    known = {event.id for event in log}
    whole = (*(event for event in doses if event.id not in known), *log)
    told = _last_told(log) or Case(at=now)
    made = plan(knowledge, told, whole, now=now)
    return Situation(knowledge, made, day_of(knowledge.care, told.profile.day, now), log, now)


def _last_told(log: Log) -> Case | None:
    """The case as it was last told whole, at the moment it was told."""
    told = [event for event in standing(log) if isinstance(event.payload, Told)]
    if not told:
        return None
    assert isinstance(told[-1].payload, Told), "they were picked"
    case = case_of(told[-1].payload.case)
    return replace(case, at=case.at or told[-1].happened_at)


# ------------------------------------------------------------------------------------- may it begin


def offer(here: Situation, wanted: Sequence[str] = ()) -> Offer:
    """Whether a comparison may begin now, of the `wanted` arms or of all that are free.

    Raises `InputError` for an arm that is not known, or fewer than two.
    """
    known = here.knowledge.recovery.arms
    _check_arms(wanted, tuple(known))
    asked = tuple(arm for arm in known if arm in wanted) or tuple(known)
    blocked = tuple(_blocked(here, asked))
    free = tuple(arm for arm in asked if arm not in {b.arm for b in blocked})
    sessions = sessions_possible(here, here.now, here.now + _days(here))
    arms = _that_fit(here, free, sessions, choose=not wanted)
    no = tuple(_refused(here, blocked, free, wanted, arms))
    blocks = min(here.design.blocks(len(arms)), sessions // len(arms)) if arms else 0
    return Offer(arms if not no else (), blocks if not no else 0, sessions, no, blocked)


def _check_arms(wanted: Sequence[str], known: Sequence[str]) -> None:
    problems = [
        Problem(f"'{arm}' cannot be compared.", "arms", did_you_mean(arm, known) or _one_of(known))
        for arm in wanted
        if arm not in known
    ]
    if wanted and not problems and len(set(wanted)) < _ARMS_LEAST:
        problems.append(Problem("One alone cannot be compared.", "arms", _one_of(known)))
    if problems:
        raise InputError(problems)


def _one_of(known: Sequence[str]) -> str:
    return f"Use two or more of: {', '.join(known)}."


def _days(here: Situation) -> timedelta:
    return timedelta(days=here.design.most_days)


def _that_fit(
    here: Situation, free: tuple[str, ...], sessions: int, *, choose: bool
) -> tuple[str, ...]:
    """The free arms, without rest where the days are too short for all of them."""
    least = here.design.least_blocks
    if len(free) * least <= sessions or not choose:
        return free
    active = tuple(arm for arm in free if arm != REST)
    return active if len(active) >= _ARMS_LEAST else free


def _refused(
    here: Situation,
    blocked: Sequence[Blocked],
    free: tuple[str, ...],
    wanted: Sequence[str],
    arms: tuple[str, ...],
) -> Iterator[No]:
    """Every reason against beginning, what matters most first."""
    unsafe = tuple(_unsafe(here))
    yield from unsafe
    if unsafe:
        return
    if unchecked(here.log):
        yield No("check_first")
        return
    trial, running = here.trial, _running(here)
    if running is not None:
        yield No("running")
    elif trial is not None and any(one.sittings for one in trials(here.log, here.design)):
        yield No("done_before")
    pain = _pain_now(here)
    if pain is None:
        yield No("pain_not_known")
    elif pain >= here.design.too_strong:
        yield No("too_strong")
    elif pain < here.design.too_weak:
        yield No("too_weak")
    if len(free) < _ARMS_LEAST or set(free) <= {REST} or (wanted and blocked):
        yield No("arm_blocked", about=tuple(one.arm for one in blocked))
    elif len(arms) * here.design.least_blocks > sessions_possible(
        here, here.now, here.now + _days(here)
    ):
        yield No("too_few")


def _unsafe(here: Situation) -> Iterator[No]:
    """What keeps anybody from beginning or going on: the advice is urgent, open, or to be seen soon."""
    triage = here.plan.assessment.triage
    if here.plan.refused is not None:
        yield No("no_plan", about=here.plan.refused.because)
    elif not triage.cleared:
        yield No("no_plan", about=("unsettled",))
    elif triage.verdict.as_told >= Disposition.SOON:
        yield No("needs_care_first")
    elif is_worse(here):
        yield No("worse")


def unchecked(log: Log) -> bool:
    """Whether a session made it worse and nobody looked for danger signs since."""
    worse = False
    for event in standing(log):
        match event.payload:
            case SessionScored(trouble=trouble):
                worse = worse or trouble == WORSE
            case Told():
                worse = False
            case CheckIn(answers=answers) if answers:
                worse = False
            case _:
                pass
    return worse


def is_worse(here: Situation) -> bool:
    """Whether pain rises: by the scores of check-ins and sessions together, or by what was told."""
    trial = here.trial
    sittings = trial.sittings if trial else ()
    points = sorted((*pain_series(here.log), *((s.at, s.before) for s in sittings)))
    points = [point for point in points if point[0] <= here.now]
    rise = here.plan.assessment.answers.get(RISE)
    return rises(here.knowledge, points) or (rise is not None and rise.possible == YES)


def _pain_now(here: Situation) -> int | None:
    """The last pain that was told, in tenths: the worst that it leaves possible."""
    answer = here.plan.assessment.answers.get(SEVERITY)
    if answer is None or not isinstance(answer.possible, Interval):
        return None
    return answer.possible.high


def _blocked(here: Situation, arms: Iterable[str]) -> Iterator[Blocked]:
    """The arms whose measure the plan does not offer to this person now."""
    option_of = {
        option.value: option
        for choice in here.plan.choices
        if choice.id == WARMTH
        for option in choice.options
    }
    aside = {standing.id: standing for standing in here.plan.aside}
    for id_ in arms:
        arm = here.knowledge.recovery.arms[id_]
        option = option_of.get(arm.choice)
        if not arm.measure:
            continue
        if option is None or option.status != "offered" or arm.measure not in option.measures:
            standing = aside.get(arm.measure)
            yield Blocked(
                id_,
                standing.status if standing else "not_now",
                standing.objections if standing else (),
            )


def sessions_possible(here: Situation, start: datetime, until: datetime) -> int:
    """How many sessions fit between two moments: awake, not at work, apart, so many a day."""
    return sum(1 for _ in _session_starts(here, start, until))


def _session_starts(here: Situation, start: datetime, until: datetime) -> Iterator[datetime]:
    design, at, day = here.design, start, here.day
    per_day: dict[object, int] = {}
    step = timedelta(minutes=15)
    while at + design.whole <= until:
        date = at.astimezone(day.zone).date()
        if per_day.get(date, 0) < design.sessions_per_day and fits_in_day(here, at):
            per_day[date] = per_day.get(date, 0) + 1
            yield at
            at += design.apart
        else:
            at += step


def fits_in_day(here: Situation, at: datetime) -> bool:
    """Whether a session and its last score lie in waking hours, and the session not in work."""
    first = int(at.timestamp() // 60)
    last = first + int(here.design.whole / timedelta(minutes=1))
    ends = first + int(here.design.session / timedelta(minutes=1))
    awake = any(low <= first and last <= high for low, high in here.day.awake(first, last))
    return awake and not any(True for _ in here.day.working((first, ends)))


def begin(here: Situation, dice: bytes, wanted: Sequence[str] = ()) -> TrialBegun | tuple[No, ...]:
    """A comparison with an order drawn from `dice` (16 random bytes), or why none may begin."""
    found = offer(here, wanted)
    if not found.open:
        return found.no
    return TrialBegun(dice[:_SEED_BYTES].hex(), found.arms, found.blocks)


# ----------------------------------------------------------------------------------------- sessions


def _running(here: Situation) -> Trial | None:
    """The comparison that is under way. A stop dated after now counts: a clock may be wrong."""
    result, trial = here.result, here.trial
    if result is None or trial is None or result.state != "running" or trial.stopped_at:
        return None
    return trial if trial.id == result.trial.id else None


def due(here: Situation) -> Due:
    """What comes next in the comparison that is under way, and when."""
    trial = _running(here)
    if trial is None:
        return Due("nothing", no=(No("none_running" if here.trial is None else "over"),))
    pending = trial.pending(here.now, here.design)
    if pending is not None:
        return _score_due(here, pending)
    no = tuple(_not_now(here, trial))
    if no:
        return Due("nothing", at=no[0].until, no=no)
    return Due("start", at=here.now)


def _score_due(here: Situation, sitting: Sitting) -> Due:
    design, started = here.design, sitting.at
    later_from = started + design.session + design.later_window[0]
    if sitting.after is None and here.now < later_from:
        return Due("score_after", started + design.session, later_from, sitting)
    return Due("score_later", started + design.whole, started + design.lapses, sitting)


def _not_now(here: Situation, trial: Trial) -> Iterator[No]:
    """Why no session may begin now; nobody learns from it which arm is next."""
    unsafe = tuple(_unsafe(here))
    yield from unsafe
    if unsafe:
        return
    if unchecked(here.log):
        yield No("check_first")
        return
    blocked = tuple(_blocked(here, trial.open_arms))
    if blocked:
        yield No("arm_blocked", about=tuple(one.arm for one in blocked))
        return
    design = here.design
    until = trial.began_at + timedelta(days=design.most_days)
    ready = _ready_at(here, trial)
    today = here.now.astimezone(here.day.zone).date()
    done = sum(s.at.astimezone(here.day.zone).date() == today for s in trial.sittings)
    if ready > here.now:
        yield No("wait", until=ready)
    elif done >= design.sessions_per_day:
        yield No("day_full", until=_next(here, here.now, until, done))
    elif not fits_in_day(here, here.now):
        yield No("night", until=_next(here, here.now, until, done))


def _ready_at(here: Situation, trial: Trial) -> datetime:
    """When what was done before is washed out: of sessions, and of heat or cold of the plan."""
    design = here.design
    ends = [sitting.at + design.session for sitting in trial.sittings]
    ends += [at for at, _ in thermal_steps(here.log, here.knowledge.care)]
    return max((end + design.washout for end in ends), default=here.now)


def _next(here: Situation, at: datetime, until: datetime, done: int) -> datetime | None:
    """The next moment that suits, in steps of a quarter of an hour."""
    today = at.astimezone(here.day.zone).date()
    full = done >= here.design.sessions_per_day
    while at <= until:
        at += timedelta(minutes=15)
        other_day = at.astimezone(here.day.zone).date() != today
        if (other_day or not full) and fits_in_day(here, at):
            return at
    return None


def start(here: Situation, before: int) -> Session | tuple[No, ...]:
    """The next session, with its arm, now that pain before it is known (tenths); or why not.

    The gate: the whole assessment as of now, everything that stands against any arm, pain, pauses.
    """
    trial = _running(here)
    if trial is None:
        return (No("none_running" if here.trial is None else "over"),)
    pending = trial.pending(here.now, here.design)
    if pending is not None:
        return (No("score_first", until=_score_due(here, pending).at),)
    no = list(_not_now(here, trial))
    if before >= here.design.too_strong:
        no.insert(0, No("too_strong"))
    elif not no and _jumped(here, trial, before):
        no.append(No("worse"))
    slot = trial.next_slot()
    if no or slot is None:
        return tuple(no) or (No("over"),)
    return Session(slot.arm, before, block=slot.block, trial=trial.id, number=slot.number)


def _jumped(here: Situation, trial: Trial, before: int) -> bool:
    """Whether the pain before this session is clearly above that of a day before."""
    points = [*pain_series(here.log), *((s.at, s.before) for s in trial.sittings)]
    return rises(here.knowledge, [*sorted(points), (here.now, before)])


def score(
    here: Situation, pain: int | None, at: datetime | None = None, trouble: str = ""
) -> SessionScored | tuple[No, ...]:
    """A score of the last session, right after it or half an hour later by when it is given.

    `pain` in tenths; it may be None where only `trouble` is told. Raises `InputError` for a trouble
    that is not known.
    """
    if trouble and trouble not in TROUBLES:
        hint = did_you_mean(trouble, TROUBLES) or f"Use one of: {', '.join(TROUBLES)}."
        raise InputError(Problem(f"'{trouble}' is not known here.", "trouble", hint))
    trial, when = here.trial, at or here.now
    if trial is None or not trial.sittings:
        return (No("none_running"),)
    last, design = trial.sittings[-1], here.design
    window = design.window(when - last.at)
    if pain is None:
        return SessionScored(last.id, trouble=trouble)
    if window == "running":
        return (No("still_on", until=last.at + design.session),)
    if window == "lapsed" or last.counts:
        return (No("too_late"),)
    if window == "after":
        return SessionScored(last.id, after=pain, trouble=trouble)
    return SessionScored(last.id, later=pain, trouble=trouble)


def stop(here: Situation, because: str = "") -> TrialStopped | tuple[No, ...]:
    """End the comparison, whatever the reason; what was scored stays."""
    trial = _running(here)
    if trial is None:
        return (No("none_running" if here.trial is None else "over"),)
    return TrialStopped(trial.id, because)
