"""The page of every disagreement between the sources, and what is done about it. Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lumbago.evidence import Citation, Conflict, Stance
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.nof1.answer import Result
from lumbago.story_comparison import ComparisonTeller, concerns
from lumbago.wording import Wording

_HEAD: Final = """\
# Where the sources disagree

Made from the knowledge by `lumbago kb disagreements`. A person meets the same lines beside the step that
they are about. What lumbago does is a choice among what the sources leave open, no finding of its own.
"""


def disagreements_page(
    knowledge: Knowledge, language: str = "en", own: Result | None = None
) -> str:
    """Every conflict: who says what, what is supported, what is done, what the person may choose.

    `own` is what the person compared for themselves: one more row, beside the sources.
    """
    wording = Wording(knowledge, language)
    parts = [_HEAD]
    for conflict in knowledge.conflicts.values():
        parts.append("\n".join(_conflict(wording, conflict, own)))
    return "\n".join(parts).rstrip()


def _conflict(wording: Wording, conflict: Conflict, own: Result | None) -> Iterator[str]:
    words: dict[str, Any] = dict(wording.words["conflicts"][conflict.id])
    yield f"## {_line(words['issue'])}\n"
    yield "| who | says | how we know |"
    yield "|---|---|---|"
    for stance in conflict.positions:
        says = _line(words["positions"][stance.who])
        yield f"| {_who(wording.knowledge, stance)} | {says} | {wording.mark(stance.sources)} |"
    if own is not None and concerns(wording.knowledge, conflict, own):
        teller = ComparisonTeller(wording)
        yield f"| {teller.say('you')} | {_line(teller.own_line(own))} | {teller.say('your_mark')} |"
    yield ""
    for key, label in (
        ("supported", "What the evidence supports"),
        ("choice", "What lumbago does"),
        ("may_choose", "What you may choose"),
    ):
        if words.get(key):
            yield f"**{label}.** {_line(words[key])}\n"
    if conflict.sources:
        yield f"Sources: {'; '.join(_source(wording.knowledge, one) for one in conflict.sources)}.\n"


def _who(knowledge: Knowledge, stance: Stance) -> str:
    register = knowledge.registers.get(stance.who)
    return f"the article “{register.title}”" if register else stance.who.replace("_", " ")


def _source(knowledge: Knowledge, citation: Citation) -> str:
    source = knowledge.sources[citation.source]
    return f"{_line(source.citation).rstrip('.')} ({_line(citation.at)}; {citation.confidence})"


def _line(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
