"""The answer to a person: the care card or the emergency card, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from lumbago.answers import NO, YES, Answer
from lumbago.assess import Assessment
from lumbago.expr import Yes, literals
from lumbago.knowledge.model import Action, Disposition, Knowledge
from lumbago.quantity import Interval, from_base
from lumbago.screens.calling import Calling, calling
from lumbago.story import Story, Teller
from lumbago.wording import Card, Wording

NOT_SUGGESTED: Final = 6
"""So many dangers that the answers do not suggest are named."""

_SAY: Final = 6
_WORDS_SHOWN: Final = 300

Kind = Literal["emergency", "card"]


@dataclass(frozen=True, slots=True)
class Route:
    """The emergency card of one kind of help: what stands above, below and beside the number."""

    action: str
    title: str
    call: str
    until: tuple[str, ...]
    dont: tuple[str, ...]
    goes: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One answer in words. `finding` is "" where it cannot be changed by itself."""

    finding: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was told, by how it was answered, and the danger signs not asked."""

    yes: tuple[Told, ...]
    no: tuple[Told, ...]
    unsure: tuple[Told, ...]
    other: tuple[Told, ...]
    not_asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """Everything on the page of an answer."""

    disposition: str
    card: Card
    route: Route | None
    calling: Calling
    say: tuple[str, ...]
    can_fit: tuple[str, ...]
    story: Story | None
    not_suggested: tuple[tuple[str, int], ...]
    answered: Answered
    proved: bool
    problems: tuple[str, ...]

    @property
    def emergency(self) -> bool:
        """Whether it is the card with nothing beside it."""
        return self.route is not None


def route(wording: Wording, action: Action) -> Route:
    """The emergency card of a kind of help."""
    words = wording.words["routes"][action.id]
    return Route(
        action=action.id,
        title=str(words["title"]),
        call=str(words["call"]),
        until=tuple(words["until"]),
        dont=tuple(words["dont"]),
        goes=action.id == "emergency_department",
    )


def view(wording: Wording, assessment: Assessment, country: str, words: str) -> AnswerView:
    """The page of an assessment. `words` are the person's own, shown and never read here."""
    knowledge = wording.knowledge
    disposition = assessment.triage.disposition
    urgent = disposition == Disposition.EMERGENCY.id
    action = knowledge.actions[assessment.triage.action]
    card = wording.card(assessment, shown_open=NOT_SUGGESTED)
    cleared = assessment.triage.cleared
    return AnswerView(
        disposition=disposition,
        card=card,
        route=route(wording, action) if urgent else None,
        calling=calling(wording, country, action if card.settled else None),
        say=tuple(_say(wording, assessment, words)),
        can_fit=_protects(wording, assessment)[:2],
        story=None if urgent else Teller(wording).story(assessment),
        not_suggested=tuple(_not_suggested(wording, assessment)) if cleared else (),
        answered=_answered(wording, assessment),
        proved=assessment.proved,
        problems=card.problems,
    )


def _protects(wording: Wording, assessment: Assessment) -> tuple[str, ...]:
    reached = assessment.triage.verdict.as_told
    fired = (f.rule.id for f in assessment.triage.rules if f.rule.disposition == reached)
    return wording.protects(fired)


def _say(wording: Wording, assessment: Assessment, words: str) -> Iterator[str]:
    """What to say on the phone: the signs, the doubts, what to check for, the own words."""
    text = wording.words["screens"]
    yield str(text["say_pain"])
    said = 0
    reached = assessment.triage.verdict.as_told
    for fired in assessment.triage.rules:
        template = text["say_unsure" if fired.reading == "doubt" else "say_sign"]
        if fired.rule.disposition < Disposition.SAME_DAY or said >= _SAY:
            continue
        for finding in fired.findings:
            if wording.knowledge.findings[finding].polarity == "alarming" and said < _SAY:
                line = str(template).format(finding=wording.short(finding))
                yield line
                said += 1
    for name in _protects(wording, assessment)[:2] if reached >= Disposition.SAME_DAY else ():
        yield str(text["say_check"]).format(condition=name)
    if words.strip():
        shown = words.strip()
        shown = shown if len(shown) <= _WORDS_SHOWN else shown[: _WORDS_SHOWN - 1] + "…"
        yield str(text["say_words"]).format(words=f"“{shown}”")


# ------------------------------------------------------------------------------------ what was told


def _answered(wording: Wording, assessment: Assessment) -> Answered:
    yes: list[Told] = []
    no: list[Told] = []
    unsure: list[Told] = []
    other: list[Told] = []
    findings = wording.knowledge.findings
    for id_, answer in assessment.answers.items():
        derived = answer.origin.kind == "derived"
        if derived and answer.possible != YES:
            continue
        at = "" if derived else id_
        short = wording.short(id_)
        if findings[id_].answer != "yes_no":
            other.append(Told(at, f"{short}: {_value(wording, id_, answer)}"))
        elif answer.unsure:
            unsure.append(Told(at, short))
        else:
            (yes if answer.possible == YES else no).append(Told(at, short))
    asked = {f for screen in wording.knowledge.screens for i in screen.items for f in i.findings}
    missing = [q for q in assessment.triage.open_questions if q.finding in asked]
    not_asked = tuple(wording.short(question.finding) for question in missing)
    return Answered(tuple(yes), tuple(no), tuple(unsure), tuple(other), not_asked)


def _value(wording: Wording, id_: str, answer: Answer) -> str:
    finding = wording.knowledge.findings[id_]
    if answer.unsure and not isinstance(answer.possible, Interval):
        return wording.message("unsure").lower()
    if isinstance(answer.possible, Interval):
        unit = finding.unit
        low, high = answer.possible.low, answer.possible.high
        if unit is None or (low, high) == (finding.low, finding.high):
            return wording.message("unsure").lower()
        ends = (from_base(low, unit), from_base(high, unit))
        name = str(wording.words["screens"]["units"].get(unit, ""))
        shown = f"{ends[0]}" if low == high else f"{ends[0]} to {ends[1]}"
        return f"{shown} {name}".strip()
    return wording.choice(id_, next(iter(answer.possible)))


def _not_suggested(wording: Wording, assessment: Assessment) -> Iterator[tuple[str, int]]:
    """Dangers whose signs were denied, those with most signs first: the name, and how many signs."""
    knowledge = wording.knowledge
    fired = {fire.rule.protects_against for fire in assessment.triage.rules}
    counts: dict[str, int] = {}
    for condition, signs in _signs(knowledge):
        if condition in fired:
            continue
        said = [assessment.answers.get(sign) for sign in signs]
        if said and all(answer is not None and answer.possible == NO for answer in said):
            counts[condition] = len(said)
    best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:NOT_SUGGESTED]
    yield from ((wording.condition(condition), count) for condition, count in best)


def _signs(knowledge: Knowledge) -> Iterable[tuple[str, frozenset[str]]]:
    """For every danger of an emergency the alarming signs that are asked on a danger screen."""
    asked = {f for screen in knowledge.screens for item in screen.items for f in item.findings}
    found: dict[str, set[str]] = {}
    for rule in knowledge.rules.values():
        if rule.disposition is Disposition.EMERGENCY:
            for literal, _ in literals(rule.when, knowledge.term_expressions):
                sign = literal.finding
                if isinstance(literal, Yes) and knowledge.findings[sign].polarity == "alarming":
                    found.setdefault(rule.protects_against, set()).add(sign)
    return [
        (condition, frozenset(signs & asked)) for condition, signs in found.items() if signs & asked
    ]
