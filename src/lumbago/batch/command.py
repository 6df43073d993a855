"""`lumbago assess --parquet IN OUT`: progress on a terminal, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from lumbago.batch.files import Summary, assess_file
from lumbago.errors import InputError, Problem
from lumbago.knowledge.model import Knowledge


def run(
    knowledge: Knowledge,
    source: Path,
    target: Path,
    *,
    at: datetime,
    differential: bool,
    keep: Sequence[str],
) -> bool:
    """Assess a file into a file; whether there were problems in it."""
    console = Console(stderr=True)
    columns = (TextColumn(source.name), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=None)
        try:
            summary = assess_file(
                knowledge,
                source,
                target,
                at=at,
                differential=differential,
                keep=keep,
                progress=lambda done, whole: bar.update(task, completed=done, total=whole),
            )
        except OSError as error:
            reason = (error.strerror or "cannot be written").lower()
            raise InputError(
                Problem(f"The file cannot be written: {reason}.", str(target))
            ) from None
    _tell(console, summary)
    return summary.side is not None


def _tell(console: Console, summary: Summary) -> None:
    said = f"{summary.rows:,} cases"
    if summary.refused:
        said += f", {summary.refused:,} of them could not be read"
    if summary.remarked:
        said += f", {summary.remarked:,} with something to report"
    if summary.side is not None:
        said += f": see {summary.side}"
    console.print(said, style="", highlight=False, soft_wrap=True)
