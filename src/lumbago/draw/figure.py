"""The figure drawn: rounded limbs on the skeleton, a ghost of where it began, an arrow, a few props.

`figure` gives an SVG of classes alone, for pages under a strict content policy whose style sheet is
`stylesheet`; `standalone` carries its own colours, for paper and files. Where motion is welcome the
parts of a moving picture go to and fro between its first and its last pose by transforms alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from html import escape
from typing import Final

from lumbago.draw import front, props
from lumbago.draw.shapes import circle, hull, number, pair
from lumbago.draw.skeleton import JOINTS, SPINE, Point, Pose, between, reach
from lumbago.knowledge.picture import Keyed, Panel, Picture

WIDTH: Final = 260
STEPS: Final = 4
"""Frames between two poses, so that a hand on the floor stays there."""

_TRUNK: Final = (12.2, 11.9, 12.3, 13.0, 13.2, 12.0)
_LIMB: Final[Mapping[str, tuple[float, float]]] = {
    "arm": (6.3, 5.7),
    "forearm": (5.7, 4.7),
    "hand": (4.8, 5.6),
    "leg": (12.4, 8.8),
    "shin": (8.8, 6.2),
    "foot": (5.3, 4.6),
}
_CLASS: Final = {"leg": "f-legs", "shin": "f-legs"}
_SLEEVE: Final = 0.62
_HEAD: Final = Point(13.0, 0.0)
_FAR: Final = Point(4.0, -2.0)
_INSIDE: Final = front.INSIDE

Shape = tuple[str, str, str]
"""The joint that carries it, its class, its path."""


def _along(length: float, first: float, last: float, y: float = 0.0) -> str:
    return hull(Point(0, y), Point(length, y), first, last)


def _limb(side: str, *parts: str) -> Iterator[Shape]:
    far = "-far" if side else ""
    for part in parts:
        radii = _LIMB[part]
        name = f"{side}{part}"
        yield name, f"{_CLASS.get(part, 'f-skin')}{far}", _along(JOINTS[name].length, *radii)
        if part == "arm":
            sleeve = _along(JOINTS[name].length * _SLEEVE, 8.2, 7.7)
            yield name, "f-top-far" if far else "f-top2", sleeve


def _trunk() -> Iterator[Shape]:
    for step, name in enumerate(SPINE[1:]):
        length = JOINTS[name].length
        yield name, "f-top", _along(length, _TRUNK[step], _TRUNK[step + 1], 10)
        yield name, "f-top", _along(length, 5, 5)


def _head() -> Iterator[Shape]:
    x, y = _HEAD
    yield "neck", "f-skin", _along(14, 7.2, 6.4)
    yield "head", "f-skin", circle(Point(x, y), 15.5)
    yield "head", "f-skin", circle(Point(x - 2, y + 15.6), 2.5)
    brow, nape = pair(x + 9, 13.2), pair(x - 6.5, -14.7)
    yield "head", "f-hair", f"M{brow}A16 16 0 0 0 {nape}Q{number(x + 1)} -4 {brow}Z"
    yield "head", "f-eye", f"M{number(x + 2.4)} 7.4Q{number(x - 0.4)} 9.6 {number(x + 2.4)} 12"


FAR: Final[tuple[Shape, ...]] = (
    *_limb("far_", "foot", "shin", "leg"),
    *_limb("far_", "hand", "forearm", "arm"),
)
NEAR: Final[tuple[Shape, ...]] = (
    *_head(),
    *_trunk(),
    *((name, "f-line", f"M0 0H{number(JOINTS[name].length)}") for name in SPINE[1:]),
    ("pelvis", "f-legs", _along(16, 13.4, 12.8)),
    *_limb("", "foot", "shin", "leg"),
    *_limb("", "hand", "forearm", "arm"),
)
"""Everything of the body in the order in which it is drawn, in two halves for what lies between."""


# ---------------------------------------------------------------------------------------- poses


def poses(panel: Panel) -> tuple[Pose, ...]:
    """The poses of a panel, each with what it takes over from the one before."""
    found: list[Pose] = []
    whole = Keyed()
    for keyed in panel.poses:
        whole = _over(whole, keyed)
        found.append(_posed(whole))
    return tuple(found)


def _over(before: Keyed, now: Keyed) -> Keyed:
    """A pose with what it leaves out taken from the one before."""
    names = ("hip", "back", "head")
    taken = {name: getattr(now, name) or getattr(before, name) for name in names}
    for limb in ("arm", "leg", "far_arm", "far_leg"):
        source = now if getattr(now, limb) or getattr(now, f"{limb}_at") else before
        taken |= {name: getattr(source, name) for name in (limb, f"{limb}_at")}
    return Keyed(**taken)


def _posed(keyed: Keyed) -> Pose:
    angles = dict(zip(SPINE, keyed.back, strict=True)) | dict(
        zip(("neck", "head"), keyed.head, strict=True)
    )
    for joint in JOINTS:
        angles.setdefault(joint, 0.0)
    pose = Pose(Point(*keyed.hip), angles)
    for limb in ("arm", "leg"):
        near, far = limb, f"far_{limb}"
        beside = getattr(keyed, far) or tuple(angle - 3 for angle in getattr(keyed, near))
        pose = _with_limb(pose, near, getattr(keyed, near), _put(keyed, near))
        pose = _with_limb(pose, far, beside, _put(keyed, far))
    return pose


def _put(keyed: Keyed, limb: str) -> tuple[float, ...]:
    """Where the end of a limb is put, if it is; a far limb that is left out, beside the near one."""
    own: tuple[float, ...] = getattr(keyed, f"{limb}_at")
    near = limb.removeprefix("far_")
    if own or limb == near or getattr(keyed, limb):
        return own
    beside: tuple[float, ...] = getattr(keyed, f"{near}_at")
    return beside and (beside[0] + _FAR.x, beside[1] + _FAR.y, beside[2])


def _with_limb(pose: Pose, limb: str, angles: tuple[float, ...], at: tuple[float, ...]) -> Pose:
    if at:
        return reach(pose, limb, Point(at[0], at[1]), at[2])
    side = "far_" if limb.startswith("far_") else ""
    kind = limb.removeprefix("far_")
    parts = ("arm", "forearm", "hand") if kind == "arm" else ("leg", "shin", "foot")
    given = {f"{side}{part}": angle for part, angle in zip(parts, angles, strict=True)}
    return replace(pose, angles={**pose.angles, **given})


# -------------------------------------------------------------------------------------- drawing


def figure(picture: Picture, words: Mapping[str, str], *, moving: bool = False) -> str:
    """The picture for a page: `words` has `title` and `does`. It has no ids, so it may stand twice."""
    return _svg(picture, words, moving and picture.moves, "")


def standalone(picture: Picture, words: Mapping[str, str]) -> str:
    """The picture with its own colours, still: for paper and for files."""
    return _svg(picture, words, False, f"<style>{PLAIN}</style>")


def _svg(picture: Picture, words: Mapping[str, str], moving: bool, style: str) -> str:
    height = sum(panel.height for panel in picture.panels)
    kind = f"figure m-{picture.id.replace('_', '-')}" if moving else "figure"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" viewBox="0 0 {WIDTH} {height}"'
        f' role="img" aria-label="{escape(words["title"])}. {escape(words["does"])}">',
        f"<title>{escape(words['title'])}</title><desc>{escape(words['does'])}</desc>{style}",
        f'<rect class="stage" width="{WIDTH}" height="{height}" rx="16"/>',
    ]
    down = 0
    for which, panel in enumerate(picture.panels, 1):
        inner = "".join(_panel(panel, moving))
        if len(picture.panels) > 1:
            dot = '<circle class="dot" cx="22" cy="24" r="13"/>'
            said = f'<text class="num" x="22" y="30" text-anchor="middle">{which}</text>'
            inner = f"{dot}{said}{inner}"
        parts.append(f'<g transform="translate(0 {down})">{inner}</g>' if down else inner)
        down += panel.height
    return "".join(parts) + "</svg>"


def _panel(panel: Panel, moving: bool) -> Iterator[str]:
    if panel.ground:
        y = _staged(panel, 0, panel.ground).y
        yield f'<path class="f-ground" d="M14 {number(y)}H246"/>'
    if panel.zoom:
        x, y, times = panel.zoom
        corner = pair(WIDTH / 2 - x * times, panel.height / 2 - y * times)
        yield f'<g transform="translate({corner}) scale({times:g})">'
    yield from map(props.thing, (prop for prop in panel.props if prop.kind in props.BEHIND))
    outlines, body = _seen(panel)
    if outlines:
        yield f'<path class="ghost{" still" if moving else ""}" d="{outlines}"/>'
    yield body
    if panel.zoom:
        yield "</g>"
    if panel.arrow:
        yield _arrow(_path_of(panel), moving)


def _staged(panel: Panel, x: float, y: float) -> Point:
    """Where a place of the drawing is on the stage."""
    if not panel.zoom:
        return Point(x, y)
    across, down, times = panel.zoom
    return Point(WIDTH / 2 + (x - across) * times, panel.height / 2 + (y - down) * times)


def _path_of(panel: Panel) -> tuple[float, ...]:
    places = zip(panel.arrow[::2], panel.arrow[1::2], strict=True)
    return tuple(value for x, y in places for value in _staged(panel, x, y))


def _seen(panel: Panel) -> tuple[str, str]:
    """The outline of the first pose, empty if there is only one, and the body in the last."""
    if panel.front:
        ghost = front.outline(panel.front[0]) if len(panel.front) > 1 else ""
        return ghost, front.body(panel.front[-1])
    drawn = poses(panel)
    between = "".join(props.thing(prop) for prop in panel.props if prop.kind == "between")
    over = "".join(props.over(prop, drawn[-1]) for prop in panel.props if prop.kind in props.OVER)
    body = _body(drawn[-1], FAR) + between + _body(drawn[-1], NEAR) + over
    return (_outline(drawn[0]) if len(drawn) > 1 else ""), body


def _body(pose: Pose, shapes: Iterable[Shape]) -> str:
    found: list[str] = []
    last = ""
    for joint, kind, path in shapes:
        if joint != last:
            place = pose.place(joint)
            found.append("</g>" if last else "")
            found.append(
                f'<g class="b-{joint.replace("_", "-")}" transform="translate({number(place.x)}'
                f' {number(place.y)}) rotate({number(pose.angles[joint])})">'
            )
        found.append(f'<path class="{kind}" d="{path}"/>')
        last = joint
    return "".join(found) + "</g>"


def _outline(pose: Pose) -> str:
    """The body as one flat shape, a hair inside the body so that its edge shows beside it only."""
    found = []
    for joint in JOINTS:
        part = joint.removeprefix("far_")
        if joint == "head":
            found.append(circle(pose.point("head", _HEAD), 15.5 - _INSIDE))
            continue
        start, end = pose.place(joint), pose.tip(joint)
        first, last = _LIMB.get(part, (7.2, 6.4) if joint == "neck" else (13.4, 12.8))
        if joint in SPINE[1:]:
            step = SPINE.index(joint) - 1
            found.append(hull(start, end, 5 - _INSIDE, 5 - _INSIDE))
            first, last = _TRUNK[step], _TRUNK[step + 1]
            start = pose.point(joint, Point(0, 10))
            end = pose.point(joint, Point(JOINTS[joint].length, 10))
        found.append(hull(start, end, first - _INSIDE, last - _INSIDE))
    return "".join(found)


def _arrow(arrow: Sequence[float], moving: bool) -> str:
    x1, y1, cx, cy, x2, y2 = arrow
    angle = math.atan2(y2 - cy, x2 - cx)
    head = [
        (x2 - 9 * math.cos(angle + turn), y2 - 9 * math.sin(angle + turn)) for turn in (0.5, -0.5)
    ]
    (ax, ay), (bx, by) = head
    end = f"{pair(x2, y2)}"
    path = f"M{pair(x1, y1)}Q{pair(cx, cy)} {end}M{pair(ax, ay)}L{end}L{pair(bx, by)}"
    return f'<path class="arrow{" still" if moving else ""}" d="{path}"/>'


# --------------------------------------------------------------------------------------- motion


def stylesheet(pictures: Iterable[Picture] = ()) -> str:
    """The style sheet of some pictures: colours for all, motion for those that move."""
    return COLOURS + "".join(_motion(picture) for picture in pictures if picture.moves)


def _motion(picture: Picture) -> str:
    name = picture.id.replace("_", "-")
    keys, uses = [], []
    for joint, places in _tracks(picture.panels[0]).items():
        if len({(number(p.x), number(p.y), number(a)) for p, a in places}) == 1:
            continue
        part = joint.replace("_", "-")
        steps = "".join(
            f"{number(8 + 84 * step / STEPS)}%"
            f"{{transform:translate({number(p.x)}px,{number(p.y)}px) rotate({number(a)}deg)}}"
            for step, (p, a) in enumerate(places)
        )
        first, last = steps.split("{", 1)[1].split("}")[0], steps.rsplit("{", 1)[1].rstrip("}")
        keys.append(f"@keyframes {name}-{part}{{0%{{{first}}}{steps}100%{{{last}}}}}")
        uses.append(
            f".m-{name} .b-{part}{{animation:{name}-{part} 4.5s ease-in-out infinite alternate}}"
        )
    still = f".m-{name} .still{{display:none}}"
    wished = "@media (prefers-reduced-motion:no-preference)"
    return "".join(keys) + f"{wished}{{{still}{''.join(uses)}}}\n"


def _tracks(panel: Panel) -> Mapping[str, list[tuple[Point, float]]]:
    """Where every part that can move is in each frame, and its angle."""
    if panel.front:
        first, last = panel.front[0], panel.front[-1]
        turning = [front.between(first, last, step / STEPS) for step in range(STEPS + 1)]
        arms = [front.arms(pose) for pose in turning]
        return {name: [(arm[name][0], arm[name][1]) for arm in arms] for name in arms[0]}
    frames = _frames(panel)
    return {joint: [(pose.place(joint), pose.angles[joint]) for pose in frames] for joint in JOINTS}


def _frames(panel: Panel) -> list[Pose]:
    """Evenly from the first pose to the last; limbs that stay put are solved anew in each frame."""
    first, last = poses(panel)[0], poses(panel)[-1]
    whole = reduce(_over, panel.poses, Keyed())
    found: list[Pose] = []
    for step in range(STEPS + 1):
        turn = step / STEPS
        pose = between(first, last, turn)
        for limb in ("arm", "leg", "far_arm", "far_leg"):
            begin, end = _put(panel.poses[0], limb), _put(whole, limb)
            if begin and end:
                x, y, angle = (a + (b - a) * turn for a, b in zip(begin, end, strict=True))
                pose = reach(pose, limb, Point(x, y), angle)
        found.append(pose)
    return found


# --------------------------------------------------------------------------------------- colours

_FILLS: Final = {
    "stage": ("sand", "#F1E8DF"),
    "f-skin": ("fig-skin", "#B0774F"),
    "f-skin-far": ("fig-skin-far", "#C08F6D"),
    "f-hair": ("fig-hair", "#33263A"),
    "f-top": ("fig-top", "#5A4EA3"),
    "f-top2": ("fig-sleeve", "#4A3E8E"),
    "f-top-far": ("fig-top-far", "#7B71B8"),
    "f-legs": ("fig-legs", "#3B3048"),
    "f-legs-far": ("fig-legs-far", "#776C84"),
    "f-soft": ("fig-prop-soft", "#DDCDBE"),
    "dot": ("fig-arrow", "#4A3E8E"),
    "num": ("sand", "#F1E8DF"),
}
_STROKES: Final = {
    "f-eye": ("fig-eye", "#33263A", 1.6),
    "f-line": ("fig-line", "#FFE9D2", 3.2),
    "f-prop": ("fig-prop", "#86725F", 5.0),
    "f-ground": ("fig-ground", "#B5A08E", 3.0),
    "arrow": ("fig-arrow", "#4A3E8E", 3.2),
    "f-mark": ("fig-arrow", "#4A3E8E", 2.0),
    "f-cloth-edge": ("fig-prop", "#86725F", 5.6),
    "f-cloth": ("fig-pillow", "#FBF5EE", 3.0),
    "f-heat-edge": ("fig-arrow", "#4A3E8E", 10.6),
    "f-heat": ("fig-line", "#FFE9D2", 6.8),
    "f-cold-edge": ("fig-arrow", "#4A3E8E", 10.6),
    "f-cold": ("fig-ice", "#E3DEF8", 6.8),
    "f-glass": ("fig-line", "#FFE9D2", 1.4),
}
_BOTH: Final = {
    "ghost": ("fig-ghost", "#E2D6CA", "fig-ghost-edge", "#A39385", 3.2),
    "f-pillow": ("fig-pillow", "#FBF5EE", "fig-prop", "#86725F", 1.6),
    "f-phone": ("fig-legs", "#3B3048", "fig-line", "#FFE9D2", 1.6),
}
_DARK: Final = {
    "sand": "#2A2330",
    "fig-skin": "#C68E67",
    "fig-skin-far": "#A87A5B",
    "fig-hair": "#77647D",
    "fig-eye": "#2B1E2C",
    "fig-top": "#9C8FE0",
    "fig-sleeve": "#B5A9F2",
    "fig-top-far": "#675C9E",
    "fig-legs": "#8B7F99",
    "fig-legs-far": "#5B5168",
    "fig-line": "#2A1F4D",
    "fig-arrow": "#C3B8FA",
    "fig-ghost": "#3F3649",
    "fig-ghost-edge": "#877A92",
    "fig-pillow": "#6B5F5C",
    "fig-ice": "#34295E",
    "fig-prop": "#A59483",
    "fig-prop-soft": "#4A3F3A",
    "fig-ground": "#7A6B60",
}


_ENDS: Final = (
    ".ghost{paint-order:stroke;stroke-linejoin:round}"
    ".f-cold-edge{stroke-linecap:square}.f-cold{stroke-linecap:square}"
)
"""The outline of a ghost runs around the whole of it; ice is square where warmth is round."""


def _rules(colour: Mapping[str, str] | None) -> str:
    def of(name: str, plain: str) -> str:
        return f"var(--{name},{plain})" if colour is None else plain

    fills = "".join(f".{k}{{fill:{of(n, p)}}}" for k, (n, p) in _FILLS.items())
    strokes = "".join(
        f".{k}{{fill:none;stroke:{of(n, p)};stroke-width:{w:g};"
        "stroke-linecap:round;stroke-linejoin:round}"
        for k, (n, p, w) in _STROKES.items()
    )
    both = "".join(
        f".{k}{{fill:{of(n, p)};stroke:{of(e, q)};stroke-width:{w:g}}}"
        for k, (n, p, e, q, w) in _BOTH.items()
    )
    return f"{fills}{strokes}{both}{_ENDS}.num{{font:600 18px system-ui,sans-serif}}"


PLAIN: Final = _rules({})
"""Plain colours, for paper and for files."""

COLOURS: Final = (
    _rules(None)
    + "@media (prefers-color-scheme:dark){:root{"
    + "".join(f"--{name}:{colour};" for name, colour in _DARK.items())
    + "}}.drawn .figure{display:block;width:100%;height:auto;max-height:60vh}"
    "@media (forced-colors:active){.figure{forced-color-adjust:none}}\n"
)
"""Colours by custom properties, light and dark."""
