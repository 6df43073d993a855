"""Measure the expected course on simulated people and print the tables of docs/recovery.md.

python tools/course_figures.py --people 300 --seed 1 --svg docs/recovery-detection.svg
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from lumbago import load
from lumbago.evaluate_course import (
    LOOKED_AHEAD,
    Coverage,
    Detection,
    coverages,
    detections,
    rises,
    week_of,
)
from lumbago.knowledge.recovery import Stage
from lumbago.recovery.ensemble import families_of

STAGES: tuple[Stage, ...] = ("acute", "subacute", "persistent")
LINES = (
    ("area", "told apart (area under the curve)", ""),
    ("found", "found, 9 in 10 others left alone", "7 5"),
    ("signs", "a sign of the diary so far", "2 5"),
    ("false_signs", "the same in people who do recover", "1 9"),
)


def main() -> None:
    """Print the tables; with --svg draw the detection over weeks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=300, help="of each account")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    knowledge = load()
    for stage in STAGES:
        print(f"\n{stage} pain when the diary begins:\n")
        show_coverage(coverages(knowledge, options.people, options.seed, stage))
    print("\n| weeks of diary | area | found | sign | false sign | slower | false slower |")
    print("|---|---|---|---|---|---|---|")
    found = list(detections(knowledge, options.people, options.seed))
    for day in found:
        each = (day.found, day.signs, day.false_signs, day.slower, day.false_slower)
        told = " | ".join(f"{share:.0%}" for share in each)
        print(f"| {week_of(day.days)} | {day.area:.2f} | {told} |")
    print()
    for family in families_of(knowledge.recovery, "acute"):
        share = rises(knowledge, options.people, options.seed, family)
        print(f"rise on a day of diary, people of {family} who recover: {share:.1%}")
    if options.svg:
        options.svg.write_text(picture(found), encoding="utf-8")


def show_coverage(found: Iterable[Coverage]) -> None:
    """Print how often the forecast held people, a row for each meeting."""
    ahead = " | ".join(f"{days} d" for days in LOOKED_AHEAD)
    print(f"| curves | people | all | {ahead} | answers |")
    print(f"|---|---|---|{'---|' * len(LOOKED_AHEAD)}---|")
    for one in found:
        shares = " | ".join(f"{share:.1%}" for share in one.ahead)
        print(f"| {one.curves} | {one.people} | **{one.share:.1%}** | {shares} | {one.answers} |")


def picture(found: Sequence[Detection]) -> str:
    """The detection over weeks as a line chart, with the line styles named below it."""
    left, right, top, bottom = 50, 620, 20, 280
    last = found[-1].days

    def place(day: int, share: float) -> str:
        return f"{left + (right - left) * day / last:.1f} {bottom - (bottom - top) * share:.1f}"

    ink = 'font-family="system-ui,sans-serif" font-size="14" fill="#5E5366"'
    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom - (bottom - top) * share
        parts.append(f'<path d="M{left} {y:g}H{right}" stroke="#E3D8CD"/>')
        parts.append(
            f'<text x="{left - 8}" y="{y + 5:g}" text-anchor="end" {ink}>{share:.0%}</text>'
        )
    for week in range(last // 7 + 1):
        x = left + (right - left) * week * 7 / last
        parts.append(
            f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle" {ink}>{week}</text>'
        )
    for row, (name, label, dashes) in enumerate(LINES):
        line = "L".join(place(day.days, getattr(day, name)) for day in found)
        style = (
            f'fill="none" stroke="#4A3E8E" stroke-width="2.5" stroke-dasharray="{dashes or "none"}"'
        )
        parts.append(f'<path d="M{line}" {style}/>')
        y = bottom + 64 + 22 * row
        parts.append(f'<path d="M{left} {y - 5}h40" {style}/>')
        parts.append(f'<text x="{left + 52}" y="{y}" {ink}>{escape(label)}</text>')
    parts.append(f'<text x="{left}" y="{bottom + 40}" {ink}>weeks of diary</text>')
    title = "How early those who will not recover by week 12 can be told, in simulated people"
    box = 'viewBox="0 0 640 420" width="640" height="420" role="img"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} aria-labelledby="t">'
    head += f'<title id="t">{title}</title>'
    return f'{head}<rect width="640" height="420" fill="#FFFFFF"/>{"".join(parts)}</svg>\n'


if __name__ == "__main__":
    main()
