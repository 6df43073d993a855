"""The command line: the edge that reads files and the clock, and prints.

`cases` assess, ask · `episode` log, try, course, plan · `serve` the app · `knowledge` kb, explain ·
`figures` evaluate, simulate, prove · `whatif` · `edge` what they share. What a command needs is imported
when it runs, so that `assess` starts at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from lumbago import __version__, load
from lumbago.cli.cases import _add_ask, _add_assess
from lumbago.cli.edge import DONE, PROBLEMS, WRONG_USAGE, _Parser
from lumbago.cli.episode import _add_course, _add_plan, _log, _try
from lumbago.cli.figures import _add_figures
from lumbago.cli.knowledge import _add_knowledge
from lumbago.cli.serve import _add_serve, _add_site
from lumbago.cli.whatif import _add_whatif
from lumbago.errors import LumbagoError, Problem, UsageError
from lumbago.log.options import add_log
from lumbago.log.try_options import add_try
from lumbago.triage.proof import is_proved


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 done, 1 problems in the input, 2 wrong usage."""
    try:
        options = _parser().parse_args(arguments)
        if options.version:
            return _version(verbose=options.verbose)
        if options.run is None:
            raise UsageError(Problem("Which command?", hint="See: lumbago -h"))
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except UsageError as error:
        return _complain(error, WRONG_USAGE)
    except LumbagoError as error:
        return _complain(error, PROBLEMS)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return PROBLEMS


def _complain(error: LumbagoError, status: int) -> int:
    for problem in error.problems:
        print(f"lumbago: {problem}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lumbago", description="A safe next step when your back has seized up.")
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--verbose", action="store_true", help="with the knowledge and its proofs")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", parser_class=_Parser, metavar="COMMAND")
    _add_assess(commands)
    _add_ask(commands)
    _add_course(commands)
    _add_plan(commands)
    add_log(commands, _log)
    add_try(commands, _try)
    _add_serve(commands)
    _add_site(commands)
    _add_knowledge(commands)
    _add_figures(commands)
    _add_whatif(commands)
    return parser


def _version(*, verbose: bool) -> int:
    print(f"lumbago {__version__}")
    if verbose:
        knowledge = load()
        print(f"knowledge {knowledge.hash}")
        for part, value in knowledge.hashes.items():
            print(f"  {part:<6} {value}")
        print(f"proved {'yes' if is_proved(knowledge) else 'no'}")
    return DONE
