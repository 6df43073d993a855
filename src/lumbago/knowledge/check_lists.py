"""The part of `lumbago kb check` that reads the interview's lists: each question once, and plain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from lumbago.errors import Problem
from lumbago.expr import literals
from lumbago.knowledge.check_words import HIGHEST_GRADE, Check, listed, words_of
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.readability import grade

_FILE: Final = "lists.yaml"


@listed
def each_question_has_one_statement(knowledge: Knowledge) -> Iterator[Problem]:
    """Every yes/no finding that a rule reads is asked by one statement."""
    if not knowledge.lists:
        return
    danger = {f for screen in knowledge.screens for item in screen.items for f in item.findings}
    asked = Counter(
        f for one in knowledge.lists if not one.again for item in one.items for f in item.findings
    )
    for id_ in sorted(_read(knowledge)):
        finding = knowledge.findings[id_]
        if finding.answer == "yes_no" and not asked[id_] and id_ not in danger:
            said = f"finding '{id_}' is read by a rule, but nothing asks it."
            yield Problem(said, str(finding.position), f"Add it to a statement in {_FILE}.")
    for id_, times in asked.items():
        if times > 1 or id_ in danger:
            other = "a danger screen" if id_ in danger else "another statement"
            said = f"finding '{id_}' is asked by a statement and by {other}."
            yield Problem(said, _FILE, "Keep one of them.")
    for one in knowledge.lists:
        for item in one.items if one.again else ():
            for id_ in sorted(set(item.findings) - danger):
                said = f"statement '{item.id}' asks '{id_}' again, which no danger screen asks."
                yield Problem(said, str(one.position), "Use a finding of a danger screen.")


def _read(knowledge: Knowledge) -> set[str]:
    """The findings that decide a rule, or whether one of these is asked or counts."""
    terms = knowledge.term_expressions
    found: set[str] = set()
    waiting = [f for used in knowledge.findings_of_rule.values() for f in used]
    while waiting:
        id_ = waiting.pop()
        if id_ in found:
            continue
        found.add(id_)
        finding = knowledge.findings[id_]
        for condition in (finding.only_if, finding.void_denial_if):
            if condition is not None:
                waiting += [literal.finding for literal, _ in literals(condition, terms)]
    return found


@listed
def check_ins_ask_what_expires(knowledge: Knowledge) -> Iterator[Problem]:
    """A check-in asks only what is about now, and each of it once."""
    for one in knowledge.check_in:
        asked = Counter(finding for item in one.items for finding in item.findings)
        for id_, times in asked.items():
            finding = knowledge.findings.get(id_)
            if finding is not None and knowledge.lifetimes[finding.lifetime].hours is None:
                said = f"'{one.id}' asks '{id_}', whose answer does not expire."
                yield Problem(said, str(one.position), "Take it out.")
            if times > 1:
                yield Problem(f"'{one.id}' asks '{id_}' twice.", str(one.position), "Keep one.")


@listed
def statements_have_names_of_their_own(knowledge: Knowledge) -> Iterator[Problem]:
    """No two lists or statements have the same name."""
    names = [name for one in knowledge.lists for name in (one.id, *(item.id for item in one.items))]
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem(f"'{name}' is there {times} times.", _FILE, "Rename one.")


@listed
def statements_are_easy_to_read(knowledge: Knowledge) -> Iterator[Problem]:
    """Every statement of a list can be read with nine years of school."""
    entries = [("lists", one.items, one.position) for one in knowledge.lists]
    entries += [("check_in", one.items, one.position) for one in knowledge.check_in]
    for kind, items, position in entries:
        for item in items:
            text = words_of(knowledge, kind).get(item.id)
            ask = str(text.get("ask", "")) if isinstance(text, Mapping) else ""
            if grade(ask) > HIGHEST_GRADE:
                said = f"The statement '{item.id}' has reading grade {grade(ask):.1f}, "
                said += f"above {HIGHEST_GRADE:.0f}."
                yield Problem(said, str(position), "Use shorter words and sentences.")


LIST_CHECKS: Final[tuple[Check, ...]] = (
    each_question_has_one_statement,
    check_ins_ask_what_expires,
    statements_have_names_of_their_own,
    statements_are_easy_to_read,
)
"""The checks of the lists, in the order in which they are printed."""
