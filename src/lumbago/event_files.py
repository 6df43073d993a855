"""Events as JSON, both ways, and logs with one of them a line.

Everything is checked as it is read: an unknown kind, key, unit or id is an error that names the nearest
known one. Standard library only.

As JSON: `{"lumbago": 1, "id": …, "kind": …, "happened_at": …, "recorded_at": …, "zone": …,
"payload": {…}}`, and `knowledge` and `supersedes` where they are known; a payload has the names
below, without what was not said. A score is a number 0-10, a dose a whole number of milligrams.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Final, get_args
from zoneinfo import available_timezones

from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.events import (
    KINDS,
    Assessed,
    CheckIn,
    Chosen,
    Erased,
    Event,
    Log,
    Note,
    Outcome,
    Payload,
    Session,
    SessionScored,
    StepDone,
    Taken,
    Told,
    TrialBegun,
    TrialStopped,
)
from lumbago.fields import (
    LINE_LIMIT,
    TEXT_LIMIT,
    VERSION,
    collect,
    given_of,
    loads,
    moment,
    storable,
    unknown_keys,
)
from lumbago.intake import values_of
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.quantity import exact, from_base, to_base

# --------------------------------------------------------------------------------------- writing


def event_json(event: Event) -> dict[str, Any]:
    """An event as JSON data that `event_of` reads back, the same for the same event."""
    data: dict[str, Any] = {
        "lumbago": VERSION,
        "id": event.id,
        "kind": event.kind,
        "happened_at": event.happened_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "zone": event.zone,
        "payload": payload_json(event.payload),
    }
    more = {"knowledge": event.knowledge, "supersedes": event.supersedes}
    return data | {key: value for key, value in more.items() if value}


def payload_json(payload: Payload) -> dict[str, Any]:
    """A payload as JSON data; what was not said is left out."""
    match payload:
        case Told(case=case):
            return {"case": dict(case)}
        case Assessed(assessment=assessment):
            return {"assessment": dict(assessment)}
        case CheckIn():
            own = {name: _score_json(score) for name, score in payload.activities.items()}
            return _said(
                pain=_score_json(payload.pain),
                activities=own or None,
                answers=dict(payload.answers) or None,
                roland_morris=payload.roland_morris,
            )
        case Taken(ingredient=ingredient, milligrams=milligrams, product=product):
            return _said(ingredient=ingredient, milligrams=milligrams, product=product or None)
        case StepDone():
            return _said(
                measure=payload.measure,
                outcome=payload.outcome,
                minutes=payload.minutes,
                before=_score_json(payload.before),
                after=_score_json(payload.after),
            )
        case Chosen(choice=choice, value=value):
            return {"choice": choice, "value": value}
        case TrialBegun() | Session() | SessionScored() | TrialStopped():
            return _comparison_json(payload)
        case Note(text=text, about=about):
            return _said(text=text, about=about or None)
        case Erased(events=events):
            return {"events": events}


def _comparison_json(
    payload: TrialBegun | Session | SessionScored | TrialStopped,
) -> dict[str, Any]:
    match payload:
        case TrialBegun(seed=seed, arms=arms, blocks=blocks):
            return {"seed": seed, "arms": list(arms), "blocks": blocks}
        case TrialStopped(trial=trial, because=because):
            return _said(trial=trial, because=because or None)
    scores = {"after": _score_json(payload.after), "later": _score_json(payload.later)}
    if isinstance(payload, SessionScored):
        return _said(session=payload.session, **scores, trouble=payload.trouble or None)
    before = _score_json(payload.before)
    more = {"trial": payload.trial or None, "number": payload.number or None}
    return _said(arm=payload.arm, before=before, **scores, block=payload.block or None, **more)


def _said(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _score_json(tenths: int | None) -> int | float | None:
    return None if tenths is None else from_base(tenths, "score")


# --------------------------------------------------------------------------------------- reading


_KEYS: Final = (
    "lumbago",
    "id",
    "kind",
    "happened_at",
    "recorded_at",
    "zone",
    "payload",
    "knowledge",
    "supersedes",
)
_ID: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:-]{0,99}")
_ROLAND_MORRIS: Final = 24
_SOME_DAYS: Final = (
    100_000  # more minutes of one step, or milligrams at once, is a slip of the hand
)
_MOST_BLOCKS: Final = 99


def read_log(lines: Iterable[str | bytes], knowledge: Knowledge | None) -> Log:
    """A log of one event a line. Raises `InputError` with every problem and its line.

    Ids are unique, and what an event supersedes stands before it. Blank lines are skipped.
    """
    events: list[Event] = []
    places: dict[str, int] = {}
    corrected: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        here: list[Problem] = []
        event = collect(here, partial(_line, line, knowledge))
        if event is not None:
            here += out_of_place(event, places, corrected)
            places.setdefault(event.id, number)
            if event.supersedes:
                corrected.setdefault(event.supersedes, event.id)
            events.append(event)
        problems += [Problem(p.message, _at_line(number, p.where), p.hint) for p in here]
    if problems:
        raise InputError(problems)
    return tuple(events)


def _line(line: str | bytes, knowledge: Knowledge | None) -> Event:
    if len(line) > LINE_LIMIT:
        raise InputError(Problem(f"The line is over {LINE_LIMIT} bytes.", hint="One event a line."))
    return event_of(loads(line), knowledge)


def out_of_place(
    event: Event, places: Mapping[str, int], corrected: Mapping[str, str]
) -> list[Problem]:
    """What keeps an event from following others, given their lines and which corrects which."""
    problems = []
    if event.id in places:
        said = f"The event '{event.id}' was on line {places[event.id]} already."
        problems.append(Problem(said, "id", "Give each event its own id."))
    if event.supersedes and event.supersedes not in places:
        said = f"'{event.supersedes}' is no event before this one."
        problems.append(Problem(said, "supersedes", did_you_mean(event.supersedes, places)))
    elif event.supersedes in corrected:
        said = f"'{event.supersedes}' was corrected already."
        hint = f"Correct '{corrected[event.supersedes]}' instead."
        problems.append(Problem(said, "supersedes", hint))
    return problems


def _at_line(number: int, where: str) -> str:
    return f"line {number}" + (f", {where}" if where else "")


def event_of(data: object, knowledge: Knowledge | None) -> Event:
    """An event out of JSON data. Raises `InputError` with every problem of its shape at once.

    Findings, medicines and measures must be known to `knowledge`; None reads what this program
    wrote itself, perhaps with other knowledge. A told case is checked where the wire is known.
    """
    if not isinstance(data, dict):
        raise InputError(Problem("An event must be a JSON object, like {...}."))
    problems = unknown_keys(data, _KEYS, "")
    if data.get("lumbago") != VERSION:
        hint = f'Add "lumbago": {VERSION}.'
        problems.append(Problem(f"Version {data.get('lumbago')!r} is not known.", "lumbago", hint))
    fields = _Fields(data, "", problems)
    id_ = fields.id("id")
    happened, recorded = fields.moment("happened_at"), fields.moment("recorded_at")
    zone = collect(problems, lambda: zone_of(data.get("zone")))
    payload = collect(
        problems, lambda: payload_of(data.get("kind"), data.get("payload"), knowledge)
    )
    hash_, supersedes = fields.id("knowledge", ""), fields.id("supersedes", "")
    if supersedes and supersedes == id_:
        problems.append(Problem("An event cannot supersede itself.", "supersedes"))
    if problems or payload is None or zone is None:
        raise InputError(problems)
    return Event(id_, happened, recorded, zone, payload, hash_, supersedes)


def zone_of(value: object) -> str:
    """The IANA name of a time zone. Raises `InputError` with the nearest one."""
    zones = _zones()
    if isinstance(value, str) and value in zones:
        return value
    if not zones:
        hint = "Install them: pip install tzdata"
        raise InputError(Problem("This computer has no time zone names.", "zone", hint))
    named = {name.rpartition("/")[2].lower(): name for name in zones}
    wanted = str(value).rpartition("/")[2].lower().replace(" ", "_")
    near = named.get(wanted, "")
    hint = did_you_mean(near or str(value), zones) or "Write it like Europe/Berlin."
    raise InputError(Problem(f"'{value}' is not the name of a time zone.", "zone", hint))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def payload_of(kind: object, data: object, knowledge: Knowledge | None) -> Payload:
    """The payload of a kind. Raises `InputError` with every problem of it."""
    if not isinstance(kind, str) or kind not in KINDS:
        hint = did_you_mean(str(kind), KINDS) or f"Use one of: {', '.join(KINDS)}."
        raise InputError(Problem(f"'{kind}' is not a kind of event.", "kind", hint))
    if not isinstance(data, dict):
        raise InputError(Problem("It must be an object.", "payload"))
    problems = unknown_keys(data, KINDS[kind].__dataclass_fields__, "payload")
    collect(problems, lambda: storable(data, "payload"))
    payload = _PAYLOADS[kind](_Fields(data, "payload.", problems), knowledge)
    if problems:
        raise InputError(problems)
    return payload


class _Fields:
    """The values of a JSON object, each checked; problems are collected, and a dummy is returned."""

    def __init__(self, data: Mapping[str, Any], where: str, problems: list[Problem]) -> None:
        self.data = data
        self.where = where
        self.problems = problems

    def wrong(self, key: str, message: str, hint: str = "") -> None:
        """Note what is wrong with a value."""
        self.problems.append(Problem(message, f"{self.where}{key}", hint))

    def id(self, key: str, default: str | None = None) -> str:
        """An id; without `default` it must be there."""
        value = self.data.get(key, default)
        if value is default is not None:
            return value or ""
        if isinstance(value, str) and _ID.fullmatch(value):
            return value
        self.wrong(key, f"{value!r} is not an id.", "Use up to 100 letters, digits, . _ : and -.")
        return ""

    def known(self, key: str, known: Iterable[str] | None) -> str:
        """An id that the knowledge has."""
        value = self.id(key)
        if value and known is not None and value not in known:
            self.wrong(key, f"Unknown {key} '{value}'.", did_you_mean(value, known))
        return value

    def one_of(self, key: str, known: tuple[str, ...]) -> Any:
        """One of some words."""
        value = self.data.get(key)
        if value not in known:
            hint = did_you_mean(str(value), known) or f"Use one of: {', '.join(known)}."
            self.wrong(key, f"{value!r} is not known.", hint)
        return value

    def text(self, key: str, *, needed: bool = False) -> str:
        """Own words."""
        value = self.data.get(key, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            self.wrong(key, "There must be some text.")
            return ""
        if len(value) > TEXT_LIMIT:
            self.wrong(key, f"It has {len(value)} characters.", f"Keep it under {TEXT_LIMIT}.")
        return value

    def moment(self, key: str) -> datetime:
        """A moment with its offset, in a year that UTC can name."""
        found = collect(self.problems, lambda: moment(self.data.get(key), f"{self.where}{key}"))
        if found is not None:
            try:
                found.astimezone(UTC)
            except OverflowError:
                self.wrong(key, f"'{self.data[key]}' is not a moment.", "Please check the year.")
            return found
        if self.data.get(key) is None:
            self.wrong(key, "It is missing.", "Write it like 2026-11-21T08:30:00+01:00.")
        return datetime.min.replace(tzinfo=UTC)

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number, if it was given."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(key, f"{value!r} is not a whole number from {low} to {high}.")
            return None
        return value

    def score(self, key: str) -> int | None:
        """A number 0-10, if it was given, in tenths."""
        value = self.data.get(key)
        found = None if value is None else _tenths(value)
        if value is not None and found is None:
            self.wrong(key, f"{value!r} is not a number from 0 to 10.")
        return found

    def object(self, key: str, *, needed: bool = False) -> Mapping[str, Any]:
        """An object."""
        value = self.data.get(key, None if needed else {})
        if isinstance(value, dict):
            return value
        self.wrong(key, "It must be an object.")
        return {}

    def needed(self, key: str, value: int | None) -> int:
        """A number that must be there."""
        if value is None and self.data.get(key) is None:
            self.wrong(key, "It is missing.")
        return value or 0


def _tenths(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        tenths = to_base(exact(value), "score")
    except InputError:
        return None
    return tenths if 0 <= tenths <= 100 else None


def _told(fields: _Fields, _: Knowledge | None) -> Told:
    return Told(fields.object("case", needed=True))


def _assessed(fields: _Fields, _: Knowledge | None) -> Assessed:
    """An assessment whose disposition keeps the promise of the gate that made it."""
    assessment = fields.object("assessment", needed=True)
    triage = assessment.get("triage")
    triage = triage if isinstance(triage, dict) else {}
    named = triage.get("disposition")
    levels = {level.id: level for level in Disposition}
    if named not in levels and named != "unsettled":
        fields.wrong("assessment", f"{named!r} is not a disposition.", "Keep it as it was printed.")
    elif named in levels and levels[named] < Disposition.SAME_DAY and not triage.get("cleared"):
        said = f"It names '{named}' while more urgent questions are open."
        fields.wrong("assessment", said, "Keep it as it was printed.")
    return Assessed(assessment)


def _check_in(fields: _Fields, knowledge: Knowledge | None) -> CheckIn:
    activities: dict[str, int] = {}
    for name, value in fields.object("activities").items():
        tenths = _tenths(value)
        if tenths is None:
            fields.wrong(f"activities.{name}", f"{value!r} is not a number from 0 to 10.")
        activities[name] = tenths or 0
    answers = fields.object("answers")
    for finding, value in answers.items():
        collect(fields.problems, partial(_check_answer, finding, value, fields.where, knowledge))
    return CheckIn(
        pain=fields.score("pain"),
        activities=activities,
        answers=answers,
        roland_morris=fields.whole("roland_morris", 0, _ROLAND_MORRIS),
    )


def _check_answer(id_: str, value: object, where: str, knowledge: Knowledge | None) -> None:
    where = f"{where}answers.{id_}"
    given = given_of(value, where)
    if knowledge is None:
        return
    finding = knowledge.findings.get(id_)
    if finding is None:
        hint = did_you_mean(id_, knowledge.findings)
        raise InputError(Problem(f"Unknown finding '{id_}'.", where, hint))
    try:
        values_of(finding, given.value)
    except InputError as error:
        raise InputError([Problem(p.message, where, p.hint) for p in error.problems]) from None


def _taken(fields: _Fields, knowledge: Knowledge | None) -> Taken:
    return Taken(
        fields.known("ingredient", None if knowledge is None else _medicines(knowledge)),
        fields.needed("milligrams", fields.whole("milligrams", 1, _SOME_DAYS)),
        fields.text("product"),
    )


def _medicines(knowledge: Knowledge) -> dict[str, None]:
    """What can be named as taken: ingredients of the plan, and medicines that a profile can hold."""
    others = (item.id for item in knowledge.profile.values() if item.kind == "medicine")
    return dict.fromkeys((*knowledge.care.medicines, *others))


def _step(fields: _Fields, knowledge: Knowledge | None) -> StepDone:
    return StepDone(
        fields.known("measure", None if knowledge is None else knowledge.care.measures),
        fields.one_of("outcome", get_args(Outcome)),
        fields.whole("minutes", 0, _SOME_DAYS),
        fields.score("before"),
        fields.score("after"),
    )


def _chosen(fields: _Fields, _: Knowledge | None) -> Chosen:
    return Chosen(fields.id("choice"), fields.id("value"))


def _trial(fields: _Fields, knowledge: Knowledge | None) -> TrialBegun:
    known = None if knowledge is None else knowledge.recovery.arms
    arms = fields.data.get("arms")
    if not isinstance(arms, list) or len(set(map(str, arms))) != len(arms) or len(arms) < 2:
        fields.wrong("arms", "It must be a list of two or more arms, each once.")
        arms = []
    for arm in arms:
        if not isinstance(arm, str) or not _ID.fullmatch(arm):
            fields.wrong("arms", f"{arm!r} is not an id.")
        elif known is not None and arm not in known:
            fields.wrong("arms", f"Unknown arm '{arm}'.", did_you_mean(arm, known))
    blocks = fields.needed("blocks", fields.whole("blocks", 1, _MOST_BLOCKS))
    return TrialBegun(fields.id("seed"), tuple(map(str, arms)), blocks)


def _session(fields: _Fields, knowledge: Knowledge | None) -> Session:
    return Session(
        fields.known("arm", None if knowledge is None else knowledge.recovery.arms or None),
        fields.needed("before", fields.score("before")),
        fields.score("after"),
        fields.score("later"),
        fields.whole("block", 0, _SOME_DAYS) or 0,
        fields.id("trial", ""),
        fields.whole("number", 0, _SOME_DAYS) or 0,
    )


def _scored(fields: _Fields, _: Knowledge | None) -> SessionScored:
    found = SessionScored(
        fields.id("session"),
        fields.score("after"),
        fields.score("later"),
        fields.id("trouble", ""),
    )
    if found.after is None and found.later is None and not found.trouble and not fields.problems:
        fields.wrong("later", "Nothing was scored.", "Give after, later or trouble.")
    return found


def _stopped(fields: _Fields, _: Knowledge | None) -> TrialStopped:
    return TrialStopped(fields.id("trial"), fields.text("because"))


def _note(fields: _Fields, _: Knowledge | None) -> Note:
    return Note(fields.text("text", needed=True), fields.text("about"))


def _erased(fields: _Fields, _: Knowledge | None) -> Erased:
    return Erased(fields.needed("events", fields.whole("events", 0, 10**9)))


_PAYLOADS: Final[Mapping[str, Callable[[_Fields, Knowledge | None], Payload]]] = {
    "told": _told,
    "assessed": _assessed,
    "check_in": _check_in,
    "taken": _taken,
    "step": _step,
    "chosen": _chosen,
    "trial": _trial,
    "session": _session,
    "scored": _scored,
    "stopped": _stopped,
    "note": _note,
    "erased": _erased,
}
