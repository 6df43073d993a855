"""Many cases at once: Arrow tables, files of them, and Spark. The same front door, row by row."""

from __future__ import annotations

import importlib.util

from lumbago.errors import Problem, UsageError


def needs_arrow() -> None:
    """Raise `UsageError` with what to install if Apache Arrow is missing."""
    if importlib.util.find_spec("pyarrow") is None:
        hint = "pip install 'lumbago[batch]'"
        raise UsageError(Problem("Tables of cases need pyarrow.", hint=hint))
