"""What `lumbago try` can be asked to do: its subcommands and flags. Light to import."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from lumbago.log.options import shared


def add_try(commands: Any, run: Callable[[argparse.Namespace], int]) -> None:
    """Add the command with its subcommands; each sets `do`."""
    command = commands.add_parser("try", help="compare heat, cold and rest for yourself")
    shared(command)
    command.set_defaults(run=run, do="show", json=False)
    parts = command.add_subparsers(
        title="parts", parser_class=type(command), metavar="PART", dest="part", required=False
    )

    def part(name: str, help_: str) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = parts.add_parser(name, help=help_)
        shared(found)
        found.set_defaults(do=name)
        return found

    part("show", "where it stands, and what comes next")
    start = part("start", "begin, if it is safe and can tell anything")
    start.add_argument(
        "--arms", metavar="A,B", default="", help="such as heat,cold (default: all that are free)"
    )
    start.add_argument("--yes", action="store_true", help="do not ask again")
    next_ = part("next", "the next session: say your pain, learn what it is this time")
    next_.add_argument("--pain", metavar="0-10", required=True, help="pain now, before it")
    record = part("record", "pain right after a session, or half an hour later")
    record.add_argument("--pain", metavar="0-10")
    record.add_argument("--at", metavar="TIME", help="when it was (default: now)")
    record.add_argument("--trouble", metavar="WHAT", default="", help="skin, worse, or cut_short")
    result = part("result", "what it says so far")
    result.add_argument("--json", action="store_true", help="for programs")
    result.add_argument("--svg", metavar="FILE", help="draw the picture into this file")
    part("report", "all of it, in the order of CENT 2015, for a doctor")
    stop = part("stop", "end it; what was scored is kept")
    stop.add_argument("--because", default="", metavar="TEXT")
