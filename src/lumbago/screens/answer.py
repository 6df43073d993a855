"""The answer to a person: the care card or the emergency card, and what stands behind it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from lumbago.answers import NO, YES, Answer, Case, Given
from lumbago.assess import Assessment, assess
from lumbago.expr import Expr, Or, Yes, push_negation
from lumbago.knowledge.model import Action, Disposition, Knowledge
from lumbago.quantity import Interval, from_base
from lumbago.screens.calling import Calling, calling
from lumbago.story import Story, Teller
from lumbago.wording import Card, Wording

NOT_SUGGESTED: Final = 6
"""So many dangers that the answers do not suggest are named."""

DISCREET: Final = "safe_help"
"""The kind of help of somebody who is hurt by another person, who may be looking on."""

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
    """Everything on the page of an answer; a `discreet` one says why only when it is opened."""

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
    discreet: bool

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


def view(
    wording: Wording, assessment: Assessment, country: str, words: str, given: Container[str]
) -> AnswerView:
    """The page of an assessment.

    `words` are the person's own, shown and never read here; `given` are the answers that can be
    changed one by one.
    """
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
        answered=_answered(wording, assessment, given),
        proved=assessment.proved,
        problems=card.problems,
        discreet=action.id == DISCREET,
    )


def changes(wording: Wording) -> Mapping[str, tuple[str, ...]]:
    """What would change the answer, by what to do then: `ambulance`, `drive` or `today`.

    How urgent each sign is by itself comes from the rules, so that this page can never say less.
    """
    groups: dict[str, list[str]] = {"ambulance": [], "drive": [], "today": []}
    for finding, text in wording.words["screens"]["changes"].items():
        triage = assess(wording.knowledge, Case(given={finding: Given("yes")})).triage
        if triage.verdict.as_told is not Disposition.EMERGENCY:
            groups["today"].append(str(text))
        elif triage.action == "emergency_department":
            groups["drive"].append(str(text))
        else:
            groups["ambulance"].append(str(text))
    return {name: tuple(rows) for name, rows in groups.items()}


def _protects(wording: Wording, assessment: Assessment) -> tuple[str, ...]:
    reached = assessment.triage.verdict.as_told
    fired = (f.rule.id for f in assessment.triage.rules if f.rule.disposition == reached)
    return wording.protects(fired)


def _say(wording: Wording, assessment: Assessment, words: str) -> Iterator[str]:
    """What to say on the phone: the signs, the doubts, what to check for, the own words."""
    text = wording.words["screens"]
    yield str(text["say_pain"])
    reached = assessment.triage.verdict.as_told
    signs: dict[str, str] = {}
    for fired in assessment.triage.rules:
        template = str(text["say_unsure" if fired.reading == "doubt" else "say_sign"])
        for finding in fired.findings if fired.rule.disposition >= Disposition.SAME_DAY else ():
            if wording.knowledge.findings[finding].polarity == "alarming":
                signs.setdefault(wording.short(finding), template)
    yield from [line.format(finding=short) for short, line in signs.items()][:_SAY]
    for name in _protects(wording, assessment)[:2] if reached >= Disposition.SAME_DAY else ():
        yield str(text["say_check"]).format(condition=name)
    if words.strip():
        shown = words.strip()
        shown = shown if len(shown) <= _WORDS_SHOWN else shown[: _WORDS_SHOWN - 1] + "…"
        yield str(text["say_words"]).format(words=f"“{shown}”")


# ------------------------------------------------------------------------------------ what was told


def _answered(wording: Wording, assessment: Assessment, given: Container[str]) -> Answered:
    yes: list[Told] = []
    no: list[Told] = []
    unsure: list[Told] = []
    other: list[Told] = []
    findings = wording.knowledge.findings
    for id_, answer in assessment.answers.items():
        if answer.origin.kind == "derived":
            continue
        at = id_ if id_ in given else ""
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
        name = "" if unit == "score" else str(wording.words["screens"]["units"].get(unit, ""))
        shown = f"{ends[0]}" if low == high else f"{ends[0]} to {ends[1]}"
        return f"{shown} {name}".strip()
    return wording.choice(id_, next(iter(answer.possible)))


def _not_suggested(wording: Wording, assessment: Assessment) -> Iterator[tuple[str, int]]:
    """Dangers whose lone signs were all denied, most signs first: the name, and how many signs."""
    fired = {fire.rule.protects_against for fire in assessment.triage.rules}
    counts: dict[str, int] = {}
    for condition, signs in _lone_signs(wording.knowledge).items():
        said = [assessment.answers.get(sign) for sign in signs]
        if condition not in fired and all(a is not None and a.possible == NO for a in said):
            counts[condition] = len(said)
    best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:NOT_SUGGESTED]
    yield from ((wording.condition(condition), count) for condition, count in best)


@lru_cache(maxsize=4)
def _lone_signs(knowledge: Knowledge) -> Mapping[str, frozenset[str]]:
    """For every danger the signs that alone are its emergency."""
    found: dict[str, set[str]] = {}
    for rule in knowledge.rules.values():
        if rule.disposition is Disposition.EMERGENCY:
            signs = set(_alone(push_negation(rule.when, knowledge.term_expressions)))
            if signs:
                found.setdefault(rule.protects_against, set()).update(signs)
    return {condition: frozenset(signs) for condition, signs in found.items()}


def _alone(expr: Expr) -> Iterable[str]:
    """The findings that make a condition hold by themselves."""
    match expr:
        case Yes(finding=finding):
            return (finding,)
        case Or(parts=parts):
            return tuple(finding for part in parts for finding in _alone(part))
        case _:
            return ()
