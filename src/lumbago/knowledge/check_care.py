"""The part of `lumbago kb check` that reads what to do: ids, agents, doses, dosages, words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from lumbago.errors import Position, Problem, did_you_mean
from lumbago.expr import literals
from lumbago.knowledge.care import Dosage, Label, Medicine
from lumbago.knowledge.care_parts import conditions, dosages, effects, kinds, labels
from lumbago.knowledge.check_words import HIGHEST_GRADE, Check, listed, texts_in, words_of
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.readability import grade

THING: Final = "finding, rule, measure, medicine, habit, limit or safety row"
"""What a conflict can be about."""

_DAY_MINUTES: Final = 24 * 60
_PROSE: Final = ("measures", "medicines", "habits", "safety", "interactions", "effects")


def pools(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """The ids that something can name, by kind."""
    care = knowledge.care
    found = {kind: frozenset(entries) for kind, entries in kinds(care)}
    things = frozenset(knowledge.findings) | frozenset(knowledge.rules)
    todo = found["measure"] | found["medicine"]
    return found | {
        "measure or medicine": todo,
        THING: things | todo | found["habit"] | found["limit"] | found["safety row"],
        "statement": frozenset(
            s.id for register in knowledge.registers.values() for s in register.statements
        ),
    }


References = Iterator[tuple[str, Position, str, Iterable[str]]]


def references(knowledge: Knowledge) -> References:
    """Who of the care names something, where, what kind of thing, and the ids."""
    care = knowledge.care
    for measure in care.measures.values():
        owner, at = f"measure '{measure.id}'", measure.position
        steps = [id_ for id_ in (measure.next, measure.back) if id_]
        yield owner, at, "measure", [*steps, *measure.parts]
        yield owner, at, "conflict", measure.conflicts
        yield owner, at, "statement", measure.named_by
        yield owner, at, "stage", [d.stage for d in (*measure.dosages, *measure.short)]
        named = (measure.picture, *measure.pictures.values())
        yield owner, at, "picture", [id_ for id_ in named if id_]
    for medicine in care.medicines.values():
        owner, at = f"medicine '{medicine.id}'", medicine.position
        yield owner, at, "conflict", medicine.conflicts
        yield owner, at, "statement", medicine.named_by
    for habit in care.habits.values():
        owner, at = f"habit '{habit.id}'", habit.position
        yield owner, at, "measure", habit.measures
        yield owner, at, "conflict", habit.conflicts
        yield owner, at, "statement", habit.named_by
    for says in care.guidelines.values():
        owner, at = f"guideline position '{says.id}'", says.position
        yield owner, at, "measure or medicine", [says.measure]
        yield owner, at, "source", [says.guideline]
    for conflict in knowledge.conflicts.values():
        owner, at = f"conflict '{conflict.id}'", conflict.position
        chosen = [id_ for id_ in (conflict.default, *conflict.choices) if id_]
        yield owner, at, THING, [*conflict.about, *chosen]


# ------------------------------------------------------------------------------------------ agents


@listed
def agents_are_carried(knowledge: Knowledge) -> Iterator[Problem]:
    """Every agent of a safety row or interaction is carried by something."""
    care = knowledge.care
    carried = {a for m in care.measures.values() for a in m.agents}
    carried |= {a for m in care.medicines.values() for a in m.agents}
    for row in care.safety.values():
        owner = f"safety row '{row.id}'"
        if not row.agents:
            yield Problem(f"{owner} stands against nothing.", str(row.position), "Name an agent.")
        yield from _uncarried(owner, row.position, row.agents, carried)
    for one in care.interactions.values():
        owner = f"interaction '{one.id}'"
        yield from _uncarried(owner, one.position, (one.first, one.second), carried)


def _uncarried(
    owner: str, at: Position, agents: Iterable[str], carried: set[str]
) -> Iterator[Problem]:
    for agent in agents:
        if agent not in carried:
            said = f"{owner} speaks of '{agent}', which nothing carries."
            hint = did_you_mean(agent, carried) or "Give it to a measure or a medicine."
            yield Problem(said, str(at), hint)


@listed
def care_questions_decide_something(knowledge: Knowledge) -> Iterator[Problem]:
    """Every question asked for the plan decides a step of it."""
    terms = knowledge.term_expressions
    used = {
        part.finding for expr in conditions(knowledge.care) for part, _ in literals(expr, terms)
    }
    for finding in knowledge.findings.values():
        if finding.only_if is not None and finding.id in used:
            used |= {part.finding for part, _ in literals(finding.only_if, terms)}
    for finding in knowledge.findings.values():
        if finding.for_care and finding.id not in used:
            said = f"finding '{finding.id}' is asked for the plan, but no step depends on it."
            hint = "Use it in a safety row, a measure or a habit, or remove it."
            yield Problem(said, str(finding.position), hint)


@listed
def articles_and_care_agree(knowledge: Knowledge) -> Iterator[Problem]:
    """Statements and what carries them name each other."""
    care = knowledge.care
    carried = {
        (kind, id_, statement.id)
        for register in knowledge.registers.values()
        for statement in register.statements
        for item in statement.carried_by
        for kind, id_ in item.items()
    }
    for kind, entries in (
        ("measure", care.measures),
        ("medicine", care.medicines),
        ("habit", care.habits),
    ):
        for entry in entries.values():
            here = {
                statement for what, id_, statement in carried if (what, id_) == (kind, entry.id)
            }
            for statement in sorted(here ^ set(entry.named_by)):
                said = f"{kind} '{entry.id}' and statement '{statement}' do not name each other."
                hint = "Add it to `named_by` and to `carried_by`, or to neither."
                yield Problem(said, str(entry.position), hint)


# ----------------------------------------------------------------------------------------- numbers


@listed
def labels_are_whole(knowledge: Knowledge) -> Iterator[Problem]:
    """Every dose has a label with its country, version and day, and fits it."""
    for medicine, label in labels(knowledge.care):
        for said, hint in _wrong_in_label(medicine, label):
            owner = f"medicine '{medicine.id}', label of {label.country}"
            yield Problem(f"{owner} {said}.", str(medicine.position), hint)
    for medicine in knowledge.care.medicines.values():
        if medicine.labels and medicine.offer in ("never", "inform"):
            said = f"medicine '{medicine.id}' is not offered, but has a dose."
            yield Problem(said, str(medicine.position), "Remove the labels.")
        countries = Counter(label.country for label in medicine.labels)
        for country, times in countries.items():
            if times > 1:
                said = f"medicine '{medicine.id}' has {times} labels of {country}."
                yield Problem(said, str(medicine.position), "Keep the stricter one.")


def _wrong_in_label(medicine: Medicine, label: Label) -> Iterator[tuple[str, str]]:
    if not (len(label.country) == 2 and label.country.isupper()):
        yield "names no country", "Write two letters, as in US."
    if not label.version.strip():
        yield "has no version", "Say which label was read."
    if not _is_day(label.dated):
        yield "has no day", "Write `dated: 2026-11-22`."
    smallest, largest = label.dose
    if not 0 < smallest <= largest <= label.most_per_day:
        yield "has doses that do not fit its day", "Smallest, largest, then the most of a day."
    if label.interval_minutes <= 0 or label.most_days <= 0 or label.youngest <= 0:
        yield "lacks an interval, a number of days or an age", "Each must be above 0."
    if label.interval_minutes * (label.most_per_day // largest if largest > 0 else 0) > (
        _DAY_MINUTES + label.interval_minutes
    ):
        yield "allows more doses than its interval leaves time for", "Check interval and ceiling."
    if medicine.ceiling_per_day > label.most_per_day:
        yield "is stricter than our own ceiling", "Lower `ceiling_per_day`."
    if 0 < medicine.interval_minutes < label.interval_minutes:
        yield "is stricter than our own interval", "Raise `interval_minutes`."


@listed
def dosages_are_sound(knowledge: Knowledge) -> Iterator[Problem]:
    """Every dosage has numbers that fit into a day, once for each stage."""
    care = knowledge.care
    for owner, at, dosage in dosages(care):
        for said in _wrong_in_dosage(dosage):
            hint = "Write the smaller number first, in minutes, seconds and counts."
            yield Problem(f"{owner}, dosage of '{dosage.stage}' {said}.", str(at), hint)
    for measure in care.measures.values():
        for one in (measure.dosages, measure.short):
            for stage, times in Counter(d.stage for d in one).items():
                if times > 1:
                    said = f"measure '{measure.id}' has {times} dosages of '{stage}'."
                    yield Problem(said, str(measure.position), "Keep one.")
        if measure.one_minute != bool(measure.short):
            said = f"measure '{measure.id}' needs `short` if, and only if, it is `one_minute`."
            yield Problem(said, str(measure.position), "Add the one, or remove the other.")
        if (measure.kind == "programme") != bool(measure.parts):
            said = f"measure '{measure.id}' needs `parts` if, and only if, it is a programme."
            yield Problem(said, str(measure.position), "Add the one, or remove the other.")


def _wrong_in_dosage(dosage: Dosage) -> Iterator[str]:
    ranges = (
        *(dosage.minutes, dosage.per_day, dosage.hold_seconds),
        *(dosage.repetitions, dosage.sets),
    )
    if any(not 0 <= one[0] <= one[1] for one in ranges):
        yield "has a range that is not two rising numbers"
        return
    if not any(one[1] for one in ranges):
        yield "has no number"
    most = dosage.per_day[1] * (dosage.minutes[0] + dosage.gap_minutes)
    if most > _DAY_MINUTES:
        yield "does not fit into a day"


@listed
def effects_are_sound(knowledge: Knowledge) -> Iterator[Problem]:
    """Every effect lies in its interval and has a name of its own."""
    seen: set[str] = set()
    for owner, at, effect in effects(knowledge.care):
        low = effect.value if effect.low is None else effect.low
        high = effect.value if effect.high is None else effect.high
        if not low <= effect.value <= high:
            said = f"{owner}, effect '{effect.id}' lies outside its interval."
            yield Problem(said, str(at), "Check the three numbers.")
        if effect.id in seen:
            yield Problem(f"effect '{effect.id}' is there twice.", str(at), "Rename one.")
        seen.add(effect.id)


@listed
def stages_follow_each_other(knowledge: Knowledge) -> Iterator[Problem]:
    """The stages cover all time from the onset, without gap or overlap."""
    end: int | None = 0
    for stage in sorted(knowledge.care.stages.values(), key=lambda one: one.from_hours):
        if stage.from_hours != end:
            said = f"stage '{stage.id}' does not begin where the one before it ends."
            yield Problem(said, str(stage.position), "Check from_hours and until_hours.")
        end = stage.until_hours
    if end is not None:
        said = "The last stage ends." if knowledge.care.stages else "There is no stage."
        yield Problem(said, "care/stages.yaml", "The last stage has no `until_hours`.")


# ------------------------------------------------------------------------------------------- words


@listed
def care_is_easy_to_read(knowledge: Knowledge) -> Iterator[Problem]:
    """Every sentence about what to do can be read with nine years of school."""
    for kind in _PROSE:
        for id_, words in words_of(knowledge, kind).items():
            for key, text in words.items() if isinstance(words, Mapping) else (("", words),):
                prose = " ".join(texts_in(text))
                if key != "name" and grade(prose) > HIGHEST_GRADE:
                    said = f"The words of '{id_}' ({kind}{' ' if key else ''}{key}) have reading "
                    said += f"grade {grade(prose):.1f}, above {HIGHEST_GRADE:.0f}."
                    yield Problem(said, f"words/en/{kind}", "Use shorter words and sentences.")


@listed
def conflicts_say_what_is_done(knowledge: Knowledge) -> Iterator[Problem]:
    """Every conflict about care says what is supported, done and left to choose."""
    words = words_of(knowledge, "conflicts")
    for conflict in knowledge.conflicts.values():
        text = words.get(conflict.id)
        keys = ["supported"] if conflict.default else []
        keys += ["may_choose"] if conflict.choices else []
        for key in keys:
            if not (isinstance(text, Mapping) and str(text.get(key, "")).strip()):
                said = f"The words of '{conflict.id}' under conflicts lack '{key}'."
                yield Problem(said, str(conflict.position), "Write it.")
        if conflict.choices and not conflict.default:
            said = f"conflict '{conflict.id}' leaves a choice, but names no default."
            yield Problem(said, str(conflict.position), "Say in `default` what is done.")


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


CARE_CHECKS: Final[tuple[Check, ...]] = (
    agents_are_carried,
    care_questions_decide_something,
    articles_and_care_agree,
    labels_are_whole,
    dosages_are_sound,
    effects_are_sound,
    stages_follow_each_other,
    care_is_easy_to_read,
    conflicts_say_what_is_done,
)
"""The checks of what to do, in the order in which they are printed."""
