"""The line that lets go: the mark and the timer line as parts of a page.

Colours and motion come from classes, so that all of it holds under a strict content policy; the
words that say the same stand beside it. `MOTION` is the style sheet of both.
"""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import quoteattr

from lumbago.errors import InputError, Problem

LOOP_WIDTH: Final = 34.0
_HEIGHT: Final = 64
_REST: Final = 49

MOTION: Final = """\
.lg-line{fill:none;stroke:var(--dusk,#4A3E8E);stroke-width:4.6;stroke-linecap:round;stroke-linejoin:round}
.lg-todo{stroke:var(--line-todo,#8B80BB)}
@keyframes lg-sink{to{transform:scaleY(0)}}
.lg-hand{transform-origin:0 49px}
@media (prefers-reduced-motion:no-preference){
.lg-hand{animation:lg-sink 60s linear forwards}
}
@media (forced-colors:active){.lg-line{stroke:CanvasText}.lg-todo{stroke:GrayText}}
@media print{.lg-hand{animation:none}.lg-line{stroke:#000}}
"""


def mark(label: str) -> str:
    """The mark: two loops, the second smaller, then rest."""
    path = f"M4 {_REST}" + _loop(4, 21, 40) + _loop(25, 18, 22) + "H60"
    return _svg(64, _HEIGHT, label, f'<path class="lg-line" d="{path}"/>')


def timer(minutes: int, left: int, label: str) -> str:
    """The timer line: straight for the minutes done, a loop for each that is left, the first in hand.

    The loop in hand is a part of its own (`lg-hand`), which sinks to a straight line in a minute.
    Raises `InputError` unless 0 <= left <= minutes and there is at least one minute.
    """
    if minutes < 1 or not 0 <= left <= minutes:
        said = f"{left} of {minutes} minutes cannot be left."
        raise InputError(Problem(said, hint="Give 0 up to the whole time."))
    width = minutes * LOOP_WIDTH + 10
    done = 5 + (minutes - left) * LOOP_WIDTH
    body = f'<path class="lg-line" d="M5 {_REST}H{done:g}"/>'
    if left:
        hand = f"M{done:g} {_REST}" + _loop(done, LOOP_WIDTH, 40)
        body += f'<path class="lg-line lg-hand" d="{hand}"/>'
    if left > 1:
        starts = [done + n * LOOP_WIDTH for n in range(1, left)]
        rest = f"M{starts[0]:g} {_REST}" + "".join(_loop(x, LOOP_WIDTH, 40) for x in starts)
        body += f'<path class="lg-line lg-todo" d="{rest}"/>'
    return _svg(width, _HEIGHT, label, body)


def _loop(x: float, width: float, height: float) -> str:
    """One cramped loop from (x, rest) to (x + width, rest), smooth where it meets the line."""
    top, middle, end = _REST - height, x + width / 2, x + width
    left, right = x + width * 0.1, x + width * 0.9
    low, mid, high = (top + height * share for share in (0.66, 0.36, 0.16))
    corners = (
        ((middle, _REST), (right, low), (right, mid)),
        ((right, high), (middle + width * 0.22, top), (middle, top)),
        ((middle - width * 0.22, top), (left, high), (left, mid)),
        ((left, low), (middle, _REST), (end, _REST)),
    )
    return "".join("C" + " ".join(f"{x:.4g} {y:.4g}" for x, y in part) for part in corners)


def _svg(width: float, height: float, label: str, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f"aria-label={quoteattr(label)}>{body}</svg>"
    )
