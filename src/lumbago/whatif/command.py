"""`lumbago whatif`: an overlay compared with the shipped rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress, TaskID

from lumbago.errors import InputError, Problem
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.overlay import Overlay, read_overlay
from lumbago.page import write_page
from lumbago.terminal import progress_shown
from lumbago.whatif.breaks import Claims, broken_checks, broken_claims, solver_is_there
from lumbago.whatif.cases import CaseComparison, compare_cases
from lumbago.whatif.compare import chosen_examples, compare
from lumbago.whatif.people import Crowd
from lumbago.whatif.result import NotTried, Result, whatif_json
from lumbago.whatif.show import show_result
from lumbago.whatif.words import Words
from lumbago.wire import dumps

PEOPLE = 100_000
SIZE_LIMIT = 1_000_000
"""Bytes of an overlay at most."""


@dataclass(frozen=True, slots=True)
class WhatIfOptions:
    """What to compare on and how to show it; `cases` and `page` are files, `prove` tries the claims."""

    people: int = PEOPLE
    seed: int = 0
    cases: Path | None = None
    page: Path | None = None
    as_json: bool = False
    prove: bool = True


def show_whatif(knowledge: Knowledge, path: Path, options: WhatIfOptions) -> int:
    """Compare an overlay and show what it does. Returns 1 if a case could not be read."""
    overlay = read_overlay(knowledge, _content(path), path.name)
    with progress_shown() as progress:
        result = _result(overlay, options, progress, progress.add_task(""))
    if options.page:
        from lumbago.whatif.page import page

        write_page(options.page, page(result))
    if options.as_json:
        print(dumps(whatif_json(result), indent=2))
    else:
        show_result(result)
    return 1 if result.cases is not None and result.cases.bad else 0


def _content(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > SIZE_LIMIT:
            raise InputError(Problem("An overlay is not as large as this.", str(path)))
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(Problem(f"The file cannot be read: {reason}.", str(path))) from None


def _result(overlay: Overlay, options: WhatIfOptions, progress: Progress, task: TaskID) -> Result:
    words = Words(overlay)

    def drawn(crowd: Crowd) -> None:
        said = words.say("working", n=f"{options.people:,}", kind=words.kind(crowd.kind))
        progress.update(task, description=said)

    def proved(claim: str) -> None:
        progress.update(task, description=words.say("proving", claim=claim))

    cases = _cases(overlay, options.cases)
    found = compare(overlay, options.people, options.seed, drawn)
    claims: Claims | NotTried = "skipped"
    if options.prove:
        claims = broken_claims(overlay, tell=proved) if solver_is_there() else "absent"
    return Result(
        overlay=overlay,
        people=options.people,
        seed=options.seed,
        found=found,
        examples=chosen_examples(found),
        cases=cases,
        file=options.cases.name if options.cases else "",
        claims=claims,
        checks=broken_checks(overlay),
    )


def _cases(overlay: Overlay, path: Path | None) -> CaseComparison | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return compare_cases(overlay, file)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(Problem(f"The file cannot be read: {reason}.", str(path))) from None
