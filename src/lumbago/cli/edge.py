"""What every command needs: exit statuses, arguments of a kind, the clock, files, the record."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from lumbago import Assessment
from lumbago.answers import Case
from lumbago.errors import InputError, Problem, UsageError
from lumbago.knowledge.model import Knowledge
from lumbago.wire import LINE_LIMIT

if TYPE_CHECKING:
    from lumbago.log.edge import Edge


DONE: Final = 0
PROBLEMS: Final = 1
WRONG_USAGE: Final = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(
            Problem(f"{message[0].upper()}{message[1:]}.", hint=f"See: {self.prog} -h")
        )


_Commands = argparse._SubParsersAction


def _age(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(Problem(f"'{text}' is not an age.", hint="Use whole years.")) from None


def _count(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(Problem(f"'{text}' is not a whole number from 0."))
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise UsageError(Problem(f"'{text}' is not a share.", hint="Use a number from 0 to 1."))
    return share


def _now() -> datetime:
    return datetime.now().astimezone()


def _read(name: str) -> bytes:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(Problem(f"The file cannot be read: {reason}.", name)) from None
    if len(content) > LINE_LIMIT:
        hint = "For many cases use --ndjson."
        raise InputError(Problem(f"The case has {len(content)} bytes.", name, hint))
    return content


def _write(name: str, text: str) -> None:
    from lumbago.whole import write_whole

    try:
        write_whole(Path(name), text.encode())
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise InputError(Problem(f"The file cannot be written: {reason}.", name)) from None


def _edge(knowledge: Knowledge, options: argparse.Namespace) -> Edge:
    from lumbago.log.command import edge_of

    data = bool(getattr(options, "json", False))
    return edge_of(knowledge, _now, os.urandom, os.environ, data=data)


def _keep(knowledge: Knowledge, options: argparse.Namespace) -> Callable[[Case, Assessment], None]:
    from lumbago.log.command import keep

    return lambda case, assessment: keep(_edge(knowledge, options), options, case, assessment)
