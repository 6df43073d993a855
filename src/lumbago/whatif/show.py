"""The result of an overlay in the terminal: words, and a small picture of who comes out where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from lumbago.knowledge.model import Disposition
from lumbago.rates import Paired
from lumbago.terminal import bullets, console, heading
from lumbago.whatif.breaks import BrokenClaim, Claims
from lumbago.whatif.cases import CaseComparison
from lumbago.whatif.compare import Comparison
from lumbago.whatif.result import Result
from lumbago.whatif.words import MINUS, Words, difference_per, per, rate_per

LEVELS: Final = tuple(reversed(Disposition))
_SHOWN: Final = 5
"""So many examples; the page and the data have all."""
_BAR: Final = 24


def show_result(result: Result) -> None:
    """Print the result."""
    out = console()
    for part in Shown(result).parts():
        out.print(part)


class Shown:
    """The parts of what is printed."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.words = Words(result.overlay)

    def parts(self) -> Iterator[RenderableType]:
        """Everything, in order."""
        yield self._head()
        yield from self._changed()
        for one in self.result.found.values():
            yield from self._crowd(one)
        yield from self._figures()
        yield from self._carried()
        yield from self._examples()
        yield from self._groups()
        if self.result.cases is not None:
            yield from self._cases(self.result.cases)
        yield from self._breaks()
        note = f"{self.words.say('limits_short')} {self.words.say('banner_long')}"
        yield Padding(Text(note, style="dim"), (1, 2))

    def _head(self) -> RenderableType:
        overlay = self.result.overlay
        return Panel(
            Group(Text(overlay.title, style="bold"), Text(), Text(overlay.why)),
            title=Text(f" {self.words.say('banner')} ", style="bold reverse"),
            title_align="left",
            padding=(1, 2),
        )

    def _changed(self) -> Iterator[RenderableType]:
        yield heading(self.words.say("changed"))
        for change in self.result.overlay.changes:
            levels = [self.words.side(change, after=after) for after in (False, True)]
            level = levels[0] if levels[0] == levels[1] else " → ".join(levels)
            lines = [Text(f"{change.id}  {level}", style="bold")]
            if change.was == change.now:
                lines.append(Text(change.now))
            else:
                lines += [Text(f"- {change.was}")] * bool(change.was)
                lines += [Text(f"+ {change.now}")] * bool(change.now)
            yield Padding(Group(*lines), (0, 0, 0, 4))

    # ------------------------------------------------------------------------------------- people

    def _crowd(self, one: Comparison) -> Iterator[RenderableType]:
        yield heading(self.words.say("of_which", kind=self.words.kind(one.kind)).capitalize())
        up, down = (per(one.moved(way).share) for way in ("up", "down"))
        moved = self.words.say("moved", up=up, down=down)
        yield Padding(Text(moved if up != down or up != "0" else self._nobody()), (0, 0, 0, 4))
        yield Padding(self._levels(one), (0, 0, 0, 4))
        if one.unseen:
            names = ", ".join(self.words.wording.short(id_) for id_ in one.unseen)
            said = self.words.say("unseen", findings=names)
            yield Padding(Text(said, style="italic"), (0, 0, 0, 4))

    def _nobody(self) -> str:
        return self.words.say("nobody_moves")

    def _levels(self, one: Comparison) -> Table:
        """A row a level: its people before and after, the change, and a bar of both."""
        table = Table.grid(padding=(0, 2))
        table.add_column()
        for _ in range(3):
            table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        most = max(max(p.before.hits, p.after.hits) for p in map(one.level, LEVELS)) or 1
        for level in LEVELS:
            pair = one.level(level)
            before, after = pair.before.hits / most * _BAR, pair.after.hits / most * _BAR
            kept = round(min(before, after))
            moved = round(max(before, after)) - kept
            moved = max(moved, 1) if pair.before.hits != pair.after.hits else 0
            bar = Text("█" * kept).append(("▒" if after > before else "░") * moved)
            changed = per(pair.difference, sign=True)
            table.add_row(
                self.words.level(level),
                per(pair.before.share),
                f"→ {per(pair.after.share)}",
                Text("" if changed == "0" else changed, style="bold"),
                bar,
            )
        return table

    def _figures(self) -> Iterator[RenderableType]:
        yield heading(self.words.say("figures"))
        table = Table.grid(padding=(0, 2))
        table.add_column()
        for _ in range(3):
            table.add_column(justify="right")
        heads = ("who", "before", "after", "difference")
        table.add_row(*(Text(self.words.say(head), style="dim") for head in heads))
        for one in self.result.found.values():
            table.add_row(Text(self.words.kind(one.kind), style="bold"))
            for measure, pair in one.measures.items():
                table.add_row(
                    f"  {self.words.text['measures'][measure]}",
                    per(pair.before.share),
                    per(pair.after.share),
                    Text(difference_per(pair), style="bold" if pair.clear else ""),
                )
        yield Padding(table, (0, 0, 0, 4))

    def _carried(self) -> Iterator[RenderableType]:
        yield heading(self.words.say("carried"))
        for one in self.result.found.values():
            lines: list[RenderableType] = [Text(self.words.kind(one.kind), style="bold")]
            for carrier in one.carriers:
                ways = [
                    f"{self.words.say(way)} {people:,}"
                    for way, people in (("up", carrier.up), ("down", carrier.down))
                    if people
                ]
                if ways:
                    because = f"{self.words.say('because')} {self.words.parts(carrier)}"
                    lines.append(Text(f"  {carrier.rule}: {', '.join(ways)}; {because}"))
            if len(lines) == 1:
                lines.append(Text(f"  {self._nobody()}"))
            yield Padding(Group(*lines), (0, 0, 0, 4))

    def _examples(self) -> Iterator[RenderableType]:
        if not self.result.examples:
            return
        yield heading(self.words.say("examples"))
        for one in self.result.examples[:_SHOWN]:
            person = self.words.portrait(one)
            move = f"{self.words.level(one.before)} → {self.words.level(one.after)}"
            rules = self.words.say("by_rules", rules=" ".join(one.rules))
            lines = [Text(f"{person.who}: {move} ({rules})", style="bold")]
            lines.append(Text("; ".join(person.signs)))
            others = "; ".join((*person.others, *filter(None, (person.more,))))
            lines += [Text(text, style="dim") for text in (others, person.causes) if text]
            table = Table.grid(padding=(0, 1))
            table.add_row("•", Group(*lines))
            yield Padding(table, (0, 0, 0, 4))

    def _groups(self) -> Iterator[RenderableType]:
        """The groups that clearly stand out upwards, where people change sides."""
        told = []
        for one in self.result.found.values():
            lines = []
            for gap in one.groups:
                if gap.group.gap.clear and (gap.group.gap.difference or 0) > 0:
                    values = {
                        "name": self.words.group(gap.group),
                        "rate": rate_per(gap.group.rate),
                        "others": per(gap.group.others.share),
                    }
                    lines.append(f"{self.words.change(gap)}: {self.words.say('gap', **values)}")
            if lines:
                title = Text(self.words.kind(one.kind), style="bold")
                told.append(Padding(Group(title, bullets(lines)), (0, 0, 0, 4)))
        yield heading(self.words.say("groups"))
        yield from told or [Padding(Text(self.words.say("no_gap")), (0, 0, 0, 4))]

    def _cases(self, cases: CaseComparison) -> Iterator[RenderableType]:
        yield heading(self.words.say("cases"))
        number, moved = cases.comparison.people, len(cases.moved)
        said = self.words.say("cases_of", n=number, file=self.result.file, moved=moved)
        lines: list[RenderableType] = [Text(said)]
        rows = [
            (self.words.text["labelled"][where], pair) for where, pair in cases.labelled.items()
        ]
        rows.append((self.words.say("missed_labels"), cases.missed))
        if any(pair.people for _, pair in rows):
            table = Table.grid(padding=(0, 2))
            for name, pair in rows:
                table.add_row(
                    str(name),
                    f"{pair.before.hits} → {pair.after.hits} / {pair.people}",
                    points(pair),
                )
            lines.append(table)
        lines += [Text(self.words.case(case)) for case in cases.moved]
        for bad in cases.bad:
            lines += [Text(f"{bad.line}: {problem}") for problem in bad.problems]
        yield Padding(Group(*lines), (0, 0, 0, 4))

    # ----------------------------------------------------------------------------- what breaks

    def _breaks(self) -> Iterator[RenderableType]:
        yield heading(self.words.say("claims"))
        claims = self.result.claims
        yield Padding(Text(claims_text(self.words, claims), style="bold"), (0, 0, 0, 4))
        if isinstance(claims, Claims):
            yield from (self._broken(one) for one in claims.broken)
        if self.result.checks:
            yield heading(self.words.say("checks"))
            for check in self.result.checks:
                lines = [Text(check.sentence, style="bold")]
                lines += [Text(f"  {problem}") for problem in check.problems]
                yield Padding(Group(*lines), (0, 0, 0, 4))

    def _broken(self, one: BrokenClaim) -> RenderableType:
        outcome = self.words.say(one.outcome)
        lines = [Text(f"{one.id} {one.name}: {outcome} [{one.where}]", style="bold")]
        lines.append(Text(one.sentence))
        for who, signs, told in self.words.shown(one):
            lines.append(Text(f"{who}: {signs}", style="italic"))
            lines.append(Text(f"  {told}", style="dim"))
        if not one.people and one.outcome == "refuted":
            lines.append(Text(self.words.say("nobody", where=one.where), style="italic"))
        table = Table.grid(padding=(0, 1))
        table.add_row("•", Group(*lines))
        return Padding(table, (0, 0, 0, 4))


def claims_text(words: Words, claims: object) -> str:
    """How the safety claims come out, in one sentence."""
    if not isinstance(claims, Claims):
        return words.say(f"claims_{claims}")
    key = "claims_broken" if claims.broken else "claims_kept"
    if any(one.outcome != "refuted" for one in claims.broken):
        key = "claims_unknown"
    return words.say(key, n=claims.tried, broken=len(claims.broken), solver=claims.solver)


def points(pair: Paired) -> str:
    """A difference with its interval in points of 100."""
    if pair.difference is None:
        return "-"
    low, high = (f"{100 * end:+.0f}" for end in pair.interval)
    return f"{100 * pair.difference:+.0f} ({low} to {high})".replace("-", MINUS)
