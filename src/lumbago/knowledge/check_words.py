"""The part of `lumbago kb check` that reads the words: complete, owned, easy to read, not harmful."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, Final

from lumbago.errors import Problem, did_you_mean
from lumbago.knowledge.care_parts import wanted_words
from lumbago.knowledge.model import Disposition, Finding, Knowledge
from lumbago.knowledge.readability import grade
from lumbago.knowledge.recovery import REFUSALS

Check = Callable[[Knowledge], list[Problem]]

LANGUAGE: Final = "en"
HIGHEST_GRADE: Final = 9.0
"""Writers aim at 8; the formula is noisy on one sentence, so a question may stray by one grade."""

_QUESTION_KEYS: Final = ("ask", "short", "help", "longer_ago", "choices")
_CONDITION_KEYS: Final = ("name", "definition", "pattern", "urgency")
_CONFLICT_KEYS: Final = ("issue", "choice", "positions")
_LEAST_WAYS: Final = {"says": 15, "denies": 3}
_NOT_SHOWN: Final = frozenset({"banned", "lexicon", "lexicon_language", "medicine_names"})
_ROUTE_KEYS: Final = ("title", "call", "until", "dont")


def listed(generate: Callable[[Knowledge], Iterator[Problem]]) -> Check:
    """A check, written as a generator of problems, as a function that returns them all."""

    @wraps(generate)
    def run(knowledge: Knowledge) -> list[Problem]:
        return list(generate(knowledge))

    return run


def words_of(knowledge: Knowledge, kind: str) -> Mapping[str, Any]:
    """The words of one kind, for example the sentences of the rules."""
    found: Mapping[str, Any] = knowledge.words.get(LANGUAGE, {}).get(kind, {})
    return found


@listed
def findings_can_be_asked(knowledge: Knowledge) -> Iterator[Problem]:
    """Every finding has a question, a short name, a label for each answer."""
    questions = words_of(knowledge, "questions")
    for finding in knowledge.findings.values():
        words = questions.get(finding.id)
        if not isinstance(words, Mapping):
            said = f"finding '{finding.id}' has no question."
            hint = f"Write it under words/{LANGUAGE}/questions/."
            yield Problem(said, str(finding.position), hint)
            continue
        for said, hint in _wrong_in_question(finding, words):
            yield Problem(f"The question of '{finding.id}' {said}.", str(finding.position), hint)


def _wrong_in_question(finding: Finding, words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("ask", "short"):
        if not str(words.get(key, "")).strip():
            yield f"lacks '{key}'", "Write it."
    for key in words:
        if key not in _QUESTION_KEYS:
            yield f"has the unknown key '{key}'", did_you_mean(key, _QUESTION_KEYS)
    if bool(finding.longer_ago) != ("longer_ago" in words):
        if finding.longer_ago:
            yield "lacks the label 'longer_ago'", "Write the answer for an old, unchanged sign."
        else:
            yield "has a label 'longer_ago' that nobody can choose", "Remove it."
    labels = words.get("choices", {})
    labels = labels if isinstance(labels, Mapping) else {}
    for choice in finding.choices:
        if not str(labels.get(choice, "")).strip():
            yield f"has no label for the choice '{choice}'", "Write it under `choices`."
    for choice in labels:
        if choice not in finding.choices:
            yield f"labels '{choice}', which is no choice", did_you_mean(choice, finding.choices)


@listed
def entries_have_words(knowledge: Knowledge) -> Iterator[Problem]:
    """Everything that a person may read about has its words."""
    for kind, id_, where, keys in _wanted_words(knowledge):
        words = words_of(knowledge, kind).get(id_)
        if words is None:
            hint = did_you_mean(id_, words_of(knowledge, kind))
            hint = hint or f"Write them under words/{LANGUAGE}/{kind}."
            yield Problem(f"'{id_}' has no words under {kind}.", where, hint)
        elif not keys and not isinstance(words, str):
            yield Problem(f"The words of '{id_}' must be one sentence.", where, "Write one text.")
        else:
            present = words if isinstance(words, Mapping) else {}
            for key in keys:
                if not str(present.get(key, "")).strip():
                    said = f"The words of '{id_}' under {kind} lack '{key}'."
                    yield Problem(said, where, "Write it.")


def _wanted_words(knowledge: Knowledge) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Kind of words, id, whose they are, and the keys that they must have (none: one text)."""
    for rule in knowledge.rules.values():
        yield "rules", rule.because, str(rule.position), ()
    for term in knowledge.terms.values():
        yield "terms", term.id, str(term.position), ()
    for population in knowledge.populations.values():
        yield "populations", population.because, str(population.position), ()
    for action in knowledge.actions.values():
        yield "actions", action.id, str(action.position), ("do",)
    for frame in knowledge.dispositions.values():
        yield "dispositions", frame.id, str(frame.position), ("title", "plain")
    for condition in knowledge.conditions.values():
        yield "conditions", condition.id, str(condition.position), _CONDITION_KEYS
    for conflict in knowledge.conflicts.values():
        yield "conflicts", conflict.id, str(conflict.position), _CONFLICT_KEYS
    for study in knowledge.published.values():
        yield "published", study.id, str(study.position), ()
    yield from _wanted_questions(knowledge)
    yield from _wanted_of_course(knowledge)


