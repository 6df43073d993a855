"""A plan in sentences: what the terminal, the paper and the screens say. Every word comes from kb/."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lumbago.knowledge.care import Dosage, Intake
from lumbago.planning.eligibility import Objection, Standing
from lumbago.planning.result import (
    Backing,
    CarePlan,
    Choice,
    HabitAdvice,
    MedicineStep,
    Review,
    Step,
    UntilSeen,
)
from lumbago.recovery.nof1.answer import Result
from lumbago.story_comparison import ComparisonTeller, concerns
from lumbago.wording import Wording


@dataclass(frozen=True, slots=True)
class Told:
    """One step, medicine or habit in words. `amount` is how long and how often; each may be empty."""

    name: str
    amount: str
    how: tuple[str, ...]
    why: str
    notes: tuple[str, ...]
    stop_if: tuple[str, ...]
    evidence: str
    disagree: tuple[str, ...]


class PlanTeller:
    """Turns the parts of a plan into sentences of one language.

    `own` is what the person compared for themselves; it stands beside what the sources say.
    """

    def __init__(self, wording: Wording, own: Result | None = None) -> None:
        self.wording = wording
        self.knowledge = wording.knowledge
        self.words = wording.words
        self.own = own

    def say(self, id_: str, **values: object) -> str:
        """A sentence of the plan, its places filled in."""
        return str(self.words["plan"][id_]).format(**values)

    def name(self, id_: str) -> str:
        """The name of a measure, medicine or habit."""
        return str(self._of(id_).get("name", id_))

    def _of(self, id_: str) -> dict[str, Any]:
        for kind in ("measures", "medicines", "habits"):
            found = self.words.get(kind, {}).get(id_)
            if found is not None:
                return dict(found)
        return {}

    def why(self, id_: str) -> str:
        """The name of something and the reason given for it."""
        return f"{self.name(id_)}. {self._of(id_).get('why', '')}".strip()

    def time(self, at: datetime) -> str:
        """A moment of a person's day, with the weekday."""
        return f"{at:%A} {at:%H:%M}"

    def day(self, at: datetime) -> str:
        """A day, with its date."""
        return f"{at:%A} {at.day} {at:%B}"

    def stage(self, id_: str) -> str:
        """The name of a stage and what it is about."""
        words = self.words["stages"][id_]
        return f"{words['name']}: {words['plain']}"

    # ----------------------------------------------------------------------------------- steps

    def step(self, step: Step) -> Told:
        """A measure of the plan."""
        words = self._of(step.measure.id)
        return Told(
            name=self.name(step.measure.id),
            amount=self.amount(step.dosage) if step.dosage else "",
            how=_lines(words.get("how")),
            why=str(words.get("why", "")),
            notes=tuple(self._notes(step)),
            stop_if=_lines(words.get("stop_if")),
            evidence=self.evidence(words, step.backing),
            disagree=tuple(self.disagreements(step.backing)),
        )

    def amount(self, dosage: Dosage) -> str:
        """How long, how often, how far apart, in one line."""
        return ", ".join(self._amounts(dosage))

    def _amounts(self, dosage: Dosage) -> Iterator[str]:
        if dosage.minutes[1]:
            yield self._range("how_long", dosage.minutes, "minutes")
        if dosage.repetitions[1]:
            yield self._range("repeat", dosage.repetitions, "number")
        if dosage.hold_seconds[1]:
            yield self.say("hold", low=dosage.hold_seconds[0], high=dosage.hold_seconds[1])
        if dosage.each_side:
            yield self.say("each_side")
        if dosage.per_day[1]:
            once = dosage.per_day == (1, 1)
            yield (
                self.say("once_a_day")
                if once
                else self._range("how_often", dosage.per_day, "number")
            )
        if dosage.gap_minutes:
            hours, rest = divmod(dosage.gap_minutes, 60)
            if rest or not hours:
                yield self.say("apart", minutes=dosage.gap_minutes)
            elif hours == 1:
                yield self.say("apart_hour")
            else:
                yield self.say("apart_hours", hours=hours)

    def _range(self, id_: str, values: tuple[int, int], name: str) -> str:
        low, high = values
        if low in (0, high):
            return self.say(id_, **{name: high})
        return self.say(f"{id_}_range", low=low, high=high)

    def _notes(self, step: Step) -> Iterator[str]:
        if step.level.because in ("easier", "harder"):
            yield self.say(step.level.because)
        if step.level.percent < 100:
            yield self.say("percent", percent=step.level.percent)
        if step.not_before is not None:
            yield self.say("not_before", time=self.time(step.not_before))
        yield from (self.objection(caution) for caution in step.cautions)

    def objection(self, objection: Objection) -> str:
        """Why something stands against a step."""
        for kind in ("safety", "interactions"):
            words = self.words.get(kind, {}).get(objection.id)
            if words is not None:
                return str(words)
        if objection.origin == "population":
            population = self.knowledge.populations[objection.id.partition(".")[0]]
            return str(self.words["populations"][population.because])
        return self.say("why_rule")

    def evidence(self, words: dict[str, Any], backing: Backing) -> str:
        """What is known, how sure, whose sources, and which articles name it."""
        sure = self.say(f"certainty_{backing.certainty}")
        mark = self.wording.mark(backing.sources)
        parts = [f"{str(words.get('evidence', '')).strip()} ({sure}; {mark})".strip()]
        articles = sorted({self._article(id_) for id_ in backing.named_by} - {""})
        if articles:
            parts.append(self.say("named_by", articles=", ".join(articles)))
        return " ".join(parts)

    def _article(self, statement: str) -> str:
        for register in self.knowledge.registers.values():
            if any(one.id == statement for one in register.statements):
                return register.title
        return ""

    def disagreements(self, backing: Backing) -> Iterator[str]:
        """What the sources disagree about and what is done here, then what guidelines say."""
        for id_ in backing.conflicts:
            words = self.words["conflicts"].get(id_)
            if words is not None:
                yield f"{words['issue']} {words['choice']}"
                yield from self.own_result(id_)
        for id_ in backing.guidelines:
            position = self.knowledge.care.guidelines[id_]
            name = self.words.get("guidelines", {}).get(position.guideline, {}).get("name")
            yield f"{name or position.guideline}: {self.say(f'guideline_{position.says}')}."

    def own_result(self, conflict: str) -> Iterator[str]:
        """What the person found out for themselves about a conflict, if they compared its sides."""
        known = self.knowledge.conflicts.get(conflict)
        if self.own is not None and known is not None and concerns(self.knowledge, known, self.own):
            yield ComparisonTeller(self.wording).own_line(self.own)

    # ------------------------------------------------------------------------------- medicines

    def medicine(self, step: MedicineStep) -> Told:
        """A medicine: the next dose, or why there is none."""
        words = self._of(step.medicine.id)
        return Told(
            name=self.name(step.medicine.id),
            amount=self._dose(step),
            how=_lines(words.get("how")) if step.dose else (),
            why=str(words.get("why", "")),
            notes=tuple(self._medicine_notes(step)),
            stop_if=_lines(words.get("stop_if")) if step.dose else (),
            evidence=self.evidence(words, step.backing),
            disagree=tuple(self.disagreements(step.backing)),
        )

    def _dose(self, step: MedicineStep) -> str:
        if step.dose is None or step.at is None:
            return ""
        dose = step.dose
        units = self.say("dose_units_1" if dose.units == 1 else "dose_units", units=dose.units)
        return self.say(
            "dose",
            product=self.name(step.medicine.id),
            milligrams=dose.milligrams,
            units=units,
            time=self.time(step.at),
        )

    def _medicine_notes(self, step: MedicineStep) -> Iterator[str]:
        if step.dose is not None:
            dose = step.dose
            yield self.say("dose_total", total=step.total_with_dose, ceiling=dose.ceiling)
            label = dose.label
            yield self.say(
                "dose_label", country=label.country, version=label.version, dated=label.dated
            )
        elif step.none is not None:
            yield from (self.say(f"why_{why}") for why in step.none.why)
            if step.at is not None and set(step.none.why) <= {"check_first"}:
                yield self.say("dose_next", time=self.time(step.at))
        if step.standing.status == "offered" and not step.chosen:
            yield self.say("dose_may")
        yield from self.standing(step.standing)
        yield from (self.objection(caution) for caution in step.standing.cautions)

    def standing(self, standing: Standing) -> Iterator[str]:
        """Why something is not in the plan, and what to answer first."""
        if standing.status == "offered":
            return
        known = [o for o in standing.objections if o.known]
        for text in dict.fromkeys(self.objection(o) for o in known):
            yield f"{self.say(f'status_{standing.status}')}: {text}"
        if standing.status == "held":
            shorts = ", ".join(self.wording.short(id_) for id_ in standing.questions)
            yield f"{self.say('questions_first')}: {shorts}"

    # ----------------------------------------------------------------------------------- other

    def choice(self, choice: Choice) -> tuple[str, tuple[str, ...]]:
        """A choice as a question, and its options with what counts now."""
        return self.say(f"choice_{choice.id}"), tuple(self._options(choice))

    def _options(self, choice: Choice) -> Iterator[str]:
        for option in choice.options:
            label = self.words["plan"].get(f"option_{option.value}") or self.name(option.value)
            marks = []
            if option.value == choice.chosen:
                marks.append(self.say("chosen"))
            elif option.value == choice.current:
                marks.append(self.say(choice.because or "by_default"))
            if option.status != "offered":
                marks.append(self.say(f"status_{option.status}").lower())
            yield f"{label} ({', '.join(marks)})" if marks else str(label)

    def habit(self, advice: HabitAdvice) -> Told:
        """A habit worth changing."""
        words = self._of(advice.habit.id)
        return Told(
            name=self.name(advice.habit.id),
            amount="",
            how=_lines(words.get("do")),
            why=str(words.get("why", "")),
            notes=(),
            stop_if=(),
            evidence=self.evidence(words, advice.backing),
            disagree=tuple(self.disagreements(advice.backing)),
        )

    def intake(self, intake: Intake) -> str:
        """A daily intake."""
        name = self.words["nutrients"][intake.nutrient]["name"]
        return self.say("intake", name=name, amount=intake.per_day)

    def review(self, review: Review) -> str:
        """By when it should be better, and what then."""
        return self.say(f"review_{review.id}", day=self.day(review.day))

    def danger(self, plan: CarePlan) -> tuple[str, ...]:
        """The signs that end a plan at once."""
        return tuple(self.wording.short(id_) for id_ in plan.danger)

    def because(self, card: UntilSeen) -> tuple[str, ...]:
        """Why there is no plan."""
        return tuple(self.say(f"because_{why}") for why in card.because)

    def lines(self, prefix: str, ids: Iterable[str]) -> tuple[str, ...]:
        """Sentences by id, for example what to do until somebody has looked."""
        return tuple(self.say(f"{prefix}_{id_}") for id_ in ids)


def _lines(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
