"""From what is offered to what is in the plan: defaults, the person's choices, and who disagrees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lumbago.answers import Answers
from lumbago.errors import Problem, did_you_mean
from lumbago.knowledge.care import Care, Habit, Measure, Medicine, Stage
from lumbago.knowledge.model import Knowledge
from lumbago.planning.eligibility import (
    InUse,
    Item,
    Standing,
    agents_of,
    apart,
    with_interactions,
)
from lumbago.planning.history import History
from lumbago.planning.progress import MOVING
from lumbago.planning.result import Backing, Choice, Option
from lumbago.recovery.nof1.answer import preferred
from lumbago.triage.scalar import FORCED, TOLD, Rules

WARMTH: Final = "warmth"
MOVEMENT: Final = "movement"
MEDICINE: Final = "medicine"
POSITION: Final = "position"
MORE: Final = "add"
NEITHER: Final = "neither"
_THERMAL: Final = ("heat", "cold", "alternating")
_SITES: Final[Mapping[str, str]] = {
    "pain_site_low_back": "low_back",
    "pain_site_upper_mid_back": "upper_back",
    "pain_site_neck": "neck",
}
_CERTAINTY: Final = ("high", "moderate", "low", "very_low", "none")
_KIND_ORDER: Final = (
    *("position", "breathing", "heat", "cold", "alternating", "walking", "exercise"),
    *("rest", "work", "sleep", "hands_on", "device", "food", "prevention", "avoid"),
    *("programme", "contact"),
)


def regions_of(answers: Answers) -> frozenset[str]:
    """Where it hurts, as reported; the low back where nothing was said."""
    found = {
        region
        for finding, region in _SITES.items()
        if finding in answers and answers[finding].possible == frozenset({"yes"})
    }
    return frozenset(found) or frozenset({"low_back"})


def fits(measure: Measure, regions: frozenset[str]) -> bool:
    """Whether a measure is for a region that hurts."""
    return not measure.regions or bool(regions & set(measure.regions))


def stages_in_order(care: Care) -> tuple[Stage, ...]:
    """The stages, the first hours first."""
    return tuple(sorted(care.stages.values(), key=lambda stage: stage.from_hours))


def _to_lie_in(measure: Measure) -> bool:
    """A position that is held for a while, rather than a way to turn or get up."""
    return measure.kind == "position" and bool(measure.dosages)


def in_stage(measure: Measure, stage: str) -> bool:
    """Whether a measure belongs to a stage: without dosages it belongs to all."""
    return not measure.dosages or any(dosage.stage == stage for dosage in measure.dosages)


def backing(knowledge: Knowledge, item: Measure | Medicine | Habit) -> Backing:
    """Who says so, how sure they are, and who disagrees."""
    about = [c.id for c in knowledge.conflicts.values() if item.id in c.about]
    guidelines = [g.id for g in knowledge.care.guidelines.values() if g.measure == item.id]
    return Backing(
        certainty=item.works if isinstance(item, Habit) else item.certainty,
        sources=item.sources,
        effects=tuple(effect.id for effect in item.effects),
        named_by=item.named_by,
        conflicts=tuple(dict.fromkeys((*item.conflicts, *about))),
        guidelines=tuple(guidelines),
    )


@dataclass(frozen=True, slots=True)
class Selected:
    """What is in the plan for a stage, the choices that are open, and every standing."""

    measures: tuple[Measure, ...]
    picked: frozenset[str]
    choices: tuple[Choice, ...]
    standings: Mapping[str, Standing]
    problems: tuple[Problem, ...]


class Reconciler:
    """Chooses among what is offered, for one person."""

    def __init__(
        self,
        knowledge: Knowledge,
        rules: Rules,
        answers: Answers,
        standings: Mapping[str, Standing],
        history: History,
    ) -> None:
        self.knowledge = knowledge
        self.care = knowledge.care
        self.rules = rules
        self.answers = answers
        self.standings = dict(standings)
        self.history = history
        self.regions = regions_of(answers)
        self.problems: list[Problem] = []
        self.added = history.added | {
            part
            for id_ in history.added & self.care.measures.keys()
            for part in self.care.measures[id_].parts
        }

    def offered(self, measure: Measure, stage: str) -> bool:
        """Whether a measure can be done now by this person in a stage."""
        return (
            measure.offer in ("default", "choice")
            and self.standings[measure.id].status == "offered"
            and self.suits(measure, stage)
        )

    def suits(self, measure: Measure, stage: str) -> bool:
        """Whether a measure is for this person's region, stage and findings."""
        first = stages_in_order(self.care)[0].id
        if stage == first and measure.kind in MOVING and "neck" in measure.regions:
            return False  # no neck exercise in the first hours
        told = measure.only_if is None or self.rules.holds(measure.only_if, self.answers, FORCED)
        return told and fits(measure, self.regions) and in_stage(measure, stage)

    def select(self, stage: str, in_use: Iterable[InUse], now: int) -> Selected:
        """What is in the plan for a stage, and the choices."""
        self.keep_apart_from(in_use, now)
        warmth, thermal = self.warmth(stage)
        movement, moving = self.movement(stage)
        position, lying = self.position(stage)
        wanted = [
            measure
            for measure in self.care.measures.values()
            if measure.kind != "programme"
            and measure.id not in self.history.left
            and self.offered(measure, stage)
            and self._included(measure, {*thermal, *moving, *lying})
        ]
        kept = tuple(self.keep_apart(sorted(wanted, key=self.order)))
        choices = (warmth, movement, position, self.more(stage, kept))
        picked = self.added | {choice.chosen for choice in choices if choice.chosen}
        picked |= set(thermal) if warmth.chosen else set()
        return Selected(
            measures=kept,
            picked=frozenset(picked),
            choices=tuple(choice for choice in choices if choice.options),
            standings=self.standings,
            problems=tuple(self.problems),
        )

    def _included(self, measure: Measure, chosen: set[str]) -> bool:
        """Whether an offered measure is in the plan: by choice, by default, or picked besides."""
        if measure.kind in _THERMAL:
            return measure.id in chosen
        if measure.id in self.added or measure.id in chosen:
            return True
        by_choice = measure.kind in MOVING or _to_lie_in(measure)
        return measure.offer == "default" and not by_choice

    def order(self, measure: Measure) -> tuple[int, int, int, str]:
        """The most useful first: by kind, what eases this person, how sure, then id."""
        eases = measure.eases is not None and self.rules.holds(measure.eases, self.answers, TOLD)
        return (
            _KIND_ORDER.index("exercise" if measure.kind in MOVING else measure.kind),
            0 if eases else 1,
            _CERTAINTY.index(measure.certainty),
            measure.id,
        )

    def warmth(self, stage: str) -> tuple[Choice, tuple[str, ...]]:
        """Heat, cold, both in turn or neither: heat unless the person picks another.

        Unless, too, their own comparison speaks for another; while they compare, neither.
        """
        options = []
        for kind in _THERMAL:
            of_kind = [m for m in self.care.measures.values() if m.kind == kind]
            possible = [m for m in of_kind if m.offer in ("default", "choice")]
            suiting = sorted((m for m in possible if self.suits(m, stage)), key=self.default_first)
            free = [m.id for m in suiting if self.standings[m.id].status == "offered"]
            if suiting:
                status = "offered" if free else self.standings[suiting[0].id].status
                options.append(Option(kind, tuple(free), status))
        conflicts = self._conflicts_of_kinds(_THERMAL)
        if not options:
            return Choice(WARMTH, (), "", "", conflicts), ()
        options.append(Option(NEITHER, (), "offered"))
        chosen = self._chosen(WARMTH, [option.value for option in options])
        default, because = self._own_default(options)
        choice = Choice(WARMTH, tuple(options), default, chosen, conflicts, because)
        return choice, self._forms(options, choice)

    def _own_default(self, options: Sequence[Option]) -> tuple[str, str]:
        """What is done where nothing was chosen, and where that comes from if not from the trials."""
        own = self.history.own
        if own is not None and own.state == "running":
            return NEITHER, "comparing"
        wanted = preferred(self.knowledge.recovery, own)
        free = {o.value for o in options if o.status == "offered"}
        return (wanted, "own_result") if wanted in free else ("heat", "")

    def _forms(self, options: Sequence[Option], choice: Choice) -> tuple[str, ...]:
        """The form of warmth or cold: one that the person picked, else the first that is free.

        Where the person chose nothing, only what is offered by default.
        """
        free = next((option.measures for option in options if option.value == choice.current), ())
        picked = tuple(id_ for id_ in free if id_ in self.added)
        if choice.because == "own_result" and not choice.chosen:
            arms = self.knowledge.recovery.arms.values()
            compared = {arm.measure for arm in arms if arm.choice == choice.default}
            return picked[:1] or tuple(id_ for id_ in free if id_ in compared) or free[:1]
        if not choice.chosen:
            free = tuple(id_ for id_ in free if self.care.measures[id_].offer == "default")
        return picked[:1] or free[:1]

    def default_first(self, measure: Measure) -> tuple[bool, tuple[int, int, int, str]]:
        """What is offered by default before what is offered for the picking."""
        return measure.offer != "default", self.order(measure)

    def movement(self, stage: str) -> tuple[Choice, tuple[str, ...]]:
        """In the first hours one movement, of the person's own choice; later all by default."""
        care = self.care
        free = sorted(
            (m for m in care.measures.values() if m.kind in MOVING and self.offered(m, stage)),
            key=self.order,
        )
        if stage != stages_in_order(care)[0].id:
            everything = tuple(m.id for m in free if m.offer == "default")
            return Choice(MOVEMENT, (), "", "", ()), everything
        options = tuple(Option(m.id, (m.id,), "offered") for m in free)
        named = [m.id for m in care.measures.values() if m.kind in MOVING]
        chosen = self._chosen(MOVEMENT, [*named, NEITHER])
        conflicts = self._conflicts_of_kinds(tuple(MOVING))
        choice = Choice(MOVEMENT, options, "", chosen, conflicts)
        return choice, (chosen,) if chosen in {m.id for m in free} else ()

    def position(self, stage: str) -> tuple[Choice, tuple[str, ...]]:
        """One position to rest in: the first that is free unless the person picks another."""
        free = sorted(
            (m for m in self.care.measures.values() if _to_lie_in(m) and self.offered(m, stage)),
            key=self.default_first,
        )
        named = [m.id for m in self.care.measures.values() if _to_lie_in(m)]
        chosen = self._chosen(POSITION, named)
        options = tuple(Option(m.id, (m.id,), "offered") for m in free)
        default = free[0].id if free and free[0].offer == "default" else ""
        conflicts = self._conflicts_of_kinds(("position",))
        choice = Choice(POSITION, options, default, chosen, conflicts)
        current = choice.current if choice.current in {m.id for m in free} else default
        return choice, (current,) if current else ()

    def more(self, stage: str, kept: Sequence[Measure]) -> Choice:
        """Movements that may be added once the first hours are over."""
        if stage == stages_in_order(self.care)[0].id:
            return Choice(MORE, (), "", "", ())
        here = {measure.id for measure in kept}
        free = sorted(
            (
                m
                for m in self.care.measures.values()
                if m.kind in MOVING and m.id not in here and self.offered(m, stage)
            ),
            key=self.order,
        )
        return Choice(MORE, tuple(Option(m.id, (m.id,), "offered") for m in free), "", "", ())

    def _chosen(self, id_: str, known: Sequence[str]) -> str:
        chosen = self.history.choice(id_)
        if chosen and chosen not in known:
            hint = did_you_mean(chosen, known) or f"Use one of: {', '.join(known)}."
            self.problems.append(Problem(f"'{chosen}' cannot be chosen here.", id_, hint))
            return ""
        return chosen

    def _conflicts_of_kinds(self, kinds: Sequence[str]) -> tuple[str, ...]:
        ids = {m.id for m in self.care.measures.values() if m.kind in kinds}
        return tuple(
            conflict.id
            for conflict in self.knowledge.conflicts.values()
            if ids & {*conflict.about, *conflict.choices}
        )

    def keep_apart_from(self, in_use: Iterable[InUse], now: int) -> None:
        """Block what does not go with something in use now."""
        items: dict[str, Item] = {**self.care.measures, **self.care.medicines}
        for one in in_use:
            for id_, item in items.items():
                if id_ == one.id:
                    continue
                pairs = apart(self.care.interactions.values(), agents_of(item), one.agents)
                current = tuple(
                    p for p in pairs if not p.apart_minutes or now < one.minute + p.apart_minutes
                )
                if current:
                    standing = self.standings[id_]
                    self.standings[id_] = with_interactions(standing, current, "already_used")

    def keep_apart(self, measures: Iterable[Measure]) -> Iterator[Measure]:
        """Leave out the later of two that do not go into one plan at all."""
        kept: list[Measure] = []
        for measure in measures:
            never = [
                pair
                for other in kept
                for pair in apart(
                    self.care.interactions.values(), agents_of(measure), agents_of(other)
                )
                if not pair.apart_minutes
            ]
            if never:
                standing = self.standings[measure.id]
                self.standings[measure.id] = with_interactions(standing, never, "interaction")
            else:
                kept.append(measure)
                yield measure
