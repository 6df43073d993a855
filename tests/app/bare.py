"""One person's whole way through the app in a Python that has little more than its standard library.

Run as a program, since what is blocked must not have been imported before: everything that a phone
does not have is blocked, and of time zones there are those of the package `tzdata` alone. Prints
the statuses of the pages, the page of the course, the log as it was read back, and the packages used.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from itertools import count
from sys import stdout
from types import ModuleType
from typing import TYPE_CHECKING
from zoneinfo import reset_tzpath

if TYPE_CHECKING:
    from lumbago.app import App

MISSING = frozenset(
    {
        *("numpy", "pydantic", "pydantic_core", "yaml", "rich", "icalendar", "weasyprint"),
        *("cryptography", "argon2", "sqlcipher3", "sqlite3", "_sqlite3", "starlette", "anyio"),
        *("uvicorn", "pyarrow", "z3", "scipy"),
    }
)
LOADED_BEFORE = frozenset(name.partition(".")[0] for name in sys.modules)


class Missing(MetaPathFinder):
    """Finds nothing of what is missing."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


class Visitor:
    """Somebody who uses the app: every page that was shown, by its path, with its status."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.statuses: dict[str, int] = {}

    def look(self, path: str, sent: Mapping[str, str] | None = None) -> str:
        """A page, by the ways that lead on to it."""
        from lumbago.app import Asked

        where, _, query = path.partition("?")
        params = dict(part.split("=") for part in query.split("&") if part)
        reply, _ = self.app.reply(Asked(where, params, sent), "ann")
        self.statuses[f"{'POST ' if sent is not None else ''}{where}"] = reply.status
        if reply.status == 303:
            return self.look(reply.headers["Location"])
        return reply.body if isinstance(reply.body, str) else reply.body.decode()

    def send(self, page: str, path: str, **fields: str) -> str:
        """A form of a page."""
        kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        return self.look(path, {k: kept[k] for k in ("revision", "screen") if k in kept} | fields)

    def interview(self, page: str) -> None:
        """The questions until they end, with hardly anything the matter."""
        for _ in range(40):
            if 'name="screen"' not in page:
                return
            said = dict.fromkeys(re.findall(r'id="row-([\w.]+)"', page), "no")
            said |= {"age_years.number": "41", "sex_at_birth": "male"}
            said |= {"pain_severity_0_10.number": "6", "pain_duration_days.number": "3"}
            page = self.send(page, "/answers", **said)

    def check_in(self, pain: str) -> None:
        """A check-in without a danger sign."""
        page = self.look("/check")
        named = dict.fromkeys(re.findall(r'id="row-(now_\w+)"', page), "no")
        self.send(page, "/check", pain=pain, **named)

    def course(self) -> str:
        """The course, after what it asks first."""
        self.interview(self.send(self.look("/plan"), "/plan/open"))
        for _ in range(5):
            page = self.look("/plan/questions?for=course")
            said = {"for": "course"}
            for row in re.findall(r'id="row-([\w.]+)"', page):
                number = f'name="{row}.number"' in page
                said |= {f"{row}.number": "0"} if number else {row: "no"}
            self.send(page, "/plan/questions", **said)
        return self.look("/course")


def main() -> None:
    """The way through the app."""
    sys.meta_path.insert(0, Missing())
    reset_tzpath(())
    import lumbago
    from lumbago.app import App
    from lumbago.event_files import read_log

    now, ids, knowledge = datetime(2026, 11, 22, 9, tzinfo=UTC), count(), lumbago.load()
    app = App(knowledge, lambda: now, lambda: f"id{next(ids)}", zone="Europe/Berlin")
    ann = Visitor(app)
    words = "my lower back locked up when I bent down this morning"
    ann.interview(ann.send(ann.look("/"), "/begin", text=words, place="low_back"))
    for path in ("/answer", "/plan", "/plan/week", "/plan/later", "/mine"):
        ann.look(path)
    ann.send(ann.look("/plan/step/walking"), "/plan/step", measure="walking", outcome="done")
    for pain in ("6", "5", "4"):
        now += timedelta(hours=20)
        ann.check_in(pain)
    page = ann.course()
    for path in ("/doctor", "/emergency", "/stuck", "/believe", "/plan.ics", "/doctor.pdf"):
        ann.look(path)
    log = read_log(ann.look("/mine/log").splitlines(), knowledge)
    used = {name.partition(".")[0] for name in sys.modules} - LOADED_BEFORE
    third = sorted(name for name in used - sys.stdlib_module_names if name[0] != "_")
    zones = sorted({event.zone for event in log})
    json.dump({"statuses": ann.statuses, "course": page, "zones": zones, "packages": third}, stdout)


if __name__ == "__main__":
    main()
