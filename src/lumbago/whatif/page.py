"""The result of an overlay as one page with pictures, marked on screen and paper as not shipped.

A pure function from the result to HTML; what all pages share comes from `lumbago.page`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from html import escape
from pathlib import Path
from typing import Final

from lumbago import page as sheet
from lumbago.draw import change as drawn
from lumbago.draw import charts
from lumbago.draw.change import Stream
from lumbago.knowledge.overlay import Change
from lumbago.page import axis, rows_of, shell, strip_row
from lumbago.rates import Gap, Paired
from lumbago.whatif.breaks import BrokenCheck, BrokenClaim, Claims
from lumbago.whatif.cases import CaseComparison
from lumbago.whatif.compare import Carrier, Comparison, Direction, Example, GroupGap, Measure
from lumbago.whatif.people import Kind
from lumbago.whatif.result import Result
from lumbago.whatif.show import LEVELS, claims_text, points
from lumbago.whatif.words import BASE, MINUS, Words, difference_per, per

STYLE: Final = Path(__file__).with_name("page.css")
_GHOSTS: Final = 60
_CAUSES: Final = 12
_ENOUGH: Final = 10
"""Fewer people who change sides than this say nothing of groups."""

_WAYS: Final[tuple[Direction, ...]] = ("up", "down")
_TOKENS: Final = re.compile(r'\w+|[<>=]+|"[^"]*"|[(),]')
_MEASURES: Final = {
    Kind.ORDINARY: (Measure.SENT, Measure.CALLED),
    Kind.USUAL: (Measure.MISSED, Measure.SERIOUS, Measure.SENT, Measure.CALLED),
    Kind.EVEN: (Measure.MISSED, Measure.SERIOUS),
}
"""What is shown of each kind of people."""


def page(result: Result) -> str:
    """The whole page."""
    return _Page(result).html()


class _Page:
    """One page: what is shown, and the words it is shown with."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.words = Words(result.overlay)
        self.texts = sheet.Words(self.words.text["page"])

    def html(self) -> str:
        banner = escape(self.words.say("banner_long"))
        ghost = f"<span>{escape(self.words.say('banner'))}</span>" * _GHOSTS
        across = (
            f'<p class="banner" role="note">{banner}</p>\n'
            f'<div class="ghost" aria-hidden="true">{ghost}</div>\n'
        )
        overlay = self.result.overlay
        footer = self.texts.footer(
            n=f"{self.result.people:,}",
            seed=self.result.seed,
            hash=overlay.knowledge.hash,
            shipped=overlay.shipped.hash,
        )
        body = f"<main>\n{''.join(self._sections())}</main>\n{footer}"
        return shell(escape(overlay.title), body, more=STYLE, across=across)

    def _sections(self) -> Iterator[str]:
        yield self._head()
        yield self.texts.card("limits")
        yield self._changed()
        yield self._moves()
        yield self._figures()
        yield self._causes()
        yield self._carried()
        if self.result.examples:
            yield self._people()
        yield from self._groups()
        if self.result.cases is not None:
            yield self._cases(self.result.cases)
        yield self._breaks()

    # --------------------------------------------------------------------------------- the question

    def _head(self) -> str:
        overlay = self.result.overlay
        facts = "".join(
            f'<div><dt>{name}</dt><dd class="big">{value}</dd><dd class="of">{of}</dd></div>'
            for name, value, of in self._facts()
        )
        return (
            f'<div class="head"><p class="soft">{self.texts.say("title")}</p>'
            f"<h1>{escape(overlay.title)}</h1>\n"
            f'<p class="why">{escape(overlay.why)}</p>\n<dl class="facts">{facts}</dl></div>\n'
        )

    def _facts(self) -> Iterator[tuple[str, str, str]]:
        """The few figures to take home: what they are of, the figure, and what stands beside it."""
        ordinary, even = self.result.found[Kind.ORDINARY], self.result.found[Kind.EVEN]
        for way in _WAYS:
            rate = ordinary.moved(way)
            low, high = (per(end) for end in rate.interval)
            yield self.texts.say(f"fact_{way}"), per(rate.share), f"{low}-{high}"
        missed = even.measures[Measure.MISSED]
        before = self.texts.say("fact_before", n=per(missed.before.share))
        yield self.texts.say("fact_missed"), per(missed.after.share), before
        claims = self.result.claims
        if isinstance(claims, Claims):
            of = self.texts.say("fact_of", n=claims.tried)
            yield self.texts.say("fact_claims"), str(len(claims.broken)), of
        else:
            yield self.texts.say("fact_claims"), "-", self.texts.say("fact_not_tried")

    def _changed(self) -> str:
        items = "".join(
            f"<li>{self._change(change)}</li>" for change in self.result.overlay.changes
        )
        return self.texts.section("changed", f'<ul class="changes">{items}</ul>')

    def _change(self, change: Change) -> str:
        levels = [escape(self.words.side(change, after=after)) for after in (False, True)]
        level = levels[0]
        if levels[0] != levels[1]:
            level = f"<del>{levels[0]}</del> <ins>{levels[1]}</ins>"
        because = escape(self.words.because(change))
        return (
            f"<h3>{escape(change.id)} <span>{level}</span></h3>"
            f"{f'<p>{because}</p>' if because else ''}"
            f'<p class="code">{compared(change.was, change.now)}</p>'
        )

    # ---------------------------------------------------------------------------------------- moves

    def _moves(self) -> str:
        key = "".join(
            f"<li>{drawn.swatch(way)}{self.texts.say(f'key_{way}')}</li>" for way in _WAYS
        )
        crowds = "".join(map(self._crowd, self.result.found.values()))
        return self.texts.section(
            "moves", f'<ul class="key">{key}</ul>', f'<div class="crowds">{crowds}</div>'
        )

    def _crowd(self, one: Comparison) -> str:
        moving = {move: n for move, n in one.moves.items() if move[0] is not move[1]}
        streams = [
            Stream(LEVELS.index(was), LEVELS.index(now), people)
            for (was, now), people in moving.items()
        ]
        stay = 1 - sum(moving.values()) / one.people if one.people else 1.0
        sides = {
            side: "".join(
                f"<li>{escape(self.words.level(level))}<span>{per(rate.share)}</span></li>"
                for level in LEVELS
                for pair in [one.level(level)]
                for rate in [pair.before if side == "left" else pair.after]
            )
            for side in ("left", "right")
        }
        picture = (
            f'<div class="flowing"><ul class="left">{sides["left"]}</ul>'
            f'{drawn.flow(streams, len(LEVELS))}<ul class="right">{sides["right"]}</ul></div>'
        )
        text = self.words.say("nobody_moves") if not moving else ""
        return (
            f'<div class="crowd"><h3>{escape(_upper(self.words.kind(one.kind)))}</h3>'
            f'<p class="same">{escape(self.words.text["about"][one.kind])}</p>{picture}'
            f'<p class="same">{escape(text) or self.texts.say("stay", n=_exactly(stay))}</p>'
            f"<details><summary>{self.texts.say('matrix_more')}</summary>"
            f"{self._matrix(one)}</details>{self._unseen(one)}</div>"
        )

    def _unseen(self, one: Comparison) -> str:
        if not one.unseen:
            return ""
        names = ", ".join(self.words.wording.short(id_) for id_ in one.unseen)
        return f"<p>{escape(self.words.say('unseen', findings=names))}</p>"

    def _matrix(self, one: Comparison) -> str:
        heads = "".join(
            f'<th scope="col"><span>{escape(self.words.level(level))}</span></th>'
            for level in LEVELS
        )
        rows = "".join(
            f'<tr><th scope="row">{escape(self.words.level(was))}</th>'
            + "".join(f"<td>{one.moves.get((was, now), 0):,}</td>" for now in LEVELS)
            + "</tr>"
            for was in LEVELS
        )
        return (
            f'<table class="matrix"><thead><tr><td class="corner">{self.texts.say("corner")}</td>'
            f"{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )

    # -------------------------------------------------------------------------------------- figures

    def _figures(self) -> str:
        shown = [
            (one.kind, [(m, one.measures[m]) for m in _MEASURES[one.kind]])
            for one in self.result.found.values()
        ]
        blocks = []
        for kind, rows in shown:
            most = _reach(pair for _, pair in rows)
            drawn_ = [self._difference(measure, pair, most) for measure, pair in rows]
            blocks.append(rows_of(_upper(self.words.kind(kind)), drawn_, _around(most), wide=True))
        return self.texts.section("figures", *blocks)

    def _difference(self, measure: Measure, pair: Paired, most: float) -> str:
        picture = drawn.difference(pair.difference or 0.0, pair.interval, most=most)
        note = self.texts.say(
            "only_before",
            before=f"{pair.before_only:,}",
            after=f"{pair.after_only:,}",
            of=f"{pair.people:,}",
        )
        value = (
            f"{per(pair.before.share)} → {per(pair.after.share)} "
            f'<b class="no">{_difference(pair)}</b>'
        )
        return strip_row(self.words.text["measures"][measure], picture, value, note=note)

    def _causes(self) -> str:
        found = self.result.found[Kind.EVEN].causes
        moved = {cause: pair for cause, pair in found.items() if pair.before_only + pair.after_only}
        if not moved:
            return self.texts.section("causes", f"<p>{self.texts.say('no_cause')}</p>")
        shown = sorted(moved.items(), key=lambda item: (-abs(item[1].difference or 0), item[0]))
        shown = shown[:_CAUSES]
        most = _most(rate.share or 0 for _, pair in shown for rate in (pair.before, pair.after))
        rows = (
            strip_row(
                self.words.wording.condition(cause),
                drawn.dumbbell(pair.before.share or 0, pair.after.share or 0, most=most),
                f"{per(pair.before.share)} → <b>{per(pair.after.share)}</b> "
                f'<span class="no">{_difference(pair)}</span>',
            )
            for cause, pair in shown
        )
        ticks = ("0", per(most / 2), per(most))
        block = rows_of(_upper(self.words.kind(Kind.EVEN)), rows, axis(ticks), wide=True)
        return self.texts.section("causes", block)

    def _carried(self) -> str:
        blocks = []
        for one in self.result.found.values():
            carriers = [carrier for carrier in one.carriers if carrier.up + carrier.down]
            items = "".join(f"<li>{self._carrier(one, carrier)}</li>" for carrier in carriers)
            nobody = f"<p>{escape(self.words.say('nobody_moves'))}</p>"
            listed = f'<ul class="carriers">{items}</ul>' if items else nobody
            blocks.append(f"<h3>{escape(_upper(self.words.kind(one.kind)))}</h3>{listed}")
        return self.texts.section("carried", *blocks)

    def _carrier(self, one: Comparison, carrier: Carrier) -> str:
        ways = ", ".join(
            f"{escape(self.words.say(way))} {people:,}"
            for way, people in (("up", carrier.up), ("down", carrier.down))
            if people
        )
        moving = one.moved("up").hits + one.moved("down").hits
        carried = carrier.up + carrier.down
        picture = charts.bar([("full", carried), ("empty", max(0, moving - carried))])
        before, after = f"{carrier.fires_before:,}", f"{carrier.fires_after:,}"
        fires = escape(self.words.say("fires", before=before, after=after))
        because = f"{escape(self.words.say('because'))} {escape(self.words.parts(carrier))}"
        return f"<b>{escape(carrier.rule)}</b> {ways}; {fires}{picture}<p>{because}</p>"

    # --------------------------------------------------------------------------------------- people

    def _people(self) -> str:
        items = "".join(f"<li>{self._person(one)}</li>" for one in self.result.examples)
        return self.texts.section("people", f'<ul class="persons">{items}</ul>')

    def _person(self, one: Example) -> str:
        person = self.words.portrait(one)
        rules = escape(self.words.say("by_rules", rules=" ".join(one.rules)))
        others = "; ".join((*person.others, *filter(None, (person.more,))))
        tail = "".join(f"<p>{escape(text)}</p>" for text in (others, _upper(person.causes)) if text)
        return (
            f'<p><b>{escape(person.who)}</b> <span class="soft">{escape(self.words.kind(one.kind))}'
            f'</span></p><p class="move"><del>{escape(self.words.level(one.before))}</del> '
            f"<ins>{escape(self.words.level(one.after))}</ins> "
            f'<span class="soft">{rules}</span></p>'
            f'<p class="signs">{escape(_upper("; ".join(person.signs)))}</p>{tail}'
        )

    def _groups(self) -> Iterator[str]:
        """What changes most in each kind of people, group by group; the other changes folded."""
        first, rest = [], []
        for one in self.result.found.values():
            found: dict[tuple[Measure, bool], list[GroupGap]] = {}
            for gap in one.groups:
                if gap.measure in _MEASURES[one.kind][:2]:
                    found.setdefault((gap.measure, gap.more), []).append(gap)
            ranked = sorted(found.values(), key=_hits, reverse=True)
            blocks = [self._gaps(one.kind, gaps) for gaps in ranked if _hits(gaps) >= _ENOUGH]
            first += blocks[:1]
            rest += blocks[1:]
        if first:
            more = f"<summary>{self.texts.say('groups_more')}</summary>{''.join(rest)}"
            yield self.texts.section("groups", *first, f"<details>{more}</details>" if rest else "")

    def _gaps(self, kind: Kind, gaps: list[GroupGap]) -> str:
        most = _most(end for gap in gaps for end in gap.group.rate.interval if gap.group.rate.of)
        rows = []
        for gap in gaps:
            rate, others = gap.group.rate, gap.group.others
            low, high = (min(1.0, end / most) for end in rate.interval)
            beside = min(1.0, (others.share or 0) / most)
            picture = charts.strip((rate.share or 0) / most, (low, high), beside=beside)
            value = f"{per(rate.share)} <b>{_difference(gap.group.gap)}</b>"
            value += f' <span class="soft">{rate.hits:,}/{rate.of:,}</span>'
            rows.append(strip_row(self.words.group(gap.group), picture, value))
        title = f"{_upper(self.words.kind(kind))}: {self.words.change(gaps[0])}"
        return rows_of(title, rows, axis(("0", per(most / 2), per(most))), wide=True)

    # -------------------------------------------------------------------------- cases, what breaks

    def _cases(self, cases: CaseComparison) -> str:
        pairs = [
            (str(self.words.text["labelled"][where]), pair)
            for where, pair in cases.labelled.items()
        ]
        pairs.append((self.words.say("missed_labels"), cases.missed))
        shown = [(name, pair) for name, pair in pairs if pair.people]
        most = max(0.05, _most(end for _, pair in shown for end in pair.interval))
        rows = (
            strip_row(
                name,
                drawn.difference(pair.difference or 0.0, pair.interval, most=most),
                f"{pair.before.hits} → <b>{pair.after.hits}</b> / {pair.people} "
                f'<span class="no">{points(pair)}</span>',
            )
            for name, pair in shown
        )
        ticks = (f"{MINUS}{100 * most:.0f}", "0", f"+{100 * most:.0f}")
        title = _upper(self.words.kind(Kind.CASES))
        items = "".join(f"<li>{escape(self.words.case(case))}</li>" for case in cases.moved)
        same = f"<p>{self.texts.say('cases_same')}</p>"
        return self.texts.section(
            "cases",
            rows_of(title, rows, axis(ticks), wide=True) if shown else "",
            f'<ul class="plainly">{items}</ul>' if items else same,
            n=cases.comparison.people,
            file=self.result.file,
        )

    def _breaks(self) -> str:
        claims = self.result.claims
        broken = claims.broken if isinstance(claims, Claims) else ()
        items = "".join(f"<li>{self._claim(one)}</li>" for one in broken)
        said = f"<p><b>{escape(claims_text(self.words, claims))}</b></p>"
        checks = self.result.checks
        kept = f"<p>{self.texts.say('checks_kept')}</p>"
        return self.texts.section(
            "claims",
            said,
            f'<ul class="claims">{items}</ul>' if items else "",
            f"<h3>{self.texts.say('checks_title')}</h3>",
            f'<ul class="claims">{"".join(map(_check, checks))}</ul>' if checks else kept,
        )

    def _claim(self, one: BrokenClaim) -> str:
        people = "".join(
            f"<li><b>{escape(who)}:</b> {escape(signs)}<p>{escape(_upper(told))}</p></li>"
            for who, signs, told in self.words.shown(one)
        )
        nobody = ""
        if one.outcome == "refuted":
            nobody = f"<li>{escape(self.words.say('nobody', where=one.where))}</li>"
        outcome = escape(self.words.say(one.outcome))
        return (
            f"<b>{escape(one.id)} {escape(one.name.replace('_', ' '))}</b>"
            f"<p>{escape(one.sentence)}</p><p>{_upper(outcome)}: {escape(one.where)}</p>"
            f"<ul>{people or nobody}</ul>"
        )


def _check(check: BrokenCheck) -> str:
    problems = "".join(f"<li>{escape(problem)}</li>" for problem in check.problems)
    return f'<li><b>{escape(check.sentence)}</b><ul class="plainly">{problems}</ul></li>'


def compared(was: str, now: str) -> str:
    """Two conditions as one, in HTML: what goes is struck out, what comes is underlined."""
    one, other = _TOKENS.findall(was), _TOKENS.findall(now)
    parts: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(_joined(one[a:b]))
            continue
        parts += [f"<del>{_joined(one[a:b])}</del>"] * (b > a)
        parts += [f"<ins>{_joined(other[c:d])}</ins>"] * (d > c)
    return " ".join(parts)


def _joined(tokens: Iterable[str]) -> str:
    text = " ".join(tokens)
    for spaced, tight in (("( ", "("), (" )", ")"), (" ,", ",")):
        text = text.replace(spaced, tight)
    return escape(text, quote=False)


def _hits(gaps: list[GroupGap]) -> int:
    """How many people change sides, counted in the kind of group that knows of most."""
    kinds = {gap.group.kind for gap in gaps}
    return max(sum(g.group.rate.hits for g in gaps if g.group.kind == kind) for kind in kinds)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _exactly(share: float) -> str:
    """Those who stay, of 10,000; never all of them unless all do."""
    many = share * BASE
    return f"{many:,.0f}" if many == int(many) or many < BASE - 1 else f"{many:,.1f}"


def _difference(one: Paired | Gap) -> str:
    return escape(difference_per(one))


def _most(ends: Iterable[float]) -> float:
    """A round end of an axis on which all these fit."""
    largest = max((abs(end) for end in ends), default=0.0) or 1 / BASE
    step = 10 ** math.floor(math.log10(largest))
    return float(next(step * by for by in (1, 2, 5, 10) if step * by >= largest - 1e-12))


def _reach(pairs: Iterable[Paired]) -> float:
    """The end of an axis for differences: all of the clear ones fit, and some of the others."""
    pairs = list(pairs)
    clear = [abs(end) for pair in pairs if pair.clear for end in pair.interval]
    widest = max((abs(end) for pair in pairs for end in pair.interval), default=0.0)
    middles = [2 * abs(pair.difference or 0) for pair in pairs]
    return _most([min(widest, max([*clear, *middles]))] if clear or any(middles) else [widest])


def _around(most: float) -> str:
    """The numbers under a difference."""
    return axis((f"{MINUS}{per(most)}", "0", f"+{per(most)}"))
