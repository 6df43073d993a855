"""What every page of figures shares: its shell, sections, strips and tables; and one look.

A page has no script and asks nothing of anybody, and it prints. Words come from kb/words, pictures
from `draw`, the look from `page.css` beside this file.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from lumbago.draw import charts
from lumbago.errors import InputError, Problem
from lumbago.rates import Gap, Rate
from lumbago.whole import write_whole

STYLE: Final = Path(__file__).with_name("page.css")
PERCENT: Final = ("0", "50", "100 %")

_MARK: Final = (
    "M5 49C9.2 49 13.6 46.8 17.3 43.1C20.9 39.4 23.7 34.2 25.1 29C26.6 23.8 26.6 18.6 25.4 14.9"
    "C24.2 11.2 21.9 9 19.3 9C16.7 9 13.8 11.2 11.8 14.9C9.7 18.6 8.5 23.8 8.7 29"
    "C8.8 34.2 10.4 39.4 13.1 43.1C15.9 46.8 19.8 49 24 49C26.9 49 30 47.9 32.5 46.1"
    "C35 44.2 36.9 41.6 38 39C39 36.4 39.1 33.8 38.4 31.9C37.8 30.1 36.4 29 34.9 29"
    "C33.4 29 31.8 30.1 30.7 31.9C29.6 33.8 29.1 36.4 29.4 39C29.8 41.6 31.2 44.2 33.2 46.1"
    "C35.3 47.9 38.1 49 41 49H58.5"
)


def shell(title: str, body: str, *, more: Path | None = None, across: str = "") -> str:
    """A whole page around the inside of its body. `title` and `body` are HTML.

    `more` is a style sheet of its own after the common one; `across` is said at the top of the
    page on screen and on paper.
    """
    style = STYLE.read_text(encoding="utf-8")
    if more is not None:
        style += more.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    logo = charts.svg(64, 64, [f'<path d="{_MARK}"/>'], kind="logo")
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta http-equiv="Content-Security-Policy" content="'
        f"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        f"<title>{title} - lumbago</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'{across}<header class="top"><span class="name">{logo}lumbago</span></header>\n'
        f"{body}</body>\n</html>\n"
    )


def write_page(path: Path, html: str) -> None:
    """Write a page whole or not at all. Raises `InputError` if that cannot be done."""
    try:
        write_whole(path, html.encode())
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise InputError(Problem(f"The page cannot be written: {reason}.", str(path))) from None


class Words:
    """The texts of one page, ready for HTML, and the parts that are made of a title and a lead."""

    def __init__(self, text: Mapping[str, Any]) -> None:
        self.text = text

    def say(self, key: str, **values: object) -> str:
        """A text of the page, its places filled in."""
        return escape(str(self.text[key]).format(**values))

    def section(self, key: str, *parts: str, lead: str = "", **values: object) -> str:
        """A section with the title and lead of a key; `values` fill the places of its lead."""
        body = "\n".join(parts)
        return (
            f'<section aria-labelledby="{key}"><h2 id="{key}">{self.say(f"{key}_title")}</h2>\n'
            f'<p class="lead">{self.say(lead or f"{key}_lead", **values)}</p>\n{body}</section>\n'
        )

    def card(self, key: str) -> str:
        """A card with the list of texts of a key."""
        items = "".join(f"<li>{escape(str(text))}</li>" for text in self.text[key])
        return (
            f'<section class="card" aria-labelledby="{key}"><h2 id="{key}">'
            f'{self.say(f"{key}_title")}</h2><ul class="list">{items}</ul></section>\n'
        )

    def footer(self, **values: object) -> str:
        """How it was measured, and of what."""
        how = "".join(f"<p>{escape(str(text))}</p>" for text in self.text["method"])
        return (
            f'<footer><div class="inner"><h2>{self.say("method_title")}</h2>{how}'
            f'<p class="hash">{self.say("knowledge", **values)}</p></div></footer>\n'
        )


def strip_row(name: str, picture: str, value: str, *, quiet: bool = False, note: str = "") -> str:
    """A row of a name, a picture, and the same in figures; `picture`, `value`, `note` are HTML."""
    noted = f'<span class="note">{note}</span>' if note else ""
    return (
        f'<li class="row{" base" if quiet else ""}"><span class="who">{escape(name)}</span>'
        f'<span class="pic">{picture}</span><span class="value">{value}</span>{noted}</li>'
    )


def rows_of(title: str, rows: Iterable[str], below: str, *, wide: bool = False) -> str:
    """Rows under a heading, with the numbers of their axis below; `wide` has room for long names."""
    kind = "strips wider" if wide else "strips"
    return f'<div class="{kind}"><h3>{escape(title)}</h3><ul>{"".join(rows)}</ul>{below}</div>'


def strips(title: str, rows: Iterable[tuple[str, Rate, bool]]) -> str:
    """Rows of a name, a share with its interval as a picture, and the same in figures."""
    drawn = (
        strip_row(
            name, charts.strip(one.share, one.interval, quiet=quiet), rate_value(one), quiet=quiet
        )
        for name, one, quiet in rows
    )
    return rows_of(title, drawn, axis())


def rate_value(rate: Rate) -> str:
    """A share with its interval and counts, the share in bold."""
    if rate.share is None:
        return "-"
    low, high = rate.interval
    return (
        f'<b class="no">{100 * rate.share:.0f} %</b> '
        f'<span class="no">({100 * low:.0f}-{100 * high:.0f})</span> '
        f'<span class="soft">{rate.hits}/{rate.of}</span>'
    )


def gap_text(gap: Gap) -> str:
    """How far two shares lie apart, in points, with its interval."""
    if gap.difference is None:
        return "-"
    low, high = gap.interval
    return f"{100 * gap.difference:+.0f} ({100 * low:+.0f} to {100 * high:+.0f})".replace(
        "-", "\u2212"
    )


def _whole(cell: str) -> str:
    """A cell whose interval in brackets is not broken over lines."""
    return re.sub(r"\([^)]*\)", r'<span class="no">\g<0></span>', escape(cell))


def axis(ticks: Sequence[str] = PERCENT) -> str:
    """The numbers under a strip."""
    drawn = "".join(f"<span>{escape(tick)}</span>" for tick in ticks)
    return f'<div class="row axis" aria-hidden="true"><span class="pic">{drawn}</span></div>'


def data_table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, stacked: bool = False
) -> str:
    """A table; `stacked`: on a narrow screen a row becomes a block, each cell with its head."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(
            f'<td><span class="head">{escape(head)}</span>{_whole(cell)}</td>'
            if stacked
            else f"<td>{_whole(cell)}</td>"
            for head, cell in zip(heads[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    kind = "table stacked" if stacked else "table"
    return f'<table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
