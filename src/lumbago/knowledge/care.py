"""What can be done about it: measures, medicines, what stands against them, and what to change.

Frozen records of the knowledge base, standard library only. Whatever stands against a measure is a
condition over findings, read like a rule: "not asked" never counts as "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from lumbago.errors import Position
from lumbago.evidence import Citation
from lumbago.expr import Expr

Certainty = Literal["high", "moderate", "low", "very_low", "none"]
"""How sure the evidence is (GRADE); "none": no trial was found."""

Offer = Literal["default", "choice", "inform", "never"]
"""`default`: in the plan unless something stands against it; `choice`: if the person picks it;
`inform`: told about, never scheduled; `never`: named by an article, not offered, with the reason."""

_Moving = Literal[
    "position", "breathing", "walking", "exercise", "stretch", "rest", "work", "sleep"
]
_Using = Literal["cold", "heat", "alternating", "food", "hands_on", "device", "avoid", "prevention"]
_Around = Literal["programme", "contact"]
MeasureKind = _Moving | _Using | _Around
"""`programme`: a set of measures under one name; `contact`: turning to somebody."""

SafetyAction = Literal["block", "ask", "caution"]
"""`block`: not while it holds or is unknown; `ask`: the same, a pharmacist or clinician can lift it;
`caution`: offered with the words of the row, shown also while it is unknown."""

NOWHERE = Position("")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of time after the onset, in hours; `until_hours` is None for the last one."""

    id: str
    from_hours: int
    sources: tuple[Citation, ...]
    until_hours: int | None = None
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Dosage:
    """How much of a measure in one stage: minutes, counts and gaps; 0 where it does not apply.

    `minutes` of one application (low, high), `per_day` times (low, high), `gap_minutes` at least from
    the end of one to the start of the next, `hold_seconds` and `repetitions` and `sets` of a movement
    (low, high), `each_side` doubles them, `most_days` of use in a row.
    """

    stage: str
    sources: tuple[Citation, ...]
    minutes: tuple[int, int] = (0, 0)
    per_day: tuple[int, int] = (0, 0)
    gap_minutes: int = 0
    hold_seconds: tuple[int, int] = (0, 0)
    repetitions: tuple[int, int] = (0, 0)
    sets: tuple[int, int] = (0, 0)
    each_side: bool = False
    most_days: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """One result of a study: what was compared in whom, and how large, with its interval.

    `measure` is the kind of figure (SMD, MD of 100, HR, RR, OR, median days); its words are under
    words/. `of` says whether the people had acute, subacute, chronic or no pain.
    """

    id: str
    of: str
    versus: str
    outcome: str
    measure: str
    value: float
    sources: tuple[Citation, ...]
    low: float | None = None
    high: float | None = None
    people: int = 0
    certainty: Certainty = "low"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something a person can do, use or leave alone.

    `agents` are what the safety rows and interactions speak of (cold, heat, bath, oral_nsaid, prone,
    end_range_flexion, ...). `regions` of {low_back, upper_back, neck}, empty for all. `thermal`
    measures never overlap. `picture` is an id of a picture; where it differs by region, `pictures`
    has one for each. `next` and `back` are the measures one step harder and easier. `named_by` are
    statements of the founding articles. `parts` are the measures of a programme, which has no dosage
    of its own. With `one_minute` there is a form of at most sixty seconds, dosed in `short`. Where
    `eases` holds it is the likelier choice among its like; without `only_if` it fits everybody.
    """

    id: str
    kind: MeasureKind
    offer: Offer
    certainty: Certainty
    sources: tuple[Citation, ...]
    agents: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    dosages: tuple[Dosage, ...] = ()
    effects: tuple[Effect, ...] = ()
    picture: str = ""
    next: str = ""
    back: str = ""
    named_by: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    eases: Expr | None = None
    only_if: Expr | None = None
    one_minute: bool = False
    parts: tuple[str, ...] = ()
    short: tuple[Dosage, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Label:
    """What one country's label says of a medicine for adults: milligrams, minutes, days, years.

    `version` names the label read and `dated` is its day. `most_per_day` is the ceiling of any 24
    hours; `app_*` in the medicine may be stricter and win.
    """

    country: str
    products: tuple[str, ...]
    strength: int
    dose: tuple[int, int]
    interval_minutes: int
    most_per_day: int
    most_days: int
    youngest: int
    version: str
    dated: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine by ingredient. Without a label of the person's country there is no dose.

    `group` collects what must not be taken together (nsaid, paracetamol, opioid, ...); doses of the
    same ingredient add up. `ceiling_per_day`, `interval_minutes` and `most_days` are our own limits
    where they are stricter than a label (0: none).
    """

    id: str
    group: str
    offer: Offer
    route: Literal["oral", "skin", "other"]
    certainty: Certainty
    sources: tuple[Citation, ...]
    agents: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    effects: tuple[Effect, ...] = ()
    ceiling_per_day: int = 0
    interval_minutes: int = 0
    most_days: int = 0
    youngest: int = 0
    named_by: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class SafetyRow:
    """While `when` holds or could hold, this stands against everything that carries an agent."""

    id: str
    agents: tuple[str, ...]
    when: Expr
    action: SafetyAction
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Interaction:
    """Two agents that do not go together, or not within some minutes (0: not in one plan at all).

    `who` says whether it is between steps of the plan or with what the person already uses.
    """

    id: str
    first: str
    second: str
    sources: tuple[Citation, ...]
    apart_minutes: int = 0
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Habit:
    """A cause that can be changed, and what to change; ranked where `when` was reported.

    `strength` of the evidence that it causes back pain, `works` that changing it prevents it.
    """

    id: str
    strength: Certainty
    works: Certainty
    sources: tuple[Citation, ...]
    when: Expr | None = None
    measures: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    named_by: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Intake:
    """A recommended daily intake of a nutrient in milligrams, for a sex and an age band in years."""

    id: str
    nutrient: str
    sex: Literal["female", "male", "any"]
    ages: tuple[int, int]
    per_day: int
    sources: tuple[Citation, ...]
    pregnant: bool = False
    breastfeeding: bool = False
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class GuidelinePosition:
    """What one guideline says of one measure or medicine for low back pain.

    `scope` is the pain that it speaks of; a guideline on chronic pain says nothing of a new spasm.
    """

    id: str
    guideline: str
    measure: str
    says: Literal["for", "may", "against", "no_advice"]
    sources: tuple[Citation, ...]
    scope: Literal["acute", "chronic", "any"] = "acute"
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class CareLimit:
    """A number that the plan as a whole rests on (review days, the longest a person lies still)."""

    id: str
    values: tuple[int, ...]
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True)
class Care:
    """Everything that the plan draws on, by id."""

    stages: Mapping[str, Stage] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    medicines: Mapping[str, Medicine] = field(default_factory=dict)
    safety: Mapping[str, SafetyRow] = field(default_factory=dict)
    interactions: Mapping[str, Interaction] = field(default_factory=dict)
    habits: Mapping[str, Habit] = field(default_factory=dict)
    intakes: Mapping[str, Intake] = field(default_factory=dict)
    guidelines: Mapping[str, GuidelinePosition] = field(default_factory=dict)
    limits: Mapping[str, CareLimit] = field(default_factory=dict)
