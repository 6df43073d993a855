"""Lighthouse over the start page, the danger check, the answer and the plan; every score must be 100.

tools/lighthouse.py [FOLDER]    FOLDER has node_modules/.bin/lighthouse (npm install lighthouse@12.8.2);
                                without it, npx is asked for it. Needs Node 20 and chromium.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import lumbago
from lumbago.web.trial import app, running

VERSION = "lighthouse@12.8.2"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
NOW = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
SAID = {
    "age_years.number": "41",
    "sex_at_birth": "male",
    "pain_severity_0_10.number": "6",
    "pain_duration_days.number": "1",
}


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Redirects are followed by hand, with the cookie."""


class Visitor:
    """One browser without a browser: pages by their address, and its cookie."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.cookie = ""
        self._opener = build_opener(_Stay)

    def page(self, path: str, data: dict[str, str] | None = None) -> str:
        """A page, or the one that a form leads to."""
        body = urlencode(data).encode() if data is not None else None
        request = Request(f"{self.at}{path}", body, {"Cookie": self.cookie})
        try:
            answer = self._opener.open(request)
        except HTTPError as error:
            answer = error
        if cookie := answer.headers.get("set-cookie"):
            self.cookie = cookie.partition(";")[0]
        if to := answer.headers.get("location"):
            return self.page(to)
        return str(answer.read().decode())

    def send(self, page: str, path: str, said: dict[str, str]) -> str:
        """A form of a page, filled in."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        return self.page(path, hidden | said)


def states(at: str) -> dict[str, tuple[str, str]]:
    """Of each page that is looked at: its path, and the cookie with which it is shown."""
    first = Visitor(at)
    first.page("/")
    found = {"start": ("/", first.cookie)}
    second = Visitor(at)
    page = second.send(second.page("/"), "/begin", {"text": "bent to pick up a box, back locked"})
    page = answered(second, page) if "danger-1" not in page else page
    found["danger check"] = ("/next", second.cookie)
    third = Visitor(at)
    page = third.send(third.page("/"), "/begin", {"text": ""})
    while 'name="screen"' in page:
        page = answered(third, page)
    found["answer"] = ("/answer", third.cookie)
    found["plan"] = ("/plan", third.cookie)
    return found


def answered(visitor: Visitor, page: str) -> str:
    """The page after a screen that is answered with no."""
    rows = dict.fromkeys(re.findall(r'id="row-([\w.]+)"', page), "no")
    return visitor.send(page, "/answers", rows | SAID)


def scores(tool: list[str], url: str, cookie: str, browser: str) -> dict[str, float]:
    """The scores of a page, 0-100."""
    with tempfile.TemporaryDirectory() as folder:
        out, headers = Path(folder) / "out.json", Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookie}))
        subprocess.run(
            [
                *(*tool, url, "--quiet", "--no-enable-error-reporting", "--output=json"),
                *(f"--output-path={out}", f"--extra-headers={headers}"),
                *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"),
            ],
            env=os.environ | {"CHROME_PATH": browser},
            check=True,
        )
        report = json.loads(out.read_text())
    low = [
        (audit["id"], audit.get("displayValue", ""))
        for audit in report["audits"].values()
        if audit.get("score") is not None and audit["score"] < 1
    ]
    if low:
        print(f"    below 1: {low}", file=sys.stderr)
    return {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}


def main(arguments: list[str]) -> int:
    """Print a line for each page. Returns 1 if a score is below 100."""
    browser = os.environ.get("LUMBAGO_BROWSER") or shutil.which("chromium") or ""
    tool = ["npx", "--yes", VERSION]
    if arguments:
        tool = [str(Path(arguments[0]) / "node_modules" / ".bin" / "lighthouse")]
    worst = 100.0
    with running(app(lumbago.load(), lambda: NOW)) as at:
        for name, (path, cookie) in states(at).items():
            found = scores(tool, f"{at}{path}", cookie, browser)
            worst = min(worst, *found.values())
            print(f"{name:13}" + "  ".join(f"{c} {s}" for c, s in found.items()), flush=True)
    return 0 if worst == 100 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
