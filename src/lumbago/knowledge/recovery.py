"""How back pain goes on: pooled curves, classes, fractions, what slows it, and what a change means.

Frozen records of the knowledge base, standard library only. Pain is in tenths of 0-10, which are
also points of 0-100; time is in days or weeks as the name of a field says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from lumbago.errors import Position
from lumbago.evidence import Citation
from lumbago.expr import Expr

Stage = Literal["acute", "subacute", "persistent"]
"""How long the pain had lasted when somebody was first asked."""

REFUSALS: Final = (
    *("needs_care_first", "questions_open", "age_unknown", "under_age"),
    *("answers_missing", "onset_unknown", "too_early", "too_late"),
)
"""Why no course is drawn, apart from the limits over findings; each has its words."""

NOWHERE = Position("")


@dataclass(frozen=True, slots=True)
class PooledCurve:
    """The mean pain of the people of many studies at some weeks, with its interval.

    `origin`: the weeks count from the onset, or from joining the study. `sources` carry the means,
    `interval_sources` the intervals. Curves of one `family` are one study's curves of all stages.
    """

    id: str
    family: str
    stage: Stage
    origin: Literal["onset", "entry"]
    weeks: tuple[int, ...]
    means: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    sources: tuple[Citation, ...]
    interval_sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class TrajectoryClass:
    """People of one cohort whose pain went alike: how many, and how a person of the class is drawn.

    `recovers_days`: when the pain is gone, between these two (empty: it does not go). Else it settles
    within `settles_days` at a share `residual` of its start, and swings about it by a share `swing`
    of that level with a period of `period_days`. `sources` carry the count, `shape_sources` the rest.
    """

    id: str
    people: int
    sources: tuple[Citation, ...]
    shape_sources: tuple[Citation, ...]
    recovers_days: tuple[float, ...] = ()
    settles_days: tuple[float, ...] = ()
    residual: tuple[float, ...] = ()
    swing: tuple[float, ...] = ()
    period_days: tuple[float, ...] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class CohortShare:
    """The share of a cohort to whom something had happened by a day, and what was counted.

    `fits`: the family of curves that is drawn so as to agree with it (empty: told, not fitted).
    """

    id: str
    what: Literal["recovered", "back_at_work", "recurred", "still_in_pain"]
    by_days: int
    share: float
    sources: tuple[Citation, ...]
    low: float | None = None
    high: float | None = None
    people: int = 0
    fits: str = ""
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class PrognosticFactor:
    """Something that goes with slower recovery, and by how much the odds of it are multiplied.

    `when` is None where no question asks about it. `sources` carry the direction, `odds_sources` the
    strength.
    """

    id: str
    odds: float
    sources: tuple[Citation, ...]
    odds_sources: tuple[Citation, ...]
    when: Expr | None = None
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class ImportantChange:
    """The smallest change of a score that matters to people: in points, and as a share of the start."""

    id: str
    scale: tuple[int, int]
    points: float
    share: float
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class CourseLimit:
    """While `when` holds or could hold, no course is drawn: the studies were of other people."""

    id: str
    when: Expr
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class RecoveryParameter:
    """A number, or several, that the expected course or the signs of the diary rest on."""

    id: str
    values: tuple[float, ...]
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class ComparisonArm:
    """Something that a person may compare for themselves; `measure` is empty for rest as usual.

    `choice` is the option of the plan's choice between heat and cold that it stands for.
    """

    id: str
    choice: str
    sources: tuple[Citation, ...]
    measure: str = ""
    position: Position = NOWHERE


@dataclass(frozen=True)
class Recovery:
    """Everything that the expected course and the signs of the diary draw on, by id."""

    curves: Mapping[str, PooledCurve] = field(default_factory=dict)
    classes: Mapping[str, TrajectoryClass] = field(default_factory=dict)
    shares: Mapping[str, CohortShare] = field(default_factory=dict)
    factors: Mapping[str, PrognosticFactor] = field(default_factory=dict)
    changes: Mapping[str, ImportantChange] = field(default_factory=dict)
    limits: Mapping[str, CourseLimit] = field(default_factory=dict)
    parameters: Mapping[str, RecoveryParameter] = field(default_factory=dict)
    comparison: Mapping[str, RecoveryParameter] = field(default_factory=dict)
    arms: Mapping[str, ComparisonArm] = field(default_factory=dict)

    def number(self, parameter: str) -> float:
        """The one value of a parameter. Raises `KeyError` if there is no such parameter."""
        return self.parameters[parameter].values[0]
