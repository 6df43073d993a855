"""`lumbago log`: from what was typed to what is done."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from lumbago.answers import Case
from lumbago.assess import Assessment
from lumbago.knowledge.model import Knowledge
from lumbago.log import entries, whole
from lumbago.log.edge import Edge
from lumbago.store.keys import Dice
from lumbago.terminal import console

Do = Callable[[Edge, argparse.Namespace], int]

_DO: Final[Mapping[str, Do]] = {
    "show": whole.show,
    "add": entries.check_in,
    "dose": entries.add_dose,
    "step": entries.add_step,
    "note": entries.add_note,
    "over": entries.end_episode,
    "people": whole.people,
    "export": whole.export,
    "import": whole.import_,
    "erase": whole.erase_,
    "passphrase": whole.passphrase,
    "unlock": whole.unlock,
    "lock": whole.lock,
}


def edge_of(
    knowledge: Knowledge,
    now: Callable[[], datetime],
    dice: Dice,
    environment: Mapping[str, str],
    *,
    data: bool = False,
) -> Edge:
    """The edge of a real terminal; where `data` goes to standard output, words go beside it."""
    from getpass import getpass

    return Edge(
        knowledge=knowledge,
        now=now,
        dice=dice,
        environment=environment,
        out=console(stderr=data),
        errors=console(stderr=True),
        interactive=not data and sys.stdin.isatty() and sys.stdout.isatty(),
        secret=getpass,
    )


def run(edge: Edge, options: argparse.Namespace) -> int:
    """Do what was asked. Returns the exit status."""
    return _DO[options.do](edge, options)


def keep(edge: Edge, options: argparse.Namespace, case: Case, assessment: Assessment) -> None:
    """Keep a case and its assessment in the record."""
    entries.keep_assessment(edge, options, case, assessment)
