"""The knowledge base: `kb` and `explain`."""

from __future__ import annotations

import argparse
from pathlib import Path

from lumbago import assess, load
from lumbago.answers import Case
from lumbago.cli.edge import DONE, _Commands, _now, _Parser, _read
from lumbago.cli.episode import _own
from lumbago.wire import case_of, loads


def _add_knowledge(commands: _Commands[_Parser]) -> None:
    kb = commands.add_parser("kb", help="the knowledge base: build, check, show")
    parts = kb.add_subparsers(title="parts", parser_class=_Parser, metavar="PART", required=True)
    build = parts.add_parser("build", help="compile the files into the snapshot")
    build.set_defaults(run=_kb_build)
    check = parts.add_parser("check", help="lint the knowledge base")
    check.add_argument("--kb", type=Path, help="another folder of knowledge files")
    check.set_defaults(run=_kb_check)
    show = parts.add_parser("show", help="look up any id, with its sources")
    show.add_argument("id", metavar="ID")
    _add_own(show)
    show.set_defaults(run=_explain)
    disagree = parts.add_parser("disagreements", help="the page of what the sources disagree about")
    _add_own(disagree)
    disagree.set_defaults(run=_kb_disagreements)
    explain = commands.add_parser(
        "explain", help="a rule, finding, term or condition, and who says so"
    )
    explain.add_argument("id", metavar="ID", help="an id, or a case file with CONDITION")
    explain.add_argument("condition", metavar="CONDITION", nargs="?", help="the cause to explain")
    _add_own(explain)
    explain.set_defaults(run=_explain)


def _add_own(command: argparse.ArgumentParser) -> None:
    """Whose comparison of heat and cold to show beside the sources."""
    command.add_argument("--log", metavar="EVENTS.ndjson", default="", help="with what they found")
    command.add_argument("--for", dest="person", default="", metavar="NAME", help="whose record")
    command.add_argument("--passphrase-file", default="", metavar="FILE", help="its first line")


def _kb_build(_: argparse.Namespace) -> int:
    from lumbago.build import build
    from lumbago.knowledge.snapshot import SNAPSHOT

    knowledge = build()
    print(f"{SNAPSHOT.name}: {len(knowledge.rules)} rules, {len(knowledge.findings)} findings")
    print(knowledge.hash)
    return DONE


def _kb_check(options: argparse.Namespace) -> int:
    from lumbago.knowledge.snapshot import KB, compile_files
    from lumbago.terminal import show_checks

    return show_checks(compile_files(options.kb or KB))


def _kb_disagreements(options: argparse.Namespace) -> int:
    from lumbago.disagreements import disagreements_page

    knowledge = load()
    print(disagreements_page(knowledge, own=_own(knowledge, options)))
    return DONE


def _explain(options: argparse.Namespace) -> int:
    from lumbago.terminal import explain, show_cause

    if getattr(options, "condition", None):
        knowledge, case = load(), case_of(loads(_read(options.id)))
        case = Case(case.id, case.at or _now(), case.text, case.given, case.profile)
        show_cause(knowledge, assess(knowledge, case), options.condition)
        return DONE
    knowledge = load()
    explain(knowledge, options.id, _own(knowledge, options))
    return DONE
