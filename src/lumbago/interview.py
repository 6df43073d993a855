"""What to ask next, and when to stop: stateless, an assessment in, a screen out.

First who the person is, then the three danger screens, then whatever could still raise the verdict,
in short lists of one topic. It stops only when no answer to a question not asked could raise the
advice (claim 8: `high == as_told`), or when all that is left is a denial that cannot count for
now, such as "no fever" under a fever reducer: then the verdict stays unsettled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from lumbago.answers import Answers, Given, Origin
from lumbago.assess import Assessment
from lumbago.expr import literals
from lumbago.knowledge.model import DangerScreen, Knowledge, ScreenItem

LIST_LENGTH: Final = 8
_PERSON: Final = ("age_years", "sex_at_birth")


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: a number, a choice, a danger screen, or a short list of yes/no statements.

    `items` pair what is shown with the findings it covers; for a danger item "no" denies them all
    and "yes" asks each of them.
    """

    id: str
    kind: Literal["number", "choice", "items", "each"]
    items: tuple[ScreenItem, ...]
    version: int = 1

    @property
    def findings(self) -> tuple[str, ...]:
        """Every finding that the screen covers."""
        return tuple(finding for item in self.items for finding in item.findings)

    @property
    def origin(self) -> Origin:
        """Where answers to this screen come from."""
        return Origin("list", f"{self.id}-{self.version}")


def next_screen(knowledge: Knowledge, assessment: Assessment) -> Screen | None:
    """The next screen, or None when no open question could raise the advice."""
    answers = assessment.answers
    for finding in _PERSON:
        if finding not in answers:
            return _single(knowledge, finding)
    verdict = assessment.triage.verdict
    if verdict.high == verdict.as_told:
        return None
    passed = frozenset(assessment.voided)
    doubtful = _why_void(knowledge, assessment)
    if doubtful is not None:
        return doubtful
    danger = next(_danger_screens(knowledge, answers, passed), None)
    return danger or _open_list(knowledge, assessment, passed)


def _why_void(knowledge: Knowledge, assessment: Assessment) -> Screen | None:
    """What could still make a denial count that does not count for now."""
    for finding in assessment.voided:
        condition = knowledge.findings[finding].void_denial_if
        assert condition is not None
        for literal, _ in sorted(literals(condition, knowledge.term_expressions), key=str):
            if literal.finding not in assessment.answers:
                return _single(knowledge, literal.finding)
    return None


def _single(knowledge: Knowledge, finding: str) -> Screen:
    kind = knowledge.findings[finding].answer
    style: Literal["number", "choice", "each"] = "each" if kind == "yes_no" else kind
    return Screen(finding, style, (ScreenItem(finding, (finding,)),))


def _danger_screens(
    knowledge: Knowledge, answers: Answers, passed: frozenset[str]
) -> Iterator[Screen]:
    """The danger screens with something left to ask, without what is answered already."""
    for screen in knowledge.screens:
        items = tuple(_left(knowledge, screen, answers, passed))
        if items:
            yield Screen(screen.id, screen.style, items, screen.version)


def _left(
    knowledge: Knowledge, screen: DangerScreen, answers: Answers, passed: frozenset[str]
) -> Iterator[ScreenItem]:
    for item in screen.items:
        open_ = tuple(
            finding
            for finding in item.findings
            if finding not in answers
            and finding not in passed
            and knowledge.findings[finding].answer == "yes_no"
        )
        if open_:
            yield ScreenItem(item.id, open_)


def follow_up(item: ScreenItem, origin: Origin) -> Screen:
    """The screen that asks each finding of a danger item that was answered with yes or not sure."""
    items = tuple(ScreenItem(finding, (finding,)) for finding in item.findings)
    return Screen(f"{origin.detail}-{item.id}", "each", items)


def _open_list(
    knowledge: Knowledge, assessment: Assessment, passed: frozenset[str]
) -> Screen | None:
    """The most urgent open questions, as one list of the first one's topic and kind."""
    questions = [q for q in assessment.triage.open_questions if q.finding not in passed]
    if not questions:
        return None
    first = knowledge.findings[questions[0].finding]
    if first.answer != "yes_no":
        return _single(knowledge, first.id)
    urgent = questions[0].could_raise_to
    same = [
        question.finding
        for question in questions
        if question.could_raise_to == urgent
        and knowledge.findings[question.finding].answer == "yes_no"
    ]
    own = [f for f in same if knowledge.findings[f].topic == first.topic]
    rest = [f for f in same if knowledge.findings[f].topic != first.topic]
    listed = (own + rest)[:LIST_LENGTH] if len(own) < LIST_LENGTH // 2 else own[:LIST_LENGTH]
    return Screen(
        f"open-{urgent.id}-{first.topic}",
        "items",
        tuple(ScreenItem(finding, (finding,)) for finding in listed),
    )


def denied(screen: Screen, item: ScreenItem) -> dict[str, Given]:
    """The answers that "no" to an item gives: every finding it covers is denied."""
    return {finding: Given("no", screen.origin) for finding in item.findings}
