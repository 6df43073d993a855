"""What stands against a measure or a medicine, for one person.

A row that blocks or asks for a pharmacist stands while it holds *or could hold*: it needs a known
"no". What only an open question keeps away is *held*, with the questions. `stands` and `offered` are
the definition that `planning.smt` repeats in symbols.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from lumbago.answers import Answers
from lumbago.assess import still_open
from lumbago.evidence import Citation
from lumbago.expr import Expr
from lumbago.expr import push_negation as push
from lumbago.knowledge.care import Interaction, Measure, Medicine, SafetyAction
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.triage.scalar import POSSIBLE, Open, Reading, Rules

Status = Literal["offered", "held", "ask", "blocked"]
Origin = Literal["safety", "population", "rule", "interaction", "already_used"]

_KNOWN: Final = Reading(Open.NEVER, Open.ALWAYS)
"""What no further answer takes back, unless an unsure one is made sure."""

CAREFUL_FAMILIES: Final = frozenset({"bone", "cancer", "infection"})
"""Where a rule of `soon` protects against one of these, only position, breathing and short walks."""

_CALM_KINDS: Final = frozenset(
    {"position", "breathing", "walking", "rest", "sleep", "work", "avoid", "contact"}
)
_EFFECTS: Final[Mapping[str, tuple[SafetyAction, frozenset[str]]]] = {
    "no_medicine": ("block", frozenset({"any_medicine"})),
    "medicine_by_pharmacist": ("ask", frozenset({"any_medicine"})),
    "no_nsaid": ("block", frozenset({"group_nsaid"})),
    "pharmacist_before_nsaid": ("ask", frozenset({"group_nsaid"})),
    "no_end_range_exercise": ("block", frozenset({"end_range"})),
    "no_lying_prone": ("block", frozenset({"prone"})),
    "no_lying_supine": ("block", frozenset({"supine", "flat_supine"})),
    "no_hot_bath": ("block", frozenset({"bath", "hot_bath"})),
    "no_heat_on_numb_skin": ("block", frozenset({"heat"})),
    "no_manual_therapy": ("block", frozenset({"manual_therapy", "massage"})),
}
"""What a population changes, as agents that it stands against."""

NO_PLAN_EFFECTS: Final = frozenset({"no_plan", "triage_only"})


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can stand against agents: a safety row, a population's effect, or a rule."""

    id: str
    origin: Origin
    agents: frozenset[str]
    when: Expr
    action: SafetyAction
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Objection:
    """A row that stands, whether it is known to hold, and the open questions that could lift it."""

    id: str
    origin: Origin
    action: SafetyAction
    known: bool
    questions: tuple[str, ...]
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a measure or medicine stands for one person, and why."""

    id: str
    status: Status
    objections: tuple[Objection, ...] = ()
    cautions: tuple[Objection, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """What must be answered first, each once."""
        found = (q for objection in self.objections for q in objection.questions)
        return tuple(dict.fromkeys(found))


Item = Measure | Medicine


def agents_of(item: Item) -> frozenset[str]:
    """The agents of an item, with what its kind, group and agents amount to."""
    agents = set(item.agents)
    if isinstance(item, Medicine):
        agents |= {"any_medicine", f"group_{item.group}"}
    elif item.kind not in _CALM_KINDS:
        agents.add("more_than_calm")
    if any(agent.startswith("end_range") for agent in agents):
        agents.add("end_range")
    return frozenset(agents)


class Eligibility:
    """The rows of a knowledge base and the items they stand against, prepared once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.rules = Rules(knowledge)
        terms = knowledge.term_expressions
        self.rows = tuple(rows(knowledge))
        self.pushed = {row.id: push(row.when, terms) for row in self.rows}
        care = knowledge.care
        self.items: Mapping[str, Item] = {**care.measures, **care.medicines}
        self.rows_of: Mapping[str, tuple[Row, ...]] = {
            id_: tuple(row for row in self.rows if row.agents & agents_of(item))
            for id_, item in self.items.items()
        }

    def standings(self, answers: Answers) -> dict[str, Standing]:
        """Every item for one person; each row is read once."""
        read = {row.id: self.objection(row, answers) for row in self.rows}
        return {id_: self._standing(id_, read) for id_ in self.items}

    def _standing(self, item: str, read: Mapping[str, Objection | None]) -> Standing:
        standing = [o for row in self.rows_of[item] if (o := read[row.id]) is not None]
        objections = tuple(o for o in standing if o.action != "caution")
        cautions = tuple(o for o in standing if o.action == "caution")
        return Standing(item, status_of(objections), objections, cautions)

    def stands(self, row: Row, answers: Answers) -> bool:
        """Whether a row holds or could hold: not asked and unsure count."""
        return self.rules.holds(row.when, answers, POSSIBLE)

    def offered(self, item: str, answers: Answers) -> bool:
        """Whether nothing blocks an item or asks for a pharmacist first, known or unknown."""
        rows = (row for row in self.rows_of[item] if row.action != "caution")
        return not any(self.stands(row, answers) for row in rows)

    def objection(self, row: Row, answers: Answers) -> Objection | None:
        """What a row has to say, or None where it is known not to hold."""
        if not self.stands(row, answers):
            return None
        known = self.rules.holds(row.when, answers, _KNOWN)
        questions = () if known else sorted(still_open(self.pushed[row.id], answers))
        return Objection(row.id, row.origin, row.action, known, tuple(questions), row.sources)


