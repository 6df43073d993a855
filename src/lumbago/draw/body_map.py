"""The body from behind and from the front, and on it the places that can be marked.

The person is the one of all pictures. A place is a soft patch on the body, faint until it is marked;
marked, it fills and a coil lies on it, so that no colour is needed to tell. The patches are drawn one
by one, for a page to lay each into a label of its tick box, over a field large enough for a thumb.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lumbago.draw import front
from lumbago.draw.shapes import hull, number, pair
from lumbago.draw.skeleton import Point
from lumbago.knowledge.picture import FrontPose

WIDTH: Final = 84
HEIGHT: Final = 218
STANDING: Final = FrontPose(
    hip=(42, 109),
    left_arm=(16, 79, 13, 109),
    right_arm=(68, 79, 71, 109),
    left_leg=(31, 158, 30.4, 204, -2, 5),
    right_leg=(53, 158, 53.6, 204, 2, 5),
)
"""Upright, at ease, arms and legs a little apart."""

Capsule = tuple[float, float, float, float, float, float]
"""Two ends and two radii: x, y, x, y, r, r."""

Field = tuple[float, float, float, float]
"""What a finger may touch: a corner, a width and a height."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on one side of the body: its patches, and the fields around them."""

    patches: tuple[Capsule, ...]
    fields: tuple[Field, ...]


def _both(x1: float, y1: float, x2: float, y2: float, first: float, last: float) -> Spot:
    """A patch on the left and on the right."""
    mirrored = (WIDTH - x1, y1, WIDTH - x2, y2, first, last)
    return Spot(((x1, y1, x2, y2, first, last), mirrored), ())


_ARMS: Final = Spot(
    _both(15.4, 82, 13.2, 107, 4.3, 4).patches, ((0, 70, 24, 50), (WIDTH - 24, 70, 24, 50))
)
_CALVES: Final = Spot(_both(30.9, 167, 30.5, 198, 6.6, 4.8).patches, ((14, 158, 56, 60),))
BEHIND: Final[Mapping[str, Spot]] = {
    "pain_site_neck": Spot(((42, 37, 42, 44.4, 5.6, 6.4),), ((0, 22, WIDTH, 29),)),
    "pain_site_upper_mid_back": Spot(((33, 63, 51, 63, 9, 9),), ((24, 51, 36, 26),)),
    "pain_site_low_back": Spot(((36.5, 88, 47.5, 88, 8.5, 8.5),), ((24, 77, 36, 27),)),
    "pain_spreads_hip_buttock_thigh": Spot(
        _both(31.6, 114, 31, 148, 8.8, 6.8).patches, ((18, 104, 48, 54),)
    ),
    "pain_below_knee": _CALVES,
    "arm_pain_below_elbow": _ARMS,
}
FRONT: Final[Mapping[str, Spot]] = {
    "low_belly_pelvic_pain": Spot(((37, 91, 47, 91, 7, 7),), ((24, 74, 36, 28),)),
    "pain_groin_radiation": Spot(_both(26, 107, 36, 118.5, 4.6, 4.6).patches, ((18, 102, 48, 26),)),
    "pain_spreads_hip_buttock_thigh": Spot(
        _both(31.3, 136, 31, 150, 7.8, 6.8).patches, ((18, 128, 48, 30),)
    ),
    "pain_below_knee": _CALVES,
    "arm_pain_below_elbow": _ARMS,
}
"""The places of each side, by the finding that a mark reports."""

_COIL: Final = (
    "M-14 6h7c4 0 6-3.5 6-7s-2-5.5-4-5.5-4 2-4 5.5 3 7 7 7h3c4 0 6-3.5 6-7s-2-5.5-4-5.5-4 2-4 5.5"
    " 3 7 7 7h8"
)
_COIL_SIZE: Final = (28.0, 12.5)
_MARGIN: Final = 3.0


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the body as the insides of SVG pictures, all of the same view box.

    `body` is the person, `spots` what lies on it, by the finding that a mark reports.
    """

    name: str
    body: str
    spots: Mapping[str, str]


def body_map() -> tuple[Side, Side]:
    """The body from behind and from the front."""
    ground = f'<path class="f-ground" d="M4 {HEIGHT - 3}H{WIDTH - 4}"/>'
    return (
        Side("back", ground + front.body(STANDING, behind=True), _drawn(BEHIND)),
        Side("front", ground + front.body(STANDING), _drawn(FRONT)),
    )


def _drawn(spots: Mapping[str, Spot]) -> Mapping[str, str]:
    return {finding: _spot(spot) for finding, spot in spots.items()}


def _spot(spot: Spot) -> str:
    fields = "".join(
        f'<rect class="zone" x="{number(x)}" y="{number(y)}" width="{number(width)}"'
        f' height="{number(height)}"/>'
        for x, y, width, height in spot.fields
    )
    shapes = "".join(
        hull(Point(x1, y1), Point(x2, y2), first, last)
        for x1, y1, x2, y2, first, last in spot.patches
    )
    coils = "".join(map(_coil, spot.patches))
    return f'{fields}<path class="patch" d="{shapes}"/>{coils}'


def _coil(patch: Capsule) -> str:
    """The mark of a patch, along it and as large as fits; on the right the mirror of the left."""
    x1, y1, x2, y2, first, last = patch
    length, width = _COIL_SIZE
    long = math.dist((x1, y1), (x2, y2)) + first + last - 2 * _MARGIN
    size = min(long / length, (2 * min(first, last) - _MARGIN) / width)
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
    middle = pair((x1 + x2) / 2, (y1 + y2) / 2)
    flipped = "-" if x1 > WIDTH / 2 else ""
    place = f"translate({middle}) rotate({number(angle)}) scale({size:.2f} {flipped}{size:.2f})"
    return f'<path class="coil" transform="{place}" d="{_COIL}"/>'
