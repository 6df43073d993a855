"""The exception tree, and problems with their positions.

    LumbagoError
    ├── UsageError          a command or call was used wrongly (exit status 2)
    ├── InputError          a case, an answer or a file that was given cannot be read (exit status 1)
    ├── StoreError          the record cannot be opened or written; nothing was lost (exit status 1)
    └── KnowledgeError      the knowledge base itself is broken (exit status 1)

Every error carries `Problem`s: what is wrong, where, and what to do, each in one or two plain lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: path relative to the knowledge base or input, 1-based line and column."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}" + (f":{self.column}" if self.column else "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `message` says what, `where` says where, `hint` says what to do."""

    message: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}" + (f" {self.hint}" if self.hint else "")


class LumbagoError(Exception):
    """Base of all errors raised on purpose; `problems` is never empty."""

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        if isinstance(problems, Problem):
            problems = (problems,)
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(LumbagoError):
    """A command or a function was called in a way it does not offer."""


class InputError(LumbagoError):
    """Something that a person or program handed in cannot be understood; nothing was guessed."""


class StoreError(LumbagoError):
    """The record cannot be opened, read or written; what was kept before is still there."""


class KnowledgeError(LumbagoError):
    """The knowledge base is inconsistent, unreadable, or missing."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint "Did you mean 'x'?" for the nearest known word, or an empty string if none is near."""
    import difflib  # only what went wrong needs it, and a phone waits for every module

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else ""
