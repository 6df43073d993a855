"""Compares the assessments of a built site with those of the command line, to the byte.

tools/same_on_phone.py SITE PYODIDE CASES.ndjson
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from lumbago.site.node import node

AT = "2026-11-22T09:00:00+00:00"


def compared(site: Path, pyodide: Path, cases: list[str]) -> tuple[int, list[str]]:
    """How many assessments are the same, and the ids of the cases whose are not.

    A case without a moment is taken as of one moment, so that both read the same.
    """
    lines = []
    for number, line in enumerate(cases):
        case = json.loads(line)
        case = {key: value for key, value in case.items() if key != "gold"}
        lines.append(json.dumps({"id": str(number), "at": AT} | case))
    text = "\n".join(lines) + "\n"
    script = Path(__file__).with_name("assess_on_phone.mjs")
    command = [sys.executable, "-m", "lumbago.cli", "assess", "--ndjson"]
    here = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        command = [node(), str(script), str(site), str(pyodide), file.name]
        there = subprocess.run(command, capture_output=True, text=True, check=True)
    ours, theirs = here.stdout.splitlines(), there.stdout.splitlines()
    if len(ours) != len(theirs):
        sys.exit(f"{len(ours)} lines here, {len(theirs)} there: {here.stderr[-300:]}")
    wrong = [json.loads(a)["id"] for a, b in zip(ours, theirs, strict=True) if a != b]
    return len(ours) - len(wrong), wrong


def main() -> None:
    """Compare, say how many are the same, and fail if one is not."""
    site, pyodide, cases = (Path(argument) for argument in sys.argv[1:4])
    same, wrong = compared(site, pyodide, cases.read_text("utf-8").splitlines())
    print(f"{same} the same, {len(wrong)} different {' '.join(wrong[:10])}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
