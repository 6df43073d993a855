"""The knowledge base as frozen, typed objects. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from lumbago.errors import Position
from lumbago.evidence import Citation, Confidence, Conflict, Share, Source
from lumbago.expr import Expr, literals
from lumbago.knowledge.care import Care
from lumbago.knowledge.helplines import Country, LineKind, StuckQuestion
from lumbago.knowledge.picture import Picture
from lumbago.knowledge.recovery import Recovery
from lumbago.quantity import Unit

AnswerKind = Literal["yes_no", "number", "choice"]
FindingPolarity = Literal["alarming", "mitigating", "neutral"]
NOWHERE = Position("")


class Disposition(IntEnum):
    """How soon a person should be seen, lowest first; `max` of two is the safer one."""

    SELF_CARE = 0
    ROUTINE = 1
    SOON = 2
    SAME_DAY = 3
    EMERGENCY = 4

    @property
    def id(self) -> str:
        """The id used in files and on the wire, for example `same_day`."""
        return self.name.lower()

    @classmethod
    def of(cls, id_: str) -> Disposition:
        """The disposition with this id; raises `KeyError` if there is none."""
        return cls[id_.upper()]


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an answer lives; `hours` is None where it never expires."""

    id: str
    sources: tuple[Citation, ...]
    hours: int | None = None
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person can report. Numbers are bounded by `low`..`high` in the base unit."""

    id: str
    topic: str
    answer: AnswerKind
    polarity: FindingPolarity
    lifetime: str
    sources: tuple[Citation, ...]
    unit: Unit | None = None
    low: int = 0
    high: int = 0
    clock: str = ""
    choices: tuple[str, ...] = ()
    ordinary: Share | None = None
    sensitivity: tuple[Share, ...] = ()
    only_if: Expr | None = None
    implies: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    implied_by: Expr | None = None
    longer_ago: str = ""
    void_denial_if: Expr | None = None
    position: Position = NOWHERE

    @property
    def for_care(self) -> bool:
        """Whether it is asked only because a step of the plan depends on it (files `care_*`)."""
        return self.topic.startswith("care_")


@dataclass(frozen=True, slots=True)
class DerivedTerm:
    """A named condition that rules share."""

    id: str
    when: Expr
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Rule:
    """If `when` holds, at least this disposition, by this kind of help, because of that."""

    id: str
    when: Expr
    disposition: Disposition
    action: str
    protects_against: str
    because: str
    sources: tuple[Citation, ...]
    floor_of: tuple[str, ...] = ()
    clock: str = ""
    explains: str = ""
    costs: str = ""
    disagrees: tuple[str, ...] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class DispositionFrame:
    """The time frame of a disposition: be seen within this many hours (None: no date)."""

    id: str
    action: str
    sources: tuple[Citation, ...]
    within_hours: int | None = None
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Action:
    """A kind of help; of several at one disposition the highest `rank` is named.

    `calls` are the lines to offer with it, the first one largest; it may be a way to go, not a call.
    """

    id: str
    rank: int
    sources: tuple[Citation, ...]
    calls: tuple[LineKind, ...] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Codes:
    """Classification codes of a condition; SNOMED CT stays out for its licence."""

    icd10: tuple[str, ...] = ()
    icd10cm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A cause of back or neck pain, or a danger that a rule protects against."""

    id: str
    family: str
    regions: tuple[str, ...]
    usual: str
    sources: tuple[Citation, ...]
    serious: bool = False
    codes: Codes = Codes()
    codes_confidence: str = ""
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Population:
    """A group of people for whom something changes (`effects`)."""

    id: str
    when: Expr
    effects: tuple[str, ...]
    because: str
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class ScreenItem:
    """One line of a danger screen; "no" to it denies every finding it covers."""

    id: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DangerScreen:
    """A fixed danger screen; `each` screens have yes / no / not sure for every item and no "none"."""

    id: str
    version: int
    style: Literal["items", "each"]
    items: tuple[ScreenItem, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class QuestionList:
    """Statements of one topic, asked after the danger screens, with what can still matter.

    "No" to a statement denies every finding it covers. The statements of an `again` list ask danger
    signs once more in other words; a different answer counts as "not sure".
    """

    id: str
    version: int
    items: tuple[ScreenItem, ...]
    again: bool = False
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class DoseAnswer:
    """A medicine of these groups, taken within so many hours, answers this finding with yes."""

    finding: str
    groups: tuple[str, ...]
    hours: int


@dataclass(frozen=True, slots=True)
class CheckInList:
    """What a check-in asks: the short danger check, each statement with its own answer, and more.

    "No" to a statement denies every finding it covers. `activities` is how many own activities a
    person follows; `roland_morris_weeks` are the weeks of an episode with that questionnaire. Pain
    that is `worse_by` (points of 10) than a day ago, within `worse_hours`, asks for the whole check.
    """

    id: str
    version: int
    items: tuple[ScreenItem, ...]
    sources: tuple[Citation, ...]
    activities: int = 0
    roland_morris_weeks: tuple[int, ...] = ()
    worse_by: int = 0
    worse_hours: tuple[int, int] = (0, 0)
    doses: tuple[DoseAnswer, ...] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Divergence:
    """Why a statement of an article is carried differently."""

    reason: str
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a founding article, paraphrased, with what carries it.

    An emergency sign has a `promise`: the lowest disposition that each of its findings (or the
    condition `promise_when`) must lead to, whatever else is said.
    """

    id: str
    says: str
    where: str
    kind: str
    carried_by: tuple[Mapping[str, str], ...] = ()
    promise: str = ""
    promise_when: Expr | None = None
    not_carried: str = ""
    differently: Divergence | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Every statement of one founding article."""

    source: str
    title: str
    statements: tuple[Statement, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Harm:
    """What may happen to a person: severity 1-5 and likelihood 1-5 before control (judgement)."""

    text: str
    severity: int
    likelihood: int


@dataclass(frozen=True, slots=True)
class Check:
    """What would show that a control fails: a test, a claim, or a study."""

    kind: Literal["test", "claim", "study"]
    what: str


@dataclass(frozen=True, slots=True)
class Hazard:
    """One row of the hazard log."""

    id: str
    hazard: str
    cause: str
    harm: Harm
    control: str
    verify: tuple[Check, ...]
    status: Literal["controlled", "partly", "open"]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class PublishedShare:
    """A share that was published, with its interval, or the range over several programs or studies.

    `of`: the share of what. `triage_safe`: at most one level too low.
    """

    of: Literal[
        "triage_right",
        "triage_safe",
        "emergency_right",
        "self_care_right",
        "cause_first",
        "cause_in_three",
    ]
    share: float | None = None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def ends(self) -> tuple[float, float] | None:
        """The interval or the range, None where neither was published."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return (self.least, self.most) if self.least is not None and self.most is not None else None


@dataclass(frozen=True, slots=True)
class Published:
    """How well others do, as it was published: in which year, on how many cases (0: a review)."""

    id: str
    year: int
    cases: int
    by: Literal["independent", "vendor"]
    figures: tuple[PublishedShare, ...]
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class ProfileItem:
    """A condition, medicine or allergy of a profile, and the findings that it answers with yes."""

    id: str
    kind: Literal["condition", "medicine", "allergy"]
    sources: tuple[Citation, ...]
    implies: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number or choice is spread among people with ordinary pain, in the unit of its finding.

    `normal` has a mean and sd, `lognormal` a median and log_sd, both kept between lowest and
    highest; `categorical` has shares by value. `id` is the finding.
    """

    id: str
    kind: Literal["normal", "lognormal", "categorical"]
    sources: tuple[Citation, ...]
    mean: float = 0.0
    sd: float = 0.0
    median: float = 0.0
    log_sd: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Prior:
    """The share of a cause among adults whose main pain is in one region, and where it may lie."""

    share: float
    low: float
    high: float
    confidence: Confidence
    source: str
    at: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgeSex:
    """What a prior is multiplied by: one number an age band (none: 1 in all), one a sex."""

    ages: tuple[float, ...] = ()
    male: float = 1.0
    female: float = 1.0


@dataclass(frozen=True, slots=True)
class Link:
    """How often a cause makes people say yes to a clue.

    `share`: of those with the cause to whom the question is put. `otherwise`: of those without it,
    where the source measured that too; else the clue's own share. `n`: how many people stand behind
    `share` (0: by `confidence`). `published`: what the source found, and in whom. Without sources
    of its own a link rests on those of its cause.
    """

    clue: str
    share: float
    otherwise: float | None = None
    confidence: Confidence = "estimate"
    n: int = 0
    published: str = ""
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """A condition as a candidate: its priors by region, its pattern by age and sex, its links.

    `id` is the condition. `sources` stand behind everything in it that has none of its own.
    """

    id: str
    sources: tuple[Citation, ...]
    back: Prior | None = None
    neck: Prior | None = None
    age_sex: AgeSex = AgeSex()
    links: tuple[Link, ...] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Clue:
    """Answers that count together as one yes or no: yes where `yes` is certain, no where `no` is.

    `ordinary` is its share without any of the linked causes. With `only_if`, a no says nothing
    unless that could hold. Every yes/no finding is a clue by itself.
    """

    id: str
    yes: Expr
    no: Expr
    ordinary: Share
    sources: tuple[Citation, ...]
    only_if: Expr | None = None
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class SyndromeGroup:
    """Clues that move together, and the joint likelihood ratio to which they are held.

    `cap` bounds what the answers of a person with the cause are expected to reach; with `strict`,
    what all of them together can. Of the clues in one tuple of `apart` one person has one at most.
    """

    id: str
    clues: tuple[str, ...]
    cap: float
    sources: tuple[Citation, ...]
    apart: tuple[tuple[str, ...], ...] = ()
    strict: bool = False
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Causes that no answer tells apart."""

    id: str
    causes: tuple[str, ...]
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class DifferentialParameter:
    """A number, or several, that the differential as a whole rests on."""

    id: str
    values: tuple[float, ...]
    sources: tuple[Citation, ...]
    position: Position = NOWHERE


Words = Mapping[str, Any]
"""The words of one language: kind -> id -> text or small mapping, exactly as in kb/words/<lang>/."""


@dataclass(frozen=True, eq=False, repr=False)
class Knowledge:
    """The whole knowledge base, immutable, equal only to itself.

    `hashes` has one SHA-256 per part, and one over all. `overlay` is the title of the changes to
    the shipped knowledge that it has in it: with any, no person is assessed by it.
    """

    findings: Mapping[str, Finding]
    terms: Mapping[str, DerivedTerm]
    rules: Mapping[str, Rule]
    lifetimes: Mapping[str, Lifetime]
    dispositions: Mapping[str, DispositionFrame]
    actions: Mapping[str, Action]
    conditions: Mapping[str, Condition]
    populations: Mapping[str, Population]
    screens: tuple[DangerScreen, ...]
    conflicts: Mapping[str, Conflict]
    sources: Mapping[str, Source]
    registers: Mapping[str, Register]
    hazards: Mapping[str, Hazard]
    profile: Mapping[str, ProfileItem]
    spreads: Mapping[str, Spread]
    words: Mapping[str, Words]
    hashes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    causes: Mapping[str, Cause] = field(default_factory=lambda: MappingProxyType({}))
    clues: Mapping[str, Clue] = field(default_factory=lambda: MappingProxyType({}))
    syndromes: Mapping[str, SyndromeGroup] = field(default_factory=lambda: MappingProxyType({}))
    lookalikes: Mapping[str, Lookalikes] = field(default_factory=lambda: MappingProxyType({}))
    parameters: Mapping[str, DifferentialParameter] = field(
        default_factory=lambda: MappingProxyType({})
    )
    lists: tuple[QuestionList, ...] = ()
    care: Care = field(default_factory=Care)
    pictures: Mapping[str, Picture] = field(default_factory=lambda: MappingProxyType({}))
    check_in: tuple[CheckInList, ...] = ()
    recovery: Recovery = field(default_factory=Recovery)
    countries: Mapping[str, Country] = field(default_factory=lambda: MappingProxyType({}))
    stuck: tuple[StuckQuestion, ...] = ()
    overlay: str = ""
    published: Mapping[str, Published] = field(default_factory=lambda: MappingProxyType({}))

    def __repr__(self) -> str:
        """Which knowledge, in one line: written out, it has millions of characters."""
        return f"<Knowledge {self.hash if self.hashes else 'not hashed'}>"

    @property
    def hash(self) -> str:
        """`sha256:…` over the resolved model as canonical JSON; `what-if:…` if it is an overlay."""
        return f"{'what-if' if self.overlay else 'sha256'}:{self.hashes['all']}"

    @cached_property
    def term_expressions(self) -> dict[str, Expr]:
        """Term id to its condition, as `expr` functions want it."""
        return {term.id: term.when for term in self.terms.values()}

    @cached_property
    def findings_of_rule(self) -> dict[str, tuple[str, ...]]:
        """Rule id to every finding that decides it, terms opened, sorted by id."""
        return {
            rule.id: tuple(
                sorted({part.finding for part, _ in literals(rule.when, self.term_expressions)})
            )
            for rule in self.rules.values()
        }

    @cached_property
    def rules_by_urgency(self) -> tuple[Rule, ...]:
        """The rules, most urgent first, then by id."""
        return tuple(sorted(self.rules.values(), key=lambda rule: (-rule.disposition, rule.id)))
