"""What a change to the rules would do: `whatif`."""

from __future__ import annotations

import argparse
from pathlib import Path

from lumbago import load
from lumbago.cli.edge import _Commands, _count, _Parser


def _add_whatif(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("whatif", help="what a change to the rules would do to people")
    command.add_argument("overlay", metavar="OVERLAY.yaml", type=Path)
    command.add_argument("--people", type=_count, metavar="N", help="simulated people of each kind")
    command.add_argument("--seed", type=_count, default=0, metavar="S")
    command.add_argument("--cases", metavar="CASES.ndjson", type=Path, help="written cases as well")
    command.add_argument("--no-prove", action="store_true", help="leave the safety claims out")
    command.add_argument("--json", action="store_true", help="print the figures as JSON")
    command.add_argument("--html", metavar="FILE", type=Path, help="write them as a page")
    command.set_defaults(run=_whatif)


def _whatif(options: argparse.Namespace) -> int:
    from lumbago.whatif.command import PEOPLE, WhatIfOptions, show_whatif

    chosen = WhatIfOptions(
        people=PEOPLE if options.people is None else options.people,
        seed=options.seed,
        cases=options.cases,
        page=options.html,
        as_json=options.json,
        prove=not options.no_prove,
    )
    return show_whatif(load(), options.overlay, chosen)
