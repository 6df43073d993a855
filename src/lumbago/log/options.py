"""What `lumbago log` can be asked to do: its subcommands and flags. Light to import."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any


def add_log(commands: Any, run: Callable[[argparse.Namespace], int]) -> None:
    """Add the command with its subcommands; each sets `do`."""
    log = commands.add_parser("log", help="the record: how it is going, kept on this computer")
    shared(log)
    log.set_defaults(run=run, do="show", last=20, whole=False, json=False)
    parts = log.add_subparsers(
        title="parts", parser_class=type(log), metavar="PART", dest="part", required=False
    )

    def part(name: str, help_: str) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = parts.add_parser(name, help=help_)
        shared(found)
        found.set_defaults(do=name)
        return found

    _entries(part)
    _whole(part)
    _access(part)


def shared(parser: argparse.ArgumentParser) -> None:
    """The flags of everything that opens the record."""
    hidden = argparse.SUPPRESS  # a flag before the part is not undone by its absence after it
    parser.add_argument(
        "--for", dest="person", metavar="NAME", default=hidden, help="who it is for"
    )
    parser.add_argument("--passphrase-file", metavar="FILE", default=hidden, help="its first line")
    parser.add_argument("--zone", metavar="NAME", default=hidden, help="such as Europe/Berlin")


def _entries(part: Callable[[str, str], argparse.ArgumentParser]) -> None:
    show = part("show", "what was recorded")
    show.add_argument("--last", type=int, default=20, metavar="N", help="so many entries")
    show.add_argument("--whole", action="store_true", help="all entries of this spell of pain")
    show.add_argument("--json", action="store_true", help="as events, one a line, for --log")
    add = _placed(part("add", "a check-in: how it is now"))
    add.add_argument("--pain", metavar="0-10")
    add.add_argument("--activity", action="append", default=[], metavar="NAME=0-10")
    add.add_argument(
        "--no", action="store_true", help="no to all of the danger check that is not named"
    )
    add.add_argument("--yes", action="append", default=[], metavar="STATEMENT")
    add.add_argument("--unsure", action="append", default=[], metavar="STATEMENT")
    add.add_argument("--answer", action="append", default=[], metavar="FINDING=VALUE")
    add.add_argument("--roland", type=int, metavar="0-24", help="score of that questionnaire")
    add.add_argument("--json", action="store_true", help="print the assessment as JSON")
    dose = _placed(part("dose", "a medicine that was taken"))
    dose.add_argument("ingredient", metavar="INGREDIENT")
    dose.add_argument("amount", metavar="AMOUNT", help="such as '400 mg'")
    dose.add_argument("--product", default="", help="the name on the packet")
    step = _placed(part("step", "a step of the plan, and how it went"))
    step.add_argument("measure", metavar="MEASURE")
    step.add_argument("outcome", metavar="OUTCOME", help="done, skipped, worse or stopped")
    step.add_argument("--minutes", type=int)
    step.add_argument("--before", metavar="0-10", help="pain before")
    step.add_argument("--after", metavar="0-10", help="pain after")
    note = _placed(part("note", "own words, for example a question for the doctor"))
    note.add_argument("text", metavar="TEXT")
    note.add_argument("--about", default="", metavar="WHAT")
    part("over", "this spell of pain is over; the next entry begins another")


def _placed(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--at", metavar="TIME", help="when it was (default: now)")
    parser.add_argument("--corrects", metavar="ID", default="", help="the entry that it replaces")
    return parser


def _whole(part: Callable[[str, str], argparse.ArgumentParser]) -> None:
    people = part("people", "who is in this record")
    people.add_argument("--add", metavar="NAME")
    people.add_argument("--rename", nargs=2, metavar=("NAME", "NEW"))
    export = part("export", "everything, as JSON or for a spreadsheet")
    export.add_argument("file", nargs="?", metavar="FILE", help="(default: standard output)")
    export.add_argument("--csv", action="store_true", help="one value a line, for a spreadsheet")
    export.add_argument("--schema", action="store_true", help="print the JSON Schema of an export")
    import_ = part("import", "add what an export holds")
    import_.add_argument("file", metavar="FILE")
    erase = part("erase", "delete this spell of pain, or a person, and prove it")
    erase.add_argument("--episode", type=int, metavar="N", help="the Nth one (default: the last)")
    erase.add_argument("--person", dest="whole_person", action="store_true", help="all about them")
    erase.add_argument("--yes", action="store_true", help="do not ask again")


def _access(part: Callable[[str, str], argparse.ArgumentParser]) -> None:
    passphrase = part("passphrase", "encrypt the record, or change how")
    passphrase.add_argument("what", choices=("set", "change", "remove", "recovery"))
    passphrase.add_argument("--recovery", action="store_true", help="open with the recovery key")
    unlock = part("unlock", "open it for a while")
    unlock.add_argument("--minutes", type=int, default=15)
    unlock.add_argument("--recovery", action="store_true", help="with the recovery key")
    part("lock", "lock it now")
