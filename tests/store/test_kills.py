"""A writer killed at random moments loses nothing that it had acknowledged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "kill_record.py"


@pytest.mark.parametrize("more", [(), ("--sealed",)])
def test_kills_lose_nothing(tmp_path: Path, more: tuple[str, ...]) -> None:
    """A short run; `python tools/kill_record.py 1000` is the long one."""
    command = [sys.executable, str(TOOL), "15", "--seed", "3", "--folder", str(tmp_path), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tally = json.loads(done.stdout)
    assert tally["kills"] == 15
    assert tally["said"] > 0, "it had written something to lose"
    assert not any(tally[name] for name in ("lost", "corrupt", "out_of_order", "not_erased"))
