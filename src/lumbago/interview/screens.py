"""What the interview shows: rows, blocks, screens, and the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lumbago.answers import Origin
from lumbago.knowledge.model import AnswerKind
from lumbago.triage.scalar import Verdict

ROWS: Final = 8
"""How many statements a screen of lists shows at most."""

LONGER_AGO: Final = "longer_ago"
"""The fourth answer of some questions: it is so, but it began long ago and has not changed."""

Style = Literal["tick", "each"]
"""tick: what is not ticked is "no"; each: every row has its own answer, and stays open without it."""

WordsAt = tuple[str, str]
"""Where words are found: their kind and id."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a screen: a statement, a question or a field.

    `findings` are those that "no" denies. A `whole` row stands for several: "yes" and "not sure"
    open them one by one. An `again` row asks in other words what was denied before. `longer_ago` is
    the finding that the answer of that name reports instead. `quote` is the span of the own words
    that the row asks about, and `suggested` what they seem to say.
    """

    id: str
    words: WordsAt
    findings: tuple[str, ...]
    origin: Origin
    answer: AnswerKind = "yes_no"
    whole: bool = False
    again: bool = False
    longer_ago: str = ""
    quote: tuple[int, int] | None = None
    suggested: object = None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together and are answered in one way; `words` is where their title is."""

    words: WordsAt
    style: Style
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: what it asks, the rules it could settle, and how many screens may follow.

    `rules` are why it asks: the most urgent and nearest first.
    """

    id: str
    blocks: tuple[Block, ...]
    rules: tuple[str, ...]
    left: int

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, block after block."""
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def findings(self) -> tuple[str, ...]:
        """Every finding that the screen covers."""
        return tuple(finding for row in self.rows for finding in row.findings)


@dataclass(frozen=True, slots=True)
class Stop:
    """The end, and why.

    settled: no answer to a question not asked could raise the advice. voided: all that is left is a
    "no" that cannot count for now. passed: what is left was passed over.
    """

    because: Literal["settled", "voided", "passed"]
    verdict: Verdict
