"""One person's visit: the case so far, the way back, and the settings. Pure steps from one to the next.

Every change makes a new `Visit` with the next `revision`, so that a form filled in elsewhere (a second
tab, an old page) is recognised and never answers a question that is no longer there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from lumbago.answers import Case, Given, Origin
from lumbago.assess import assess
from lumbago.events import Log
from lumbago.interview import Screen, Stop, next_screen, reply
from lumbago.interview.steps import WHO
from lumbago.knowledge.model import Knowledge
from lumbago.planning.present import Memory
from lumbago.quantity import Interval, from_base

TextSize = Literal["normal", "large", "largest"]
TEXT_SIZES: Final[tuple[TextSize, ...]] = ("normal", "large", "largest")

WAY_BACK: Final = 60
"""So many steps can be taken back."""

TEXT_LIMIT: Final = 4000
"""Own words longer than this are refused, not cut."""


_WORDS: Final = ("own-words", "again-words")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person chose for themselves. `country` is "" until it is chosen or guessed."""

    country: str = ""
    text_size: TextSize = "normal"


@dataclass(frozen=True, slots=True)
class Stuck:
    """The stuck mode: since when, how long on the floor before that, and the answers by question."""

    since: datetime
    minutes_before: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """A note to ask for an appointment: kept here, sent nowhere."""

    name: str = ""
    phone: str = ""
    clinic: str = ""
    email: str = ""
    day: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """A running or paused timer of one step, as moments: a closed tab loses nothing.

    `ends` is None while it is paused; `left` is then how many seconds are left.
    """

    measure: str
    minutes: int
    ends: datetime | None
    left: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """What erasing a person proved: entries that went, words looked for, files searched, words found."""

    events: int
    words: int
    files: int
    found: int


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything that is kept of one person. `words` are own words that are no longer read again.

    `log` is what was told, done, taken and felt since; `untold` says that the case was changed since
    it was last put there, so that no plan may be made from what the log says. `left`: the person left
    quickly, and nothing of theirs is shown until they are back.
    """

    case: Case = field(default_factory=Case)
    before: tuple[Case, ...] = ()
    settings: Settings = field(default_factory=Settings)
    revision: int = 0
    started: bool = False
    words: str = ""
    words_at: datetime | None = None
    expired: int = 0
    stuck: Stuck | None = None
    note: Note | None = None
    log: Log = ()
    untold: bool = True
    timer: Timer | None = None
    left: bool = False
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @property
    def empty(self) -> bool:
        """Whether nothing was said yet."""
        return not self.case.given and not self.case.text and not self.words


def _step(visit: Visit, case: Case) -> Visit:
    before = (*visit.before, visit.case)[-WAY_BACK:]
    revision = visit.revision + 1
    return replace(visit, case=case, before=before, revision=revision, expired=0, untold=True)


def begin(visit: Visit, text: str, places: tuple[str, ...], now: datetime) -> Visit:
    """A new interview from own words and the places that were marked; what was said before goes."""
    at = now
    given = {place: Given("yes", Origin("tap", given_at=now)) for place in places}
    case = Case(at=at, text=text, given=given)
    fresh_start = replace(visit, case=case, before=(), started=True, words=text, words_at=at)
    revision = visit.revision + 1
    return replace(fresh_start, revision=revision, expired=0, note=None, untold=True)


def current(knowledge: Knowledge, visit: Visit) -> Screen | Stop:
    """The screen to show now. The first danger screen comes before age and sex are asked.

    Raises `InputError` if the case cannot be read.
    """
    first = knowledge.screens[0]
    if any(f not in visit.case.given for item in first.items for f in item.findings):
        screen = next_screen(knowledge, visit.case, WHO)
        if isinstance(screen, Screen) and screen.id in (first.id, *_WORDS):
            return screen
    return next_screen(knowledge, visit.case)


def answered(
    knowledge: Knowledge, visit: Visit, screen: Screen, chosen: Mapping[str, object], now: datetime
) -> Visit:
    """The visit after a screen, every new answer stamped with the moment."""
    case = reply(knowledge, visit.case, screen, chosen)
    stamped = {
        finding: given if visit.case.given.get(finding) == given else _stamped(given, now)
        for finding, given in case.given.items()
    }
    return _step(visit, replace(case, given=stamped))


def _stamped(given: Given, now: datetime) -> Given:
    return replace(given, origin=replace(given.origin, given_at=now))


def back(visit: Visit) -> Visit:
    """One step back; at the beginning nothing changes."""
    if not visit.before:
        return visit
    *rest, case = visit.before
    case = replace(case, at=visit.case.at)
    before, revision = tuple(rest), visit.revision + 1
    return replace(visit, case=case, before=before, revision=revision, untold=True)


def changed(visit: Visit, finding: str) -> Visit:
    """The visit without one answer, so that it is asked again; unchanged if there is none."""
    if finding not in visit.case.given:
        return visit
    given = {f: g for f, g in visit.case.given.items() if f != finding}
    return _step(visit, replace(visit.case, given=given))


def again(knowledge: Knowledge, visit: Visit) -> Visit:
    """The visit with every danger answer taken back, for "something changed"."""
    short = {life.id for life in knowledge.lifetimes.values() if life.hours is not None}
    given = {
        f: g for f, g in visit.case.given.items() if knowledge.findings[f].lifetime not in short
    }
    return _step(visit, replace(visit.case, given=given))


def fresh(knowledge: Knowledge, visit: Visit, now: datetime) -> Visit:
    """The visit as of now: what has outlived its time, or lies in the future, is not an answer.

    Own words are read as of the moment they were said. When danger answers of that moment would no
    longer count, what they reported is kept as answers of that moment, and they are not read again.
    """
    shortest = min(life.hours for life in knowledge.lifetimes.values() if life.hours is not None)
    old = visit.words_at is not None and now - visit.words_at > timedelta(hours=shortest)
    if old and visit.case.text:
        visit = _words_as_answers(knowledge, visit)
    kept = {f: g for f, g in visit.case.given.items() if _alive(knowledge, f, g, now)}
    gone = len(visit.case.given) - len(kept)
    at = visit.words_at if visit.case.text and visit.words_at else now
    latest = max((g.origin.given_at for g in kept.values() if g.origin.given_at), default=at)
    case = replace(visit.case, at=max(at, latest), given=kept)
    if not gone:
        return replace(visit, case=case)
    return replace(
        visit, case=case, before=(), revision=visit.revision + 1, expired=visit.expired + gone
    )


def _alive(knowledge: Knowledge, finding: str, given: Given, now: datetime) -> bool:
    said = given.origin.given_at
    if said is None:
        return True
    hours = knowledge.lifetimes[knowledge.findings[finding].lifetime].hours
    return said <= now and (hours is None or now - said <= timedelta(hours=hours))


def _words_as_answers(knowledge: Knowledge, visit: Visit) -> Visit:
    given = dict(visit.case.given)
    for id_, answer in assess(knowledge, visit.case).answers.items():
        if answer.origin.kind == "text" and id_ not in given:
            origin = Origin("text", given_at=visit.words_at)
            finding = knowledge.findings[id_]
            possible = answer.possible
            value: object
            if isinstance(possible, Interval):
                assert finding.unit is not None
                ends = (from_base(end, finding.unit) for end in (possible.low, possible.high))
                value = dict(zip(("from", "to"), ends, strict=True))
            else:
                value = next(iter(possible)) if len(possible) == 1 else "unsure"
            given[id_] = Given(value, origin)
    return replace(visit, case=replace(visit.case, text="", given=given))


def count_until(knowledge: Knowledge, visit: Visit) -> datetime | None:
    """The moment at which the first danger answer stops counting; None if there is none."""
    ends = []
    for finding, given in visit.case.given.items():
        hours = knowledge.lifetimes[knowledge.findings[finding].lifetime].hours
        if hours is not None and given.origin.given_at is not None:
            ends.append(given.origin.given_at + timedelta(hours=hours))
    return min(ends, default=None)


def stuck_reports(knowledge: Knowledge, visit: Visit, now: datetime) -> Visit:
    """The visit with what the stuck mode heard: a yes or a doubt opens its findings, a no none."""
    assert visit.stuck is not None
    given = dict(visit.case.given)
    for question in knowledge.stuck:
        if visit.stuck.answers.get(question.id) in ("yes", "unsure"):
            origin = Origin("list", f"stuck-1:{question.id}", given_at=now)
            given |= {
                f: Given("unsure", origin)
                for f in question.findings
                if f not in given or given[f].value == "no"
            }
    return _step(visit, replace(visit.case, given=given))