def status_of(objections: Iterable[Objection]) -> Status:
    """A known block first, then a known ask, then what only questions hold."""
    found = tuple(objections)
    if any(o.known and o.action == "block" for o in found):
        return "blocked"
    if any(o.known for o in found):
        return "ask"
    return "held" if found else "offered"


def rows(knowledge: Knowledge) -> Iterable[Row]:
    """Everything that can stand against something, in the order of the knowledge."""
    for row in knowledge.care.safety.values():
        yield Row(row.id, "safety", frozenset(row.agents), row.when, row.action, row.sources)
    for population in knowledge.populations.values():
        for effect in population.effects:
            if effect in _EFFECTS:
                action, agents = _EFFECTS[effect]
                id_ = f"{population.id}.{effect}"
                yield Row(id_, "population", agents, population.when, action, population.sources)
    for rule in knowledge.rules.values():
        condition = knowledge.conditions.get(rule.protects_against)
        family = condition.family if condition else ""
        if rule.disposition is Disposition.SOON and family in CAREFUL_FAMILIES:
            calm = frozenset({"more_than_calm"})
            yield Row(f"{rule.id}.calm", "rule", calm, rule.when, "block", rule.sources)
            drugs = frozenset({"any_medicine"})
            yield Row(f"{rule.id}.medicine", "rule", drugs, rule.when, "ask", rule.sources)


def no_plan_for(knowledge: Knowledge, rules: Rules, answers: Answers) -> dict[str, bool]:
    """The populations without a plan that the person could belong to, and whether that is known."""
    return {
        population.id: rules.holds(population.when, answers, _KNOWN)
        for population in knowledge.populations.values()
        if NO_PLAN_EFFECTS & set(population.effects)
        and rules.holds(population.when, answers, POSSIBLE)
    }


# -------------------------------------------------------------------------------- interactions


@dataclass(frozen=True, slots=True)
class InUse:
    """Something that is on, in or lately was on a person: its agents, and when it was last used."""

    id: str
    agents: frozenset[str]
    minute: int


def apart(
    interactions: Iterable[Interaction], one: frozenset[str], other: frozenset[str]
) -> tuple[Interaction, ...]:
    """The interactions between two sets of agents, in either order."""
    return tuple(
        pair
        for pair in interactions
        if (pair.first in one and pair.second in other)
        or (pair.second in one and pair.first in other)
    )


def with_interactions(standing: Standing, found: Iterable[Interaction], origin: Origin) -> Standing:
    """A standing with what does not go together added as known blocks."""
    more = tuple(
        Objection(pair.id, origin, "block", True, (), pair.sources)
        for pair in found
        if pair.id not in {o.id for o in standing.objections}
    )
    objections = (*standing.objections, *more)
    return replace(standing, status=status_of(objections), objections=objections)
