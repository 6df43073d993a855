"""What happened, as values: the log that the plan, the course and the record are made from.

An event is never changed; a later one may supersede it. Its order is that of the log, not of any
clock. The payload depends on the kind; `event_files` reads and writes them. Standard library only.

| kind       | payload                        | says                                               |
|------------|--------------------------------|----------------------------------------------------|
| `told`     | `Told`                         | the case as it was told, in the shape of the wire  |
| `assessed` | `Assessed`                     | an assessment as it was shown                      |
| `check_in` | `CheckIn`                      | pain, own activities, and the short danger check   |
| `taken`    | `Taken`                        | a medicine that was taken                          |
| `step`     | `StepDone`                     | a step of the plan done, skipped, or made it worse |
| `chosen`   | `Chosen`                       | something that the person chose                    |
| `trial`    | `TrialBegun`                   | comparing heat, cold and neither has begun         |
| `session`  | `Session`                      | one session of it has begun: the arm, pain before  |
| `scored`   | `SessionScored`                | pain after a session, or half an hour later        |
| `stopped`  | `TrialStopped`                 | the comparison was stopped, and why                |
| `note`     | `Note`                         | own words, kept for the doctor                     |
| `erased`   | `Erased`                       | what is left where something was erased            |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

Outcome = Literal["done", "skipped", "worse", "stopped"]


@dataclass(frozen=True, slots=True)
class Told:
    """A case in the shape of the wire, whole; it replaces the one told before."""

    case: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment in the shape of the wire, as it was shown; never worked out again in place."""

    assessment: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CheckIn:
    """How it is now. Scores in tenths of 0-10; `activities` and `answers` are what was said.

    `activities`: own activity to how well it goes (0 cannot, 100 as before). `answers`: finding id to
    answer in the shape of the wire. `roland_morris`: 0-24, in weeks 0, 2, 6 and 12.
    """

    pain: int | None = None
    activities: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    roland_morris: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A medicine by ingredient id, in milligrams of it; `product` is the name that was given."""

    ingredient: str
    milligrams: int
    product: str = ""


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step by the id of its measure, with pain before and after in tenths where it was said."""

    measure: str
    outcome: Outcome
    minutes: int | None = None
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice by its id (for example `warmth`: `heat`, `cold`, `alternating`, `neither`)."""

    choice: str
    value: str


@dataclass(frozen=True, slots=True)
class TrialBegun:
    """A comparison for oneself has begun. The order of its sessions follows from `seed` alone.

    `seed` was drawn once and is kept, so that the order can be checked and not changed; it is the id
    of this event that sessions name.
    """

    seed: str
    arms: tuple[str, ...]
    blocks: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session of the comparison as it began: the arm, pain before, its block and number (from 1).

    `after` and `later` are there where the scores were given with it; else they come as `scored`.
    `trial` is the event that began the comparison.
    """

    arm: str
    before: int
    after: int | None = None
    later: int | None = None
    block: int = 0
    trial: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class SessionScored:
    """Pain right after a session, or half an hour later, and what went wrong (empty: nothing)."""

    session: str
    after: int | None = None
    later: int | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class TrialStopped:
    """The comparison ends here; `because` is in the person's own words or an id, and may be empty."""

    trial: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Own words, for example a question for the doctor."""

    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many events were erased here; nothing of what they said."""

    events: int


Payload = (
    Told
    | Assessed
    | CheckIn
    | Taken
    | StepDone
    | Chosen
    | TrialBegun
    | Session
    | SessionScored
    | TrialStopped
    | Note
    | Erased
)

KINDS: Final[Mapping[str, type[Payload]]] = {
    "told": Told,
    "assessed": Assessed,
    "check_in": CheckIn,
    "taken": Taken,
    "step": StepDone,
    "chosen": Chosen,
    "trial": TrialBegun,
    "session": Session,
    "scored": SessionScored,
    "stopped": TrialStopped,
    "note": Note,
    "erased": Erased,
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Moments carry their UTC offset; `zone` is the IANA name of the place.

    `knowledge` is the hash of the knowledge in use; `supersedes` is the id of the event it corrects.
    """

    id: str
    happened_at: datetime
    recorded_at: datetime
    zone: str
    payload: Payload
    knowledge: str = ""
    supersedes: str = ""

    @property
    def kind(self) -> str:
        """The kind, by its name in files."""
        return next(kind for kind, type_ in KINDS.items() if isinstance(self.payload, type_))


Log = tuple[Event, ...]
"""Events in the order in which they were recorded."""


def standing(log: Log) -> Log:
    """The log without what was superseded, each correction in the place of what it corrects."""
    place: dict[str, str] = {}
    found: dict[str, Event] = {}
    for event in log:
        place[event.id] = place.get(event.supersedes, event.id)
        found[place[event.id]] = event
    return tuple(found.values())
