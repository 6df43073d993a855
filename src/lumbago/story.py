"""What it can be, in words: the likely causes, what fits and what does not, what must not be missed.

No probability is put into words where help is urgent or a danger question is open, and no frequency
for a serious cause (`phrase` of the differential decides both).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from lumbago.assess import Assessment
from lumbago.differential.explain import (
    Explainer,
    Likely,
    Weight,
    phrase,
)
from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.quantity import Interval, from_base
from lumbago.wording import Wording

REASONS: Final = 4
"""So many reasons are named on each side in the short story."""

_STRONG, _CLEAR = 10.0, 5.0


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause in words: its name, how often (empty where not said), what fits, what does not."""

    name: str
    how_often: str
    fits: tuple[str, ...]
    against: tuple[str, ...]
    alike: str


@dataclass(frozen=True, slots=True)
class Story:
    """The differential of an assessment in words; `causes` is empty where help is urgent."""

    title: str
    lead: str
    causes: tuple[Cause, ...]
    missed_title: str
    not_to_be_missed: tuple[str, ...]
    notes: tuple[str, ...]


class Teller:
    """Tells what it can be, in the words of one language."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.knowledge = wording.knowledge
        self.words: Mapping[str, Any] = wording.words["differential"]

    def story(self, assessment: Assessment) -> Story | None:
        """The short story for the card; none while a danger question is open."""
        urgent = assessment.triage.verdict.as_told >= Disposition.SAME_DAY
        if not urgent and not assessment.triage.cleared:
            return None
        found = assessment.differential
        none = [str(self.words["none_because"][found.none_because])] if found.none_because else []
        notes = none + [str(self.words["notes"][note]) for note in found.notes]
        return Story(
            title=str(self.words["title"]),
            lead=str(self.words["urgent" if urgent else "lead"]),
            causes=() if urgent else tuple(self._cause(assessment, one) for one in found.likely),
            missed_title=str(self.words["not_to_be_missed"]),
            not_to_be_missed=tuple(map(self.wording.condition, assessment.not_to_be_missed)),
            notes=tuple(none if urgent else notes),
        )

    def _cause(self, assessment: Assessment, one: Likely) -> Cause:
        return Cause(
            name=self.wording.condition(one.condition),
            how_often=self.how_often(one.condition, one.probability, urgent=False),
            fits=self._findings(assessment, one.speaks_for),
            against=self._findings(assessment, one.against),
            alike=self._alike(one.alike),
        )

    def how_often(self, condition: str, probability: float, *, urgent: bool) -> str:
        """A probability in words; empty where it must not be said."""
        said = phrase(self.knowledge, condition, probability, urgent=urgent)
        if said.band is None:
            return ""
        band = str(self.words["bands"][said.band])
        if said.frequency is None:
            return band
        count, people = said.frequency
        return f"{band}, {self.words['frequency'].format(count=count, people=people)}"

    def _findings(self, assessment: Assessment, weights: Iterable[Weight]) -> tuple[str, ...]:
        told = dict.fromkeys(self._told(assessment, weight.finding) for weight in weights)
        return tuple(told)[:REASONS]

    def _told(self, assessment: Assessment, finding: str) -> str:
        """An answer in words; a doubtful one, or one that no question asks, by its name alone."""
        short = self.wording.short(finding)
        answer = assessment.answers.get(finding)
        match answer.possible if answer else None:
            case Interval() as value:
                unit = self.knowledge.findings[finding].unit
                if unit is None or not value.exact:
                    return short
                return f"{short}: {from_base(value.low, unit)}"
            case frozenset() as values if len(values) == 1:
                return self._chosen(finding, short, next(iter(values)))
        return short

    def _chosen(self, finding: str, short: str, value: str) -> str:
        if value == "no":
            return f"{short}: {self.wording.message('said_no')}"
        if self.knowledge.findings[finding].answer == "choice":
            return f"{short}: {self.wording.choice(finding, value)}"
        return short

    def _alike(self, others: tuple[str, ...]) -> str:
        names = "; ".join(map(self.wording.condition, others))
        return str(self.words["alike"]).format(causes=names) if names else ""

    def cause_story(
        self, assessment: Assessment, condition: str
    ) -> Iterator[tuple[str, list[str]]]:
        """The whole story of one cause for one person, as headings with their lines.

        Raises `InputError` if the condition is not known.
        """
        if condition not in self.knowledge.conditions:
            hint = did_you_mean(condition, self.knowledge.conditions)
            raise InputError(Problem(f"{condition!r} is no known condition.", hint=hint))
        explainer = _explainer(self.knowledge)
        found = assessment.differential
        settled = assessment.triage.cleared
        urgent = assessment.triage.verdict.as_told >= Disposition.SAME_DAY or not settled
        if urgent:
            yield str(self.words["urgent"]), []
        if found.none_because:
            yield str(self.words["none_because"][found.none_because]), []
            return
        if condition not in found.ranked:
            yield str(self.words["not_suggested"]), []
            return
        often = self.how_often(condition, found.ranked[condition], urgent=urgent)
        if often:
            yield str(self.words["title"]), [often]
        posterior = explainer.network.posterior(assessment.answers)
        weights = explainer.weights(posterior, assessment.answers, condition)
        fits = [self._weighed(assessment, weight) for weight in weights if weight.decibans > 0]
        yield str(self.words["speaks_for"]), fits or [str(self.words["nothing_for"])]
        against = [self._weighed(assessment, weight) for weight in weights if weight.decibans < 0]
        yield str(self.words["speaks_against"]), against or [str(self.words["nothing_against"])]
        asked = [self.wording.short(clue.finding) for clue in found.not_asked]
        if asked:
            yield str(self.words["not_asked"]), asked
        for note in found.notes:
            yield str(self.words["notes"][note]), []

    def _weighed(self, assessment: Assessment, weight: Weight) -> str:
        size = abs(weight.decibans)
        strength = "strong" if size >= _STRONG else "clear" if size >= _CLEAR else "slight"
        word = self.words["strength"][strength]
        return f"{self._told(assessment, weight.finding)} ({word}, {weight.decibans:+.1f} dB)"


@lru_cache(maxsize=4)
def _explainer(knowledge: Knowledge) -> Explainer:
    return Explainer(knowledge)