def _wanted_questions(knowledge: Knowledge) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """The same of everything that is asked in statements."""
    for screen in knowledge.screens:
        yield "danger_screens", screen.id, str(screen.position), ("lead",)
        for item in screen.items:
            yield "danger_screens", item.id, str(screen.position), ("ask",)
    for check_in in knowledge.check_in:
        yield "check_in", check_in.id, str(check_in.position), ("title", "lead")
        for item in check_in.items:
            yield "check_in", item.id, str(check_in.position), ("ask", "short")
    yield from _wanted_for_calling(knowledge)
    for picture in knowledge.pictures.values():
        yield "pictures", picture.id, str(picture.position), ("title", "does")
    for one in knowledge.lists:
        yield "lists", one.id, str(one.position), ("title",)
        for item in one.items:
            known = [knowledge.findings[f] for f in item.findings if f in knowledge.findings]
            if any(finding.answer == "yes_no" for finding in known):
                yield "lists", item.id, str(one.position), ("ask", "short")
    yield from wanted_words(knowledge.care)


def _wanted_of_course(knowledge: Knowledge) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    for limit in knowledge.recovery.limits.values():
        yield "course_limits", limit.id, str(limit.position), ()
    for factor in knowledge.recovery.factors.values():
        yield "course_factors", factor.id, str(factor.position), ()


def _wanted_for_calling(knowledge: Knowledge) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    for id_ in _emergency_actions(knowledge):
        yield "routes", id_, str(knowledge.actions[id_].position), _ROUTE_KEYS
    for country in knowledge.countries.values():
        yield "countries", country.id, str(country.position), ()
    for question in knowledge.stuck:
        yield "stuck", question.id, str(question.position), ("ask", "short")


def _emergency_actions(knowledge: Knowledge) -> Iterator[str]:
    """The kinds of help that an emergency can ask for, where there are numbers to call."""
    rules = knowledge.rules.values() if knowledge.countries else ()
    emergency = Disposition.EMERGENCY
    named = {rule.action for rule in rules if rule.disposition is emergency}
    if knowledge.countries and emergency.id in knowledge.dispositions:
        named.add(knowledge.dispositions[emergency.id].action)
    yield from sorted(named & set(knowledge.actions))


@listed
def conflicts_name_their_sides(knowledge: Knowledge) -> Iterator[Problem]:
    """Every side of a conflict has its sentence."""
    words = words_of(knowledge, "conflicts")
    for conflict in knowledge.conflicts.values():
        text = words.get(conflict.id)
        said = text.get("positions") if isinstance(text, Mapping) else None
        if not isinstance(said, Mapping):
            continue  # reported with the other missing words
        for stance in conflict.positions:
            if not str(said.get(stance.who, "")).strip():
                problem = f"conflict '{conflict.id}' has no sentence for '{stance.who}'."
                yield Problem(problem, str(conflict.position), did_you_mean(stance.who, said))


@listed
def words_have_owners(knowledge: Knowledge) -> Iterator[Problem]:
    """No words are kept for something that does not exist."""
    owners: dict[str, set[str]] = {
        "questions": set(knowledge.findings),
        "lexicon": set(knowledge.findings) | set(_with_choices(knowledge)),
        "lexicon_vetoes": set(knowledge.findings),
    }
    for kind, id_, _, _ in _wanted_words(knowledge):
        owners.setdefault(kind, set()).add(id_)
    owners.get("dispositions", set()).add("unsettled")
    owners.get("course_limits", set()).update(REFUSALS)
    for kind, ids in owners.items():
        for id_ in words_of(knowledge, kind):
            if id_ not in ids:
                where = f"words/{LANGUAGE}/{kind}"
                hint = did_you_mean(id_, ids) or "Remove them."
                yield Problem(f"These words belong to nothing: '{id_}'.", where, hint)


