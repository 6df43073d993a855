"""The plain pages: they work before Python is there, and say what to do even without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from lumbago.answers import Case
from lumbago.interview.steps import danger_screens
from lumbago.knowledge.model import Knowledge
from lumbago.screens import Frame, Pages, Settings, Visit
from lumbago.screens.calling import UNKNOWN
from lumbago.screens.clinic import Clinic
from lumbago.screens.pages import STILL
from lumbago.screens.questions import form

POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What the page may do: load its own files and run Python, nothing else; no form is ever sent."""

BY_COUNTRY: Final = ("alarm", "danger", "emergency", "still", "stuck")
"""The pages that name a number; each is made for every country."""

_OWN: Final = {
    "/": "index.html",
    "/danger": "danger.html",
    "/emergency": "emergency.html",
    "/stuck": "stuck.html",
}
_WORDS: Final = ("bar_full", "bar_denied", "bar_new", "bar_new_go")
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


def plain_pages(knowledge: Knowledge, clinic: Clinic, version: str) -> Iterator[tuple[str, str]]:
    """Every plain page: the name of its file, and its HTML."""
    pages = Pages(knowledge, clinic=clinic)
    pages.be_on_phone()
    pages.environment.globals["still_page"] = True
    about = _about(pages, version)
    default = Frame(Settings(clinic.country))
    yield "index.html", _whole(pages.start(default, Visit()), about)
    yield "wait.html", _whole(pages.page("wait.html", default), about)
    for name, html in _of_country(pages, default):
        yield f"{name}.html", _whole(html, about)
    for country in about["countries"]:
        for name, html in _of_country(pages, Frame(Settings(country))):
            yield f"{name}-{country.lower()}.html", _whole(html, about)


def _of_country(pages: Pages, frame: Frame) -> Iterator[tuple[str, str]]:
    screens = danger_screens(pages.knowledge, Case())
    forms = [form(pages.wording, screen, Case(), 0) for screen in screens]
    shown = {"forms": forms, "thens": pages.dangers_then(frame)}
    yield "alarm", pages.page("alarm.html", frame, **shown)
    yield "danger", pages.page("danger.html", frame, saddle=pages.saddle, **shown)
    yield "emergency", pages.emergency(frame)
    yield "still", pages.emergency(frame, STILL)
    yield "stuck", pages.stuck(frame, Visit(), _NEVER)


def _about(pages: Pages, version: str) -> dict[str, Any]:
    """What the script of the page needs to know."""
    knowledge = pages.knowledge
    known = [c for c in knowledge.countries.values() if c.id != UNKNOWN]
    return {
        "version": version,
        "country": pages.clinic.country,
        "countries": sorted(country.id for country in known),
        "languages": {tag.lower(): c.id for c in known for tag in c.languages},
        "by_country": list(BY_COUNTRY),
        "danger": [screen.id for screen in knowledge.screens],
        "words": {id_: pages.say(id_) for id_ in _WORDS},
    }


def _whole(html: str, about: Mapping[str, Any]) -> str:
    """A page of the app as a file: its policy, its script, and addresses within the folder."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    first = '<script src="static/begin.js"></script>'
    html = html.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{policy}\n{first}', 1)
    data = json.dumps(about, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    scripts = f'<script type="application/json" id="site">{data}</script>\n'
    scripts += '<script src="static/app.js" defer></script>\n'
    scripts += '<script src="static/shell.js" defer></script>\n</head>'
    html = re.sub(r'<script src="/static/app\.js[^"]*" defer></script>\n?', "", html)
    html = html.replace("</head>", scripts, 1)
    html = re.sub(r' (href|src)="/(static/[^"?]*|manifest\.webmanifest)[^"]*"', r' \1="\2"', html)
    return re.sub(r' href="(/[^"]*)"', _link, html)


def _link(found: re.Match[str]) -> str:
    path = found[1]
    file = _OWN.get(path)
    return f' href="{file or f"index.html#{path}"}"'
