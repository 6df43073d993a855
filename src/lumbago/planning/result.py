"""What a plan is: frozen values, ids and moments, no sentences. A `CarePlan` is made by `plan` alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lumbago.assess import Assessment
from lumbago.errors import Problem
from lumbago.evidence import Citation
from lumbago.knowledge.care import Dosage, Habit, Intake, Measure, Medicine
from lumbago.planning.eligibility import Objection, Standing
from lumbago.planning.medicines import NoDose, ProposedDose
from lumbago.planning.progress import Level
from lumbago.recovery.nof1.answer import Result

SEAL: Final = object()

Refusal = Literal["urgent", "unsettled", "expired", "age_not_known", "under_16", "no_plan_for"]
"""Why there is no plan. `expired`: answers had to be asked again, and were not."""


@dataclass(frozen=True, slots=True)
class UntilSeen:
    """The card that stands in place of a plan: what to do until somebody has looked.

    `action` is whom to turn to, empty while nothing is settled; `position` is a measure, empty where
    the person must keep still; `do` and `avoid` are ids of words; `questions` are findings to answer.
    """

    because: tuple[Refusal, ...]
    action: str
    within_hours: int | None
    position: str
    do: tuple[str, ...]
    avoid: tuple[str, ...]
    questions: tuple[str, ...]
    expired: tuple[str, ...]
    groups: tuple[str, ...]
    overdosed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backing:
    """Who says so and who disagrees: sources, articles, conflicts, and guideline positions."""

    certainty: str
    sources: tuple[Citation, ...]
    effects: tuple[str, ...]
    named_by: tuple[str, ...]
    conflicts: tuple[str, ...]
    guidelines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A measure that is in the plan: how much in this stage, what to watch, and who says so.

    `dosage` is as it stands in the knowledge; `percent` of it is due (the log may have halved it),
    not before `not_before`. `chosen`: the person picked it.
    """

    measure: Measure
    dosage: Dosage | None
    cautions: tuple[Objection, ...]
    backing: Backing
    level: Level
    chosen: bool
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class DatedItem:
    """A step with its time in the person's own zone, half-open."""

    measure: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class MedicineStep:
    """A medicine, where it stands, and its next dose or why there is none. Never more than one dose.

    `at` is when it is allowed at the earliest, by the person's clock; None where nothing says so.
    """

    medicine: Medicine
    standing: Standing
    backing: Backing
    chosen: bool
    dose: ProposedDose | None
    none: NoDose | None
    at: datetime | None
    total_with_dose: int


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer a choice: what it stands for, and whether anything stands against it."""

    value: str
    measures: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the person may decide: what is done by default, what was chosen, who disagrees.

    `because`: what the default comes from, where it is not that of everybody: the person's
    `own_result`, or that they are `comparing`.
    """

    id: str
    options: tuple[Option, ...]
    default: str
    chosen: str
    conflicts: tuple[str, ...]
    because: str = ""

    @property
    def current(self) -> str:
        """What counts now: what was chosen, else the default."""
        return self.chosen or self.default


@dataclass(frozen=True, slots=True)
class StagePart:
    """What a later stage holds, without times: the measures that would be offered as of now."""

    stage: str
    begins: datetime
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """By when it should be better, and what to do if it is not; `id` names the words."""

    id: str
    day: datetime


@dataclass(frozen=True, slots=True)
class HabitAdvice:
    """A habit worth changing: whether the person reported it, and who says so."""

    habit: Habit
    reported: bool
    backing: Backing


@dataclass(frozen=True, slots=True)
class CarePlan:
    """A plan as of `at`, or the card in its place (`refused`).

    `items` may be done as they stand; `outlook` only after the check-in before it, since the danger
    answers will have expired by then. `valid_until` is when the first of them does. `now` are steps
    for this minute, at any hour. `told` are measures to know about, `named` those that an article
    names and that are not offered; `aside` everything that something stands against.
    `own` is the last comparison that the person made for themselves.
    """

    id: str | None
    at: datetime
    knowledge: str
    assessment: Assessment
    refused: UntilSeen | None
    stage: str
    onset: tuple[datetime, datetime] | None
    valid_until: datetime
    now: tuple[str, ...]
    steps: tuple[Step, ...]
    items: tuple[DatedItem, ...]
    outlook: tuple[DatedItem, ...]
    checks: tuple[datetime, ...]
    medicines: tuple[MedicineStep, ...]
    choices: tuple[Choice, ...]
    later: tuple[StagePart, ...]
    habits: tuple[HabitAdvice, ...]
    intakes: tuple[Intake, ...]
    told: tuple[str, ...]
    named: tuple[str, ...]
    aside: tuple[Standing, ...]
    reviews: tuple[Review, ...]
    danger: tuple[str, ...]
    problems: tuple[Problem, ...]
    own: Result | None
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not SEAL:
            raise TypeError("A CarePlan is made by plan() alone.")

    @property
    def next_check(self) -> datetime:
        """When the short danger check is due."""
        return self.checks[0] if self.checks else self.valid_until

    def step(self, measure: str) -> Step | None:
        """The step of a measure, if it is in the plan."""
        return next((step for step in self.steps if step.measure.id == measure), None)