def _with_choices(knowledge: Knowledge) -> Iterator[str]:
    """The phrases of a choice stand under `finding=choice`."""
    for finding in knowledge.findings.values():
        yield from (f"{finding.id}={choice}" for choice in finding.choices)


@listed
def questions_are_easy_to_read(knowledge: Knowledge) -> Iterator[Problem]:
    """Every question can be read with nine years of school."""
    for finding in knowledge.findings.values():
        ask = _ask(knowledge, finding.id)
        if grade(ask) > HIGHEST_GRADE:
            said = f"The question of '{finding.id}' has reading grade {grade(ask):.1f}, "
            said += f"above {HIGHEST_GRADE:.0f}."
            yield Problem(said, str(finding.position), "Use shorter words and sentences.")


def _ask(knowledge: Knowledge, finding: str) -> str:
    words = words_of(knowledge, "questions").get(finding)
    return str(words.get("ask", "")) if isinstance(words, Mapping) else ""


@listed
def words_do_no_harm(knowledge: Knowledge) -> Iterator[Problem]:
    """No sentence frightens, falsely reassures or claims too much."""
    banned = [_Banned(phrase, entry) for phrase, entry in words_of(knowledge, "banned").items()]
    places = _places(knowledge)
    verified = _verified_sentences(knowledge)
    for kind, words in knowledge.words.get(LANGUAGE, {}).items():
        if kind in _NOT_SHOWN:
            continue
        for id_, value in words.items():
            text = " ".join(texts_in(value))
            for ban in banned:
                if ban.in_(kind, text) and not (ban.allowed_if_verified and id_ in verified):
                    where = places.get((kind, id_), f"words/{LANGUAGE}/{kind}")
                    yield Problem(f"'{id_}' ({kind}) says '{ban.phrase}'.", where, ban.hint)


@listed
def findings_are_spoken_of(knowledge: Knowledge) -> Iterator[Problem]:
    """Every yes-or-no finding has enough ways to be said and denied."""
    lexicon = words_of(knowledge, "lexicon")
    if not lexicon:
        return  # a snapshot holds the compiled phrases only
    for finding in knowledge.findings.values():
        if finding.answer != "yes_no" or finding.for_care or finding.topic == "diary":
            continue  # asked with the step that needs it, or answered by the diary
        lists = lexicon.get(finding.id, {})
        for kind, wanted in _LEAST_WAYS.items():
            found = sum(_ways(phrase) for phrase in lists.get(kind, ()))
            if found < wanted:
                said = f"'{finding.id}' has {found} ways under '{kind}', and needs {wanted}."
                hint = f"Write more under words/{LANGUAGE}/lexicon/."
                yield Problem(said, str(finding.position), hint)


def _ways(phrase: str) -> int:
    """How many phrases a phrase with alternatives stands for."""
    ways = 2 if " & " in phrase else 1
    for word in phrase.split():
        ways *= word.count("|") + 1
    return ways


class _Banned:
    """A phrase that must not be shown: everywhere, or in some kinds of words."""

    def __init__(self, phrase: str, entry: Mapping[str, Any]) -> None:
        self.phrase = phrase
        self.hint = str(entry["instead"])
        self.allowed_if_verified = entry.get("allowed_if") == "verified"
        self._kinds = entry.get("in")
        self._pattern = re.compile(rf"\b{re.escape(phrase)}\b", re.IGNORECASE)

    def in_(self, kind: str, text: str) -> bool:
        return (not self._kinds or kind in self._kinds) and bool(self._pattern.search(text))


def texts_in(value: Any) -> Iterator[str]:
    """Every text in the words of one id."""
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_in(part)


def _places(knowledge: Knowledge) -> dict[tuple[str, str], str]:
    found = {(kind, id_): where for kind, id_, where, _ in _wanted_words(knowledge)}
    return found | {("questions", f.id): str(f.position) for f in knowledge.findings.values()}


def _verified_sentences(knowledge: Knowledge) -> set[str]:
    """The sentences of rules that rest on at least one source that was seen."""
    return {
        rule.because
        for rule in knowledge.rules.values()
        if any(citation.confidence == "verified" for citation in rule.sources)
    }


WORD_CHECKS: Final[tuple[Check, ...]] = (
    findings_can_be_asked,
    entries_have_words,
    conflicts_name_their_sides,
    words_have_owners,
    questions_are_easy_to_read,
    words_do_no_harm,
    findings_are_spoken_of,
)
"""The checks of the words, in the order in which they are printed."""
