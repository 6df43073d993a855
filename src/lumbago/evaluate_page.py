"""The figures of an evaluation as one page: no script, no outside request, it prints.

A pure function from figures to HTML. Words come from kb/words, pictures from `draw.charts`, the look
and what all such pages share from `page`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from lumbago.draw import charts
from lumbago.draw.charts import Fill, Point
from lumbago.evaluate import Evaluation, Mode, Outcome, Place, groups, misses
from lumbago.evaluate_causes import CauseScore
from lumbago.evaluate_groups import GroupRate
from lumbago.evaluate_reliability import ENOUGH, PROMISED, Sureness, View, Views
from lumbago.evaluate_report import (
    CAUSE_FIGURES,
    FamilyRow,
    bin_rows,
    error_text,
    family_rows,
    group_name,
    instead_text,
    label_of,
)
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.page import (
    Words,
    axis,
    data_table,
    gap_text,
    rate_value,
    rows_of,
    shell,
    strip_row,
    strips,
)
from lumbago.rates import Rate
from lumbago.reliability import Reliability

LEVELS: Final = tuple(reversed(Disposition))
_BOTH: Final = Mode.TEXT_AND_ANSWERS
_UNITS_AT_MOST: Final = 50
"""Above so many cases in a family a bar says it better than a square for each."""


def page(knowledge: Knowledge, file: str, result: Evaluation, sure: Sureness) -> str:
    """The whole page for the cases of a file. Parts without a labelled case are left out."""
    return _Page(knowledge, file, result, sure).html()


class _Page:
    """One page: what is shown, and the words it is shown with."""

    def __init__(self, knowledge: Knowledge, file: str, result: Evaluation, sure: Sureness) -> None:
        self.knowledge = knowledge
        self.file = file
        self.result = result
        self.sure = sure
        self.words: Mapping[str, Any] = knowledge.words["en"]["evaluate"]
        self.text: Mapping[str, Any] = self.words["page"]
        self.page = Words(self.text)
        outcomes = result.outcomes[_BOTH]
        self.cases = len(outcomes)
        self.labelled = any(outcome.place is not None for outcome in outcomes)
        self.caused = any(outcome.fit is not None for outcome in outcomes)

    def html(self) -> str:
        footer = self.page.footer(hash=self.knowledge.hash)
        body = f"<main>\n{''.join(self._sections())}</main>\n{footer}"
        return shell(self._say("title"), body)

    def _sections(self) -> Iterator[str]:
        yield self._head()
        yield self.page.card("limits")
        if self.labelled:
            yield self._agreement()
            yield self._apart()
            yield self._levels()
        if self.caused:
            yield self._causes()
            yield self._families()
        if self.caused or self.sure.people:
            yield self._reliability()
        if self.labelled:
            yield from self._groups()
            yield self._misses()

    # ------------------------------------------------------------------------------------- pieces

    def _say(self, key: str, **values: object) -> str:
        return self.page.say(key, **values)

    def _head(self) -> str:
        bad = len(self.result.bad)
        told = f"<p>{self._say('bad_lines', n=bad)}</p>" if bad else ""
        facts = "".join(self._facts())
        return (
            f'<div class="head"><h1>{self._say("title")}</h1>\n'
            f'<p class="lead">{self._say("lead", n=self.cases, file=self.file)}</p>\n'
            f'{told}<dl class="facts">{facts}</dl></div>\n'
        )

    def _facts(self) -> Iterator[str]:
        """The few figures to take home."""
        score, causes = self.result.scores[_BOTH], self.result.causes[_BOTH]
        shown: list[tuple[str, Rate]] = []
        if self.labelled:
            shown += [
                ("fact_acceptable", score.acceptable),
                ("fact_under", score.under),
                ("fact_missed", score.missed_emergencies),
            ]
        if self.caused:
            shown.append(("fact_family", causes.family_in_three))
        for key, rate in shown:
            low, high = (100 * end for end in rate.interval)
            value = "-" if rate.share is None else f"{100 * rate.share:.0f} %"
            of = self._say("of", hits=rate.hits, of=rate.of, low=f"{low:.0f}", high=f"{high:.0f}")
            yield (
                f'<div><dt>{self._say(key)}</dt><dd class="big">{value}</dd>'
                f'<dd class="of">{of}</dd></div>'
            )

    def _everyone(self, figure: str) -> str:
        """One figure for each way of answering, then for each baseline."""
        rows = [(self.words[mode], one, False) for mode, one in self.result.scores.items()]
        named = self.text["baselines"]
        rows += [(named[baseline], one, True) for baseline, one in self.result.baselines.items()]
        found = ((str(name), getattr(one, figure), quiet) for name, one, quiet in rows)
        return strips(self._plain(figure), found)

    def _plain(self, key: str) -> str:
        """A word as it stands in a title."""
        text = str(self.words[key])
        return text[:1].upper() + text[1:]

    # ------------------------------------------------------------------------------------- triage

    def _agreement(self) -> str:
        return self.page.section("agreement", *map(self._everyone, ("acceptable", "exact")))

    def _apart(self) -> str:
        figures = ("under", "over", "missed_emergencies", "called_emergency")
        parts = "".join(map(self._everyone, figures))
        return self.page.section("apart", f'<div class="pair">{parts}</div>')

    def _levels(self) -> str:
        key = (
            f'<ul class="key"><li>{charts.square(1, 1)}{self._say("key_accepted")}</li>'
            f"<li>{charts.square(1, 0)}{self._say('key_outside')}</li></ul>"
        )
        tables = [self._matrix(mode) for mode in Mode]
        more = (
            f"<details><summary>{self._say('levels_more')}</summary>"
            f'<div class="pair">{tables[1]}{tables[2]}</div></details>'
        )
        return self.page.section(
            "levels", key, f'<div class="pair">{tables[0]}{self._level_rates()}</div>', more
        )

    def _matrix(self, mode: Mode) -> str:
        """Best label by what was said: a square for each pair, filled as far as it is accepted."""
        cells: Counter[tuple[Disposition, Disposition]] = Counter()
        accepted: Counter[tuple[Disposition, Disposition]] = Counter()
        for outcome in self.result.outcomes[mode]:
            if outcome.place is not None:
                pair = label_of(outcome.gold), outcome.verdict.as_told
                cells[pair] += 1
                accepted[pair] += outcome.place is Place.ACCEPTABLE
        most = max(cells.values(), default=1)
        heads = "".join(
            f'<th scope="col"><span>{escape(self.words[level.id])}</span></th>' for level in LEVELS
        )
        rows = "".join(
            f'<tr><th scope="row">{escape(self.words[label.id])}</th>'
            + "".join(
                self._cell(cells[label, told], accepted[label, told], most) for told in LEVELS
            )
            + "</tr>"
            for label in LEVELS
        )
        return (
            f'<table class="matrix"><caption>{escape(self._plain(mode))}</caption>'
            f'<thead><tr><td class="corner">{self._say("corner")}</td>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )

    def _cell(self, cases: int, accepted: int, most: int) -> str:
        picture = charts.square(cases / most, accepted / cases if cases else 0)
        outside = cases - accepted
        said = f'<span class="sr"> {self._say("cell", n=outside)}</span>' if outside else ""
        count = f"<span>{cases}</span>{said}" if cases else '<span class="sr">0</span>'
        return f"<td>{picture}{count}</td>"

    def _level_rates(self) -> str:
        score = self.result.scores[_BOTH]
        heads = ("level", "found", "right")
        rows = (
            (str(self.words[level.id]), str(score.found(level)), str(score.right(level)))
            for level in LEVELS
        )
        return data_table([str(self.text.get(head) or self.words[head]) for head in heads], rows)

    # ------------------------------------------------------------------------------------- causes

    def _causes(self) -> str:
        blocks = (
            strips(
                self._plain(name),
                (
                    (str(self.words[mode]), getattr(causes, name), False)
                    for mode, causes in self.result.causes.items()
                ),
            )
            for name in CAUSE_FIGURES
        )
        return self.page.section("causes", f'<div class="pair">{"".join(blocks)}</div>')

    def _families(self) -> str:
        causes = self.result.causes[_BOTH]
        rows = family_rows(causes)
        crowded = max(row.cases for row in rows) > _UNITS_AT_MOST
        key = "".join(
            f"<li>{_family_picture({fill: 1}, crowded, 1)}{self._say(name)}</li>"
            for fill, name in _FILLS.items()
        )
        items = "".join(
            f"<li><h3>{escape(self.words['families'][row.family])}</h3>"
            f"{_family_picture(_fills(row), crowded)}<p>{self._family_text(row)}</p></li>"
            for row in rows
        )
        return self.page.section(
            "families",
            f'<ul class="key">{key}</ul><ul class="families">{items}</ul>',
            self._family_matrix(causes, rows),
            lead="families_lead_many" if crowded else "families_lead",
        )

    def _family_text(self, row: FamilyRow) -> str:
        said = self._say("family_first_of", hits=row.first, of=row.cases, three=row.in_three)
        if not row.instead:
            return said
        return f"{said} {self._say('family_instead', what=instead_text(row, self.words))}"

    def _family_matrix(self, causes: CauseScore, rows: Sequence[FamilyRow]) -> str:
        """The same as a table, for wide screens and paper: labelled family by the one told first."""
        told = [row.family for row in rows]
        told += sorted({one for _, one in causes.families if one and one not in told})
        told += [""] * any(not one for _, one in causes.families)
        names = [self.words["families"].get(one, self.words["no_list"]) for one in told]
        heads = "".join(f'<th scope="col"><span>{escape(str(name))}</span></th>' for name in names)
        body = "".join(
            f'<tr><th scope="row">{escape(self.words["families"][row.family])}</th>'
            + "".join(
                f"<td{' class=same' if one == row.family else ''}>"
                f"{causes.families.get((row.family, one)) or ''}</td>"
                for one in told
            )
            + "</tr>"
            for row in rows
        )
        return (
            f'<table class="wide"><caption>{self._say("family_table")}</caption>'
            f"<thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>"
        )

    # -------------------------------------------------------------------------------- reliability

    def _reliability(self) -> str:
        parts = []
        usual = self.sure.people.get("usual")
        if usual:
            parts.append(f"<h3>{self._say('people_title')}</h3>")
            parts.append(f"<p>{self._people_text(usual[View.FIRST])}</p>")
            parts.append(self._diagrams(usual))
            parts.append(self._worlds())
        if self.caused:
            parts.append(f"<h3>{self._say('cases_title')}</h3>")
            parts.append(f"<p>{self._say('cases_text')}</p>")
            parts.append(self._diagrams(self.sure.cases[_BOTH]))
        return self.page.section("reliability", *parts)

    def _people_text(self, first: Reliability) -> str:
        text = self._say("people_text", n=f"{self.sure.drawn:,}", seed=self.sure.seed)
        kept = "promise_kept" if first.error <= PROMISED else "promise_missed"
        kept = kept if first.people >= ENOUGH else "promise_open"
        return f"{text} {self._say(kept, promised=PROMISED, error=error_text(first))}"

    def _diagrams(self, views: Views) -> str:
        drawn = "".join(self._diagram(view, one) for view, one in views.items() if one.claims)
        return f'<div class="three">{drawn}</div>'

    def _diagram(self, view: View, one: Reliability) -> str:
        most = max(part.claims for part in one.bins)
        points = [Point(part.said, part.was, part.band, part.claims / most) for part in one.bins]
        name = str(self.text["diagram"]).format(
            view=self.words[view],
            bins="; ".join(f"{said}: {was}" for said, was, _ in bin_rows(one)),
        )
        counts = charts.columns([(p.low, p.high, p.claims / most) for p in one.bins])
        heads = [str(self.words[head]) for head in ("said", "was", "claims")]
        table = data_table(heads, bin_rows(one))
        return (
            f"<figure><figcaption><b>{escape(self._plain(view))}</b> "
            f"{self._say('error', error=error_text(one))}</figcaption>"
            f'<div class="plot"><div class="y" aria-hidden="true"><span>100</span><span>50</span>'
            f"<span>0</span></div>{charts.diagram(points, name)}"
            f'{counts}<div class="x" aria-hidden="true"><span>0</span><span>50</span>'
            f"<span>100 %</span></div>"
            f'<p class="xt" aria-hidden="true">{self._say("axes")}</p></div>'
            f"<details><summary>{self._say('as_table')}</summary>{table}</details></figure>"
        )

    def _worlds(self) -> str:
        heads = [str(self.text["world"]), *(str(self.words[view]) for view in View)]
        rows = (
            (str(self.words["worlds"][name]), *(error_text(views[view]) for view in View))
            for name, views in self.sure.people.items()
        )
        return (
            f"<h4>{self._say('worlds_title')}</h4>{data_table(heads, rows, stacked=True)}"
            f"<p>{self._say('worlds_text')}</p>"
        )

    # ------------------------------------------------------------------------------------- groups

    def _groups(self) -> Iterator[str]:
        too_low = {
            (low.kind, low.name): low.rate for low in groups(self.result, _BOTH, Place.UNDER)
        }
        blocks: dict[str, list[str]] = {}
        for group in groups(self.result, _BOTH, Place.ACCEPTABLE):
            row = self._group(group, too_low[group.kind, group.name])
            blocks.setdefault(group.kind, []).append(row)
        drawn = "".join(rows_of(self._plain(kind), rows, axis()) for kind, rows in blocks.items())
        if drawn:
            yield self.page.section("groups", drawn)

    def _group(self, group: GroupRate, low: Rate) -> str:
        strip = charts.strip(group.rate.share, group.rate.interval, beside=group.others.share)
        text = self._say("group_text", gap=gap_text(group.gap), low=low.hits, of=low.of)
        return strip_row(group_name(group, self.words), strip, rate_value(group.rate), note=text)

    # ------------------------------------------------------------------------------------- misses

    def _misses(self) -> str:
        found = misses(self.result, _BOTH)
        items = "".join(f"<li>{self._miss(miss)}</li>" for miss in found)
        listed = f'<ul class="misses">{items}</ul>' if found else f"<p>{self._say('no_miss')}</p>"
        return self.page.section("misses", listed)

    def _miss(self, miss: Outcome) -> str:
        fired = (*miss.rules, *(f"{id_}?" for id_ in miss.doubted))
        rules = " ".join(fired) or str(self.text["no_rule"])
        accepted = (self.words[level.id] for level in sorted(miss.gold.acceptable, reverse=True))
        said = self._say(
            "miss",
            told=self.words[miss.verdict.as_told.id],
            accepted=", ".join(accepted),
            rules=rules,
        )
        name = escape(miss.id or str(self.text["line"]).format(n=miss.line))
        return f"<b>{name}</b> <span>{escape(self.words[str(miss.place)])}</span> <p>{said}</p>"


_FILLS: Final[Mapping[Fill, str]] = {
    "full": "key_first",
    "half": "key_three",
    "empty": "key_not",
}


def _fills(row: FamilyRow) -> Mapping[Fill, int]:
    later = row.in_three - row.first
    return {"full": row.first, "half": later, "empty": row.cases - row.in_three}


def _family_picture(sizes: Mapping[Fill, int], crowded: bool, a_row: int = 25) -> str:
    if crowded:
        return charts.bar(list(sizes.items()))
    return charts.units([fill for fill, size in sizes.items() for _ in range(size)], a_row)
