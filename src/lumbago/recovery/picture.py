"""The course as a picture: a wide pale band, a dotted middle, own dots, a ring for the last one.

SVG as text, with classes alone; the style sheet of the page gives the colours. The words come from
the caller. The line of dots comes out of a coil: the spasm that lets go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from lumbago.recovery.forecast import Course

LEFT: Final = 40.0
RIGHT: Final = 352.0
TOP: Final = 10.0
BOTTOM: Final = 260.0
WIDTH: Final = 360
HEIGHT: Final = 270
_DAYS_A_WEEK: Final = 7
_ROOM_FOR_COIL: Final = 44.0

_COIL: Final = (
    "M-34 0C-30.9 0-27.7-1.6-25.1-4.4C-22.5-7.2-20.5-11.1-19.6-15C-18.6-18.9-18.7-22.8-19.6-25.6"
    "C-20.5-28.4-22.2-30-24.1-30C-26-30-27.9-28.4-29.3-25.6C-30.6-22.8-31.4-18.9-31.1-15"
    "C-30.7-11.1-29.4-7.2-27.2-4.4C-25-1.6-22.1 0-19 0C-16.9 0-14.7-.9-12.9-2.3C-11.2-3.8-9.8-5.9-9.1-8"
    "C-8.4-10.1-8.3-12.2-8.8-13.7C-9.2-15.1-10.2-16-11.2-16C-12.2-16-13.3-15.1-14-13.7"
    "C-14.7-12.2-15-10.1-14.6-8C-14.2-5.9-13.2-3.8-11.7-2.3C-10.1-.9-8.1 0-6 0H0"
)
"""Two loops that end at 0 0, as in the mark."""

_ALONE: Final = (
    ":root{color-scheme:light dark}"
    ".grid{stroke:#E3D8CD;stroke-width:1}.band{fill:#ECE7F7;stroke:#B9B0DB}"
    ".mid{fill:none;stroke:#8B80BB;stroke-width:2;stroke-dasharray:1 6;stroke-linecap:round}"
    ".own,.coil{fill:none;stroke:#4A3E8E;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}"
    ".coil{stroke-width:3}.dot{fill:#4A3E8E}.now{fill:#FFFFFF;stroke:#4A3E8E;stroke-width:4}"
    "text{font:18px system-ui,sans-serif;fill:#5E5366}"
    "@media(prefers-color-scheme:dark){.grid{stroke:#3A3142}.band{fill:#342B52;stroke:#5B5188}"
    ".mid{stroke:#7D71AE}.own,.coil{stroke:#BDB2F7}.dot{fill:#BDB2F7}"
    ".now{fill:#211B27;stroke:#BDB2F7}text{fill:#C8BCCA}}"
)
"""For a picture that is opened by itself; a page brings its own style sheet."""


@dataclass(frozen=True, slots=True)
class Frame:
    """From days after the onset and tenths of pain to places in the picture."""

    last_day: float

    def x(self, day: float) -> float:
        """Across: the onset at the left."""
        return LEFT + (RIGHT - LEFT) * day / self.last_day

    def y(self, pain: float) -> float:
        """Up: 0 of 10 at the bottom."""
        return BOTTOM - (BOTTOM - TOP) * pain / 100

    def line(self, points: Iterable[tuple[float, float]]) -> str:
        """A path through days and pains."""
        return "M" + "L".join(f"{_short(self.x(d))} {_short(self.y(p))}" for d, p in points)


def course_svg(course: Course, title: str, description: str, *, prefix: str = "course") -> str:
    """The picture for a page, named and described; `prefix` keeps its ids apart from others."""
    return _svg(course, title, description, prefix, "")


def course_svg_alone(course: Course, title: str, description: str, below: str) -> str:
    """The picture as a file of its own, with its colours and its axes; `below` names the weeks."""
    frame, shown = Frame(course.band[-1].day), []
    for pain in (0, 50, 100):
        y = _short(frame.y(pain) + 6)
        shown.append(f'<text x="{LEFT - 8:g}" y="{y}" text-anchor="end">{pain // 10}</text>')
    for week in weeks_shown(course):
        x = _short(frame.x(week * _DAYS_A_WEEK))
        shown.append(f'<text x="{x}" y="{BOTTOM + 24:g}" text-anchor="middle">{week}</text>')
    middle = _short((LEFT + RIGHT) / 2)
    shown.append(
        f'<text x="{middle}" y="{BOTTOM + 48:g}" text-anchor="middle">{escape(below)}</text>'
    )
    return _svg(course, title, description, "course", "".join(shown)) + "\n"


def weeks_shown(course: Course) -> tuple[int, ...]:
    """The weeks below the picture: at most seven of them."""
    last = int(course.band[-1].day // _DAYS_A_WEEK)
    step = max(2, -(-last // 6))
    return tuple(range(0, last + 1, step))


def _svg(course: Course, title: str, description: str, prefix: str, alone: str) -> str:
    frame = Frame(course.band[-1].day)
    low = [(point.day, point.low) for point in reversed(course.band)]
    high = [(point.day, point.high) for point in course.band]
    middle = [(point.day, point.middle) for point in course.band]
    parts = [f'<path class="grid" d="M{LEFT:g} {_short(frame.y(p))}H360"/>' for p in (0, 50, 100)]
    parts.append(f'<path class="band" d="{frame.line([*high, *low])}Z"/>')
    parts.append(f'<path class="mid" d="{frame.line(middle)}"/>')
    parts.extend(_own(frame, course))
    labels = f'aria-labelledby="{prefix}-t {prefix}-d"'
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    extra = ""
    if alone:
        box = f'xmlns="http://www.w3.org/2000/svg" viewBox="-4 -24 {WIDTH + 12} {HEIGHT + 72}"'
        extra = f"<style>{_ALONE}</style>"
    named = f'<title id="{prefix}-t">{escape(title)}</title>'
    named += f'<desc id="{prefix}-d">{escape(description)}</desc>'
    return (
        f'<svg class="course" {box} role="img" {labels}>{named}{extra}{"".join(parts)}{alone}</svg>'
    )


def _own(frame: Frame, course: Course) -> Iterable[str]:
    dots = [(day, float(pain)) for day, pain in course.dots if 0 <= day <= frame.last_day]
    if not dots:
        return
    if len(dots) > 1:
        yield f'<path class="own" d="{frame.line(dots)}"/>'
    x, y = frame.x(dots[0][0]), frame.y(dots[0][1])
    turned = " scale(1 -1)" if y < _ROOM_FOR_COIL else ""
    place = f'transform="translate({_short(x)} {_short(y)}){turned}"'
    yield f'<path class="coil" {place} d="{_COIL}"/>'
    for day, pain in dots[:-1]:
        yield f'<circle class="dot" cx="{_short(frame.x(day))}" cy="{_short(frame.y(pain))}" r="4.4"/>'
    x, y = frame.x(dots[-1][0]), frame.y(dots[-1][1])
    yield f'<circle class="now" cx="{_short(x)}" cy="{_short(y)}" r="7.5"/>'


def _short(number: float) -> str:
    return f"{round(number, 1):g}"
