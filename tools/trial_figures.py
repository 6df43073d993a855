"""Measure the comparison on simulated people: the tables and pictures of docs/trial.md.

python tools/trial_figures.py --people 1000 --diaries 10000 --seed 1 --folder docs
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from random import Random

from lumbago import load
from lumbago.evaluate_trials import ALL, BOTH, Claims, Power, Way, false_claims, power
from lumbago.events import Event, Session, SessionScored, TrialBegun
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.nof1.answer import result_of
from lumbago.recovery.nof1.design import Design, order
from lumbago.recovery.nof1.simulate import STEEP, World, simulated
from lumbago.story_comparison import ComparisonTeller
from lumbago.testing_trial import check_lives
from lumbago.wording import Wording

WORLDS = (
    ("steep recovery", STEEP),
    ("steep, and noisier", World(wander=1.2, slip=0.8)),
    ("hardly any recovery", World(pace=(0, 0.05))),
)
_LEVEL = 0.05
HELPS = World(effects={"heat": -1.5})
NAMES: dict[Way, str] = {
    "t_test_turns": "t-test, one after the other",
    "t_test_dice": "t-test, order by dice",
    "t_test_change": "t-test of the change, by dice",
    "ours": "lumbago try",
}
STYLE = (
    ":root{color-scheme:light dark}.paper{fill:#FFFDFA}.grid{stroke:#E3D8CD}"
    ".line{stroke:#C0392B;stroke-width:1.5;stroke-dasharray:5 5}"
    ".end{fill:#B9B0DB}.look{fill:#4A3E8E}.curve{fill:none;stroke-width:3;stroke-linejoin:round}"
    ".two{stroke:#4A3E8E}.three{stroke:#B4641B}.beyond{stroke-dasharray:3 6;stroke-linecap:round}"
    ".dot2{fill:#4A3E8E}.dot3{fill:#B4641B}"
    "text{font:16px system-ui,sans-serif;fill:#5E5366}.strong{font-weight:600;fill:#2E2436}"
    "@media(prefers-color-scheme:dark){.paper{fill:#1B1620}.grid{stroke:#3A3142}"
    ".line{stroke:#FF9B8A}.end{fill:#5B5188}.look{fill:#BDB2F7}.two{stroke:#BDB2F7}"
    ".three{stroke:#EDA765}.dot2{fill:#BDB2F7}.dot3{fill:#EDA765}text{fill:#C8BCCA}"
    ".strong{fill:#F3ECF5}}"
)


def main() -> None:
    """Print the tables and write the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--diaries", type=int, default=0, help="random diaries through the gate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="draw the pictures into this folder")
    options = parser.parse_args()
    knowledge = load()
    recovery, people, seed = knowledge.recovery, options.people, options.seed
    shown: list[tuple[str, tuple[Claims, ...]]] = []
    print("| simulated people without any difference | way | at the end | looking each time |")
    print("|---|---|---|---|")
    compared: tuple[tuple[str, ...], ...] = (BOTH, ALL)
    for name, world in WORLDS:
        for arms in compared:
            found = false_claims(recovery, world, people, seed, arms)
            shown.append((f"{name}, {len(arms)} arms", found))
            for one in found:
                end, look = f"{one.at_end:.1%}", f"{one.at_any_look:.1%}"
                print(
                    f"| {name}, {len(arms)} arms | {NAMES[one.way]} | {end} | {look} |", flush=True
                )
    curves: dict[tuple[str, ...], tuple[Power, ...]] = {
        arms: power(recovery, HELPS, people, seed, arms, 30 // len(arms)) for arms in compared
    }
    print(
        "\n| sessions | arms | heat helps more | ever by then | no difference | cold helps more |"
    )
    print("|---|---|---|---|---|---|")
    for arms, curve in curves.items():
        for at in curve:
            shares = " | ".join(f"{s:.1%}" for s in (at.right, at.ever, at.missed, at.wrong))
            print(f"| {at.sessions} | {len(arms)} | {shares} |")
    if options.folder:
        write(options.folder / "trial-false-claims.svg", bars(shown[0][1]))
        write(options.folder / "trial-power.svg", lines(curves, Design.of(recovery)))
        write(options.folder / "trial-result.svg", example(knowledge))
    if options.diaries:
        begun, sessions, faults = check_lives(knowledge, options.diaries, seed)
        print(
            f"\n{options.diaries} random diaries: {begun} were offered a comparison, {sessions} a"
        )
        print(f"session; blocked arms offered, or anything else unsafe: {len(faults)}")
        print("\n".join(faults[:20]))


def write(file: Path, text: str) -> None:
    """Write a picture."""
    file.write_text(text, encoding="utf-8")


def bars(found: Sequence[Claims]) -> str:
    """False claims as bars: at the end, and looking after every session, with the 5 % line."""
    left, right, top, row = 256, 660, 88, 62
    high = top + row * len(found)

    def x(share: float) -> float:
        return left + (right - left) * share

    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<path class="grid" d="M{x(share):g} {top - 10}V{high}"/>')
        label = f'<text x="{x(share):g}" y="{high + 24}" text-anchor="middle">{share:.0%}</text>'
        parts.append(label)
    for index, one in enumerate(found):
        y = top + row * index
        strong = ' class="strong"' if one.way == "ours" else ""
        parts.append(
            f'<text{strong} x="{left - 14}" y="{y + 28}" text-anchor="end">{NAMES[one.way]}</text>'
        )
        for offset, kind, share in ((4, "end", one.at_end), (25, "look", one.at_any_look)):
            wide = max(2.0, x(share) - left)
            parts.append(
                f'<rect class="{kind}" x="{left}" y="{y + offset}" width="{wide:.1f}" height="17"/>'
            )
            end = max(left + wide, x(_LEVEL)) + 8
            parts.append(f'<text x="{end:.1f}" y="{y + offset + 14}">{share:.1%}</text>')
    parts.append(f'<path class="line" d="M{x(_LEVEL):g} {top - 10}V{high}"/>')
    parts.append(f'<text x="{x(_LEVEL):g}" y="{top - 18}" text-anchor="middle">5 %</text>')
    key = high + 58
    for at, kind, label in ((left, "end", "at the end"), (left + 150, "look", "looking each time")):
        parts.append(
            f'<rect class="{kind}" x="{at}" y="{key - 13}" width="17" height="17" rx="3"/>'
        )
        parts.append(f'<text x="{at + 26}" y="{key}">{label}</text>')
    title = "A difference is claimed although there is none, while pain falls by itself"
    return frame(700, key + 24, title, parts)


def lines(curves: Mapping[tuple[str, ...], Sequence[Power]], design: Design) -> str:
    """The power over sessions, for two arms and three; dotted beyond what five days hold."""
    left, right, top, bottom = 70, 670, 70, 330
    most = 30

    def place(sessions: int, share: float) -> str:
        x = left + (right - left) * sessions / most
        return f"{x:.1f} {bottom - (bottom - top) * share:.1f}"

    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom - (bottom - top) * share
        parts.append(f'<path class="grid" d="M{left} {y:g}H{right}"/>')
        parts.append(f'<text x="{left - 10}" y="{y + 5:g}" text-anchor="end">{share:.0%}</text>')
    for sessions in range(0, most + 1, 5):
        x = left + (right - left) * sessions / most
        parts.append(f'<text x="{x:g}" y="{bottom + 24}" text-anchor="middle">{sessions}</text>')
    for kind, (arms, curve) in zip(("two", "three"), curves.items(), strict=True):
        within = [at for at in curve if at.blocks <= design.blocks(len(arms))]
        beyond = [at for at in curve if at.blocks >= within[-1].blocks]
        for points, more in ((within, ""), (beyond, " beyond")):
            path = "L".join(place(at.sessions, at.ever) for at in points)
            parts.append(f'<path class="curve {kind}{more}" d="M{path}"/>')
        for at in within:
            across, up = place(at.sessions, at.ever).split()
            parts.append(f'<circle class="dot{len(arms)}" cx="{across}" cy="{up}" r="4.5"/>')
    key = bottom + 60
    labels = (("two", "heat and cold"), ("three", "heat, cold and rest as usual"))
    for index, (kind, label) in enumerate(labels):
        start = left + 190 * index
        parts.append(f'<path class="curve {kind}" d="M{start} {key - 5}h34"/>')
        parts.append(f'<text x="{start + 44}" y="{key}">{label}</text>')
    said = "sessions; dotted: more than five days hold"
    parts.append(f'<text x="{left}" y="{key + 28}">{said}</text>')
    title = "Heat truly helps by 1.5 points: how often that has been told by then"
    return frame(700, key + 48, title, parts)


def frame(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    """A picture of its own, in light and dark."""
    box = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} aria-labelledby="t">'
    head += f'<title id="t">{escape(title)}</title><style>{STYLE}</style>'
    head += f'<rect class="paper" width="{width}" height="{height}"/>'
    head += f'<text class="strong" x="20" y="34">{escape(title)}</text>'
    return f"{head}{''.join(parts)}</svg>\n"


def example(knowledge: Knowledge) -> str:
    """The result of a simulated person to whom heat makes a difference of 1.5 points."""
    design, at = Design.of(knowledge.recovery), datetime(2026, 11, 16, 8, tzinfo=UTC)
    dice, seed = Random(6), "01" * 16
    begun = TrialBegun(seed, ALL, design.blocks(len(ALL)))
    slots = order(seed, ALL, begun.blocks)
    seen = simulated(HELPS, tuple(slot.arm for slot in slots), design, dice)
    log = [Event("trial", at, at, "UTC", begun)]
    for slot, one in zip(slots, seen, strict=True):
        start = at + timedelta(hours=one.hours)
        id_ = f"s{slot.number}"
        session = Session(
            slot.arm, int(10 * one.before), block=slot.block, trial="trial", number=slot.number
        )
        log.append(Event(id_, start, start, "UTC", session))
        end = start + design.whole
        log.append(Event(f"{id_}l", end, end, "UTC", SessionScored(id_, later=int(10 * one.later))))
    result = result_of(knowledge.recovery, knowledge.care, tuple(log), at + timedelta(days=6))
    assert result is not None, "it was begun"
    return ComparisonTeller(Wording(knowledge)).picture(result)


if __name__ == "__main__":
    main()
