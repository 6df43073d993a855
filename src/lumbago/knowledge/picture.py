"""Pictures as data: what the figure does, in poses of a skeleton. Frozen records, standard library only.

Units are those of the drawing (see `draw.skeleton`); angles are absolute degrees. A pose after the
first says only what changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lumbago.errors import Position

NOWHERE = Position("")


@dataclass(frozen=True, slots=True)
class Prop:
    """A thing in the picture.

    A `line` goes through points. A `slab`, a `pillow` and a pillow `between` the legs are a corner, a
    width and a height; a `phone` is its middle and its angle. A pack of `heat` or `cold` lies `on` a
    part of the body, wherever that is.
    """

    kind: Literal["line", "slab", "pillow", "between", "phone", "heat", "cold"]
    at: tuple[float, ...] = ()
    on: Literal["", "low_back", "upper_back", "neck"] = ""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A pose: the hip, the six parts of the trunk from the pelvis up, neck and head, and the limbs.

    A limb is three angles, or with `..._at` the place of its wrist or ankle and the angle of its end.
    A far limb that is left out lies beside the near one.
    """

    hip: tuple[float, ...] = ()
    back: tuple[float, ...] = ()
    head: tuple[float, ...] = ()
    arm: tuple[float, ...] = ()
    leg: tuple[float, ...] = ()
    far_arm: tuple[float, ...] = ()
    far_leg: tuple[float, ...] = ()
    arm_at: tuple[float, ...] = ()
    leg_at: tuple[float, ...] = ()
    far_arm_at: tuple[float, ...] = ()
    far_leg_at: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class FrontPose:
    """A pose from the front: the middle of the hips, the angles of trunk and head (-90 is up).

    An arm is elbow and wrist, a leg knee, ankle and where the toes point from there. `look` shifts the
    face to one side.
    """

    hip: tuple[float, ...]
    left_arm: tuple[float, ...]
    right_arm: tuple[float, ...]
    left_leg: tuple[float, ...]
    right_leg: tuple[float, ...]
    lean: float = -90.0
    tilt: float = -90.0
    look: float = 0.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing: its height, the ground (0: none), the poses, an arrow (start, bend, end).

    The poses are from the side, or from the front. `zoom` is the place of the drawing that comes to the
    middle of the stage, and how many times as large it is drawn there; none: as it is.
    """

    height: int
    poses: tuple[Keyed, ...] = ()
    front: tuple[FrontPose, ...] = ()
    ground: int = 0
    props: tuple[Prop, ...] = ()
    arrow: tuple[float, ...] = ()
    zoom: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an exercise, a position or a place for a pack; several panels are numbered."""

    id: str
    panels: tuple[Panel, ...]
    moves: bool = False
    position: Position = NOWHERE
