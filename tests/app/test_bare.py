"""The app where hardly anything is installed, as on a phone that runs it itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BARE = Path(__file__).with_name("bare.py")
NEEDS_A_PACKAGE = ("/plan.ics", "/doctor.pdf")


@pytest.fixture(scope="module")
def found() -> Any:
    run = subprocess.run(
        [sys.executable, str(BARE)], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return json.loads(run.stdout)


def test_every_page_is_shown(found: Any) -> None:
    statuses = found["statuses"]
    assert {"POST /check", "POST /plan/step", "POST /answers"} <= statuses.keys()
    for path, status in statuses.items():
        if path.startswith("POST ") or path in ("/next", "/plan/questions"):
            assert status in (200, 303), path
        else:
            assert status == (501 if path in NEEDS_A_PACKAGE else 200), path


def test_the_course_is_drawn(found: Any) -> None:
    assert '<svg class="course"' in found["course"]
    assert "8 in 10" in found["course"]


def test_the_log_is_read_back_with_its_zone(found: Any) -> None:
    assert found["zones"] == ["Europe/Berlin"]


def test_nothing_but_the_templates_and_the_zones_is_used(found: Any) -> None:
    assert set(found["packages"]) == {"jinja2", "lumbago", "markupsafe", "tzdata"}
