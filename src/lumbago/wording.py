"""From structures to sentences in one language, at the edge.

Every word comes from `kb/words/<language>/`. A card never says what a person "has", and names no
disposition below `same_day` while a danger question is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lumbago.answers import Mention, Polarity
from lumbago.assess import Assessment, FiredRule
from lumbago.evidence import Citation
from lumbago.knowledge.model import Disposition, Knowledge, Rule
from lumbago.quantity import Interval, from_base

_WEAKEST_FIRST: Final = ("estimate", "recalled", "verified")


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Why: the sentence, what was reported behind it, the rules, and how sure their sources are."""

    sentence: str
    reported: tuple[str, ...]
    rules: tuple[str, ...]
    mark: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Card:
    """An assessment in words. `urgent` is `same_day` or above; `open_count` counts open questions."""

    title: str
    within: str
    plain: str
    action: str
    urgent: bool
    settled: bool
    reasons: tuple[ReasonLine, ...]
    doubt: tuple[str, ...]
    open_questions: tuple[str, ...]
    open_count: int
    understood: tuple[str, ...]
    not_placed: tuple[str, ...]
    notes: tuple[str, ...]
    problems: tuple[str, ...]


class Wording:
    """The words of one language over one knowledge base."""

    def __init__(self, knowledge: Knowledge, language: str = "en") -> None:
        self.knowledge = knowledge
        self.words: Mapping[str, Any] = knowledge.words[language]

    def message(self, id_: str, **values: object) -> str:
        """A fixed message, its places filled in."""
        return str(self.words["messages"][id_]).format(**values)

    def handoff(self, id_: str, **values: object) -> str:
        """A sentence of a page or file that is handed on, its places filled in."""
        return str(self.words["handoff"][id_]).format(**values)

    def ask(self, finding: str) -> str:
        """The question of a finding."""
        return str(self.words["questions"][finding]["ask"])

    def help(self, finding: str) -> str:
        """How to check, or why it is asked; empty where nothing more is said."""
        return str(self.words["questions"][finding].get("help", ""))

    def short(self, finding: str) -> str:
        """A finding as a short noun phrase."""
        return str(self.words["questions"][finding]["short"])

    def choice(self, finding: str, choice: str) -> str:
        """The label of one choice."""
        return str(self.words["questions"][finding]["choices"][choice])

    def line(self, at: tuple[str, str]) -> str:
        """The statement or question at a kind of words and an id."""
        return str(self.words[at[0]][at[1]]["ask"])

    def title(self, at: tuple[str, str]) -> str:
        """The title of a list, a screen, or the message that is one."""
        words = self.words[at[0]][at[1]]
        return str(words["title"]) if isinstance(words, Mapping) else str(words)

    def lead(self, at: tuple[str, str]) -> str:
        """What stands below such a title; empty where nothing does."""
        words = self.words[at[0]][at[1]]
        return str(words.get("lead", "")) if isinstance(words, Mapping) else ""

    def longer_ago(self, finding: str) -> str:
        """The label of the answer that something is old and unchanged."""
        return str(self.words["questions"][finding]["longer_ago"])

    def protects(self, rules: Iterable[str]) -> tuple[str, ...]:
        """The names of what some rules protect against, each once, in their order."""
        against = (self.knowledge.rules[rule].protects_against for rule in rules)
        return tuple(dict.fromkeys(self.condition(condition) for condition in against))

    def because(self, rule: Rule) -> str:
        """The sentence that gives a rule's reason."""
        return str(self.words["rules"][rule.because])

    def action(self, action: str) -> str:
        """What to do, for a kind of help."""
        return str(self.words["actions"][action]["do"])

    def condition(self, condition: str) -> str:
        """The name of a condition."""
        return str(self.words["conditions"][condition]["name"])

    def mark(self, citations: Iterable[Citation]) -> str:
        """How sure the best of some citations is, in words."""
        best = max((_WEAKEST_FIRST.index(c.confidence) for c in citations), default=0)
        return self.message(f"{_WEAKEST_FIRST[best]}_mark")

    def card(self, assessment: Assessment, *, shown_open: int = 6) -> Card:
        """An assessment as a card."""
        triage = assessment.triage
        verdict = triage.verdict
        settled = verdict.disposition is not None
        frame = self.words["dispositions"][triage.disposition]
        questions = [self.short(question.finding) for question in triage.open_questions]
        return Card(
            title=str(frame["title"]),
            within=self._within(assessment) if settled else "",
            plain=str(frame["plain"]),
            action=self.action(triage.action) if settled else "",
            urgent=verdict.as_told >= Disposition.SAME_DAY,
            settled=settled,
            reasons=tuple(self._reasons(triage.rules, settled)),
            doubt=tuple(self.short(finding) for finding in triage.doubt),
            open_questions=tuple(questions[:shown_open]),
            open_count=len(questions),
            understood=tuple(self._mention(assessment, m) for m in assessment.mentions),
            not_placed=self._not_placed(assessment),
            notes=tuple(self._notes(assessment)),
            problems=tuple(str(problem) for problem in assessment.problems),
        )

    def _within(self, assessment: Assessment) -> str:
        verdict, hours = assessment.triage.verdict, assessment.triage.within_hours
        template = str(self.words["dispositions"][verdict.as_told.id]["within"])
        date = ""
        if assessment.at is not None and hours is not None:
            date = _day(assessment.at + timedelta(hours=hours))
        if "{date}" in template and not date:
            return template.split(", by", 1)[0]
        return template.format(hours=hours, date=date)

    def _reasons(self, fired: Iterable[FiredRule], settled: bool) -> Iterable[ReasonLine]:
        """One line for each reason, the most urgent first; while unsettled only urgent ones."""
        groups: dict[tuple[str, bool], list[FiredRule]] = {}
        for fire in fired:
            if settled or fire.rule.disposition >= Disposition.SAME_DAY:
                key = (fire.rule.because, fire.reading == "doubt")
                groups.setdefault(key, []).append(fire)
        for (_, doubtful), group in groups.items():
            findings = dict.fromkeys(finding for fire in group for finding in fire.findings)
            yield ReasonLine(
                sentence=self.because(group[0].rule),
                reported=tuple(self.short(finding) for finding in findings),
                rules=tuple(fire.rule.id for fire in group),
                mark=self.mark(citation for fire in group for citation in fire.rule.sources),
                doubtful=doubtful,
            )

    def _mention(self, assessment: Assessment, mention: Mention) -> str:
        start, end = mention.span
        return f"“{assessment.text[start:end]}” → {self.said(mention)}"

    def said(self, mention: Mention) -> str:
        """What a mention was taken to say."""
        finding = self.knowledge.findings[mention.finding]
        short = self.short(finding.id)
        if isinstance(mention.value, Interval) and finding.unit is not None:
            low = from_base(mention.value.low, finding.unit)
            high = from_base(mention.value.high, finding.unit)
            return f"{short}: {low}" + ("" if mention.value.exact else f" to {high}")
        if finding.answer == "choice":
            return f"{short}: {self.choice(finding.id, str(mention.value))}"
        if mention.polarity is Polarity.YES:
            return short
        return f"{short}: {self.message(f'said_{mention.polarity}')}"

    def _not_placed(self, assessment: Assessment) -> tuple[str, ...]:
        if assessment.reading is None:
            return ()
        return tuple(assessment.text[start:end] for start, end in assessment.reading.unplaced)

    def _notes(self, assessment: Assessment) -> Iterable[str]:
        if assessment.triage.verdict.disposition is Disposition.EMERGENCY:
            yield self.message("no_medicine_note")
        for finding in assessment.voided:
            yield self.message("voided", finding=self.short(finding)) + "."
        for population in assessment.populations:
            yield str(self.words["populations"][population.because])
        yield self.message("not_clinician")


def _day(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B}"
