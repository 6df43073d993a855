"""The page of the evaluation in Markdown, made from the record and the published figures of others.

A pure function: what was not recorded is left out. Words stand in kb/words/<lang>/evaluation.yaml.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from lumbago.evaluate import Baseline, Mode
from lumbago.evaluate_pictures import (
    BOTH,
    Record,
    published,
    rate_of,
    recorded_groups,
    scenario_name,
    share_text,
    study_name,
)
from lumbago.evaluate_record import changed_since
from lumbago.evaluate_reliability import WORLDS, View
from lumbago.evaluate_report import CAUSE_FIGURES, FIGURES, group_name
from lumbago.knowledge.model import Disposition, Knowledge, Published
from lumbago.rates import Rate

Reached = tuple[str, str, tuple[float | None, ...]]
"""What was reached: its name, how it is said, and its values."""

_LEVELS: Final = tuple(level.id for level in reversed(Disposition))


def document(knowledge: Knowledge, record: Record) -> str:
    """The whole page."""
    return _Page(knowledge, record).markdown()


class _Page:
    def __init__(self, knowledge: Knowledge, record: Record) -> None:
        self.knowledge = knowledge
        self.record = record
        self.words: Mapping[str, Any] = knowledge.words["en"]["evaluate"]
        self.text: Mapping[str, Any] = knowledge.words["en"]["evaluation"]

    def markdown(self) -> str:
        blocks = [f"# {self.text['title']}", self.text["made"], *self._blocks()]
        return "\n\n".join(blocks) + "\n"

    def _blocks(self) -> Iterator[str]:
        if not self.record:
            yield self.text["nothing"]
            return
        yield self.text["lead"]
        if stories := self.record.get("stories"):
            yield from self._limits(stories)
            yield from self._short(stories)
            yield from self._triage(stories)
            yield from self._field()
            yield from self._causes(stories)
            yield from self._groups(stories)
        if interviews := self.record.get("interviews"):
            yield from self._interviews(interviews)
        if alarm := self.record.get("alarm"):
            yield from self._alarm(alarm)
        if stories:
            yield from self._reliability(stories)
        if reading := self.record.get("reading"):
            yield from self._reading(reading)
        for section in ("scoreboard", "again"):
            yield f"## {self.text[f'{section}_title']}"
            yield from self.text[section]

    # ------------------------------------------------------------------------------------- pieces

    def _say(self, key: str, **values: object) -> str:
        return str(self.text[key]).format(**values)

    def _title(self, key: str) -> str:
        return f"## {self.text[f'{key}_title']}"

    def _picture(self, name: str) -> str:
        return f"![{self.text[f'{name}_picture']}](evaluation-{name}.svg)"

    def _since(self, part: Record) -> str:
        """Whether something recorded speaks of the knowledge in use."""
        changed = changed_since(self.knowledge, part)
        if not changed:
            return str(self.text["same"])
        named = " and ".join(str(self.text["parts"][name]) for name in changed)
        return self._say("other", parts=named)

    def _limits(self, stories: Record) -> Iterator[str]:
        yield self._title("limits")
        listed = (str(one).format(cases=stories["cases"]) for one in self.text["limits"])
        yield "\n".join(f"- {one}" for one in listed)
        yield self._since(stories)

    # -------------------------------------------------------------------------------------- short

    def _short(self, stories: Record) -> Iterator[str]:
        yield self._title("short")
        rows = []
        for key, said, values in (*self._reached(stories), *self._reached_beside()):
            aim = self.text["aims"][key]
            shown = said if _reaches(values, aim) else self._say("aim_missed", said=said)
            rows.append((self.text["short"][key], shown, aim["said"]))
        yield _table(self.text["short_heads"], rows)

    def _reached(self, stories: Record) -> Iterator[Reached]:
        figures = stories["figures"]
        told, causes = figures["modes"][BOTH], figures["causes"][BOTH]
        yield _reached("acceptable", told["acceptable"])
        yield _reached("text_acceptable", figures["modes"][str(Mode.TEXT)]["acceptable"])
        for key in ("under", "over", "missed_emergencies"):
            yield _reached(key, told[key])
        for key in ("family_first", "family_in_three", "serious_kept"):
            yield _reached(key, causes[key])
        if usual := figures["reliability"]["people"].get("usual"):
            first = usual[View.FIRST]
            yield "calibration", _error(first), (first["expected_calibration_error"],)

    def _reached_beside(self) -> Iterator[Reached]:
        for one in self.record.get("interviews", ()):
            if one["name"] == self.record["stories"]["name"] and one["figures"]["unheld"] == "no":
                yield _reached("interview_same", one["figures"]["same"])
                length = one["figures"]["screens"]
                middle, nine = length["median"], length["nine_in_ten"]
                yield "screens", f"{middle:g} and {nine}", (middle, nine)
        if reading := self.record.get("reading"):
            for key in ("alarming_yes", "turned"):
                yield _reached(key, reading["figures"][key])
        if alarm := self.record.get("alarm"):
            shares = alarm["scenarios"][0]["shares"]
            above = shares["emergency"] + shares["same_day"]
            told = (shares["emergency"], above, shares["self_care"])
            yield "alarm", ", ".join(f"{100 * share:.1f} %" for share in told), told

    # ------------------------------------------------------------------------------------- triage

    def _triage(self, stories: Record) -> Iterator[str]:
        figures = stories["figures"]
        yield self._title("triage")
        yield self._say("triage_lead", cases=stories["cases"], name=stories["name"])
        yield self._picture("triage")
        columns = [
            *((self.words[mode], figures["modes"][mode]) for mode in Mode),
            *((self.words[base], figures["baselines"][base]) for base in Baseline),
        ]
        rows = [
            (self.words[key], *(_said(column[key]) for _, column in columns)) for key in FIGURES
        ]
        yield _table(["", *(name for name, _ in columns)], rows)
        yield str(self.text["levels_lead"])
        levels = figures["modes"][BOTH]["levels"]
        heads = [self.words["label"], *(self.words[one] for one in _LEVELS)]
        cells = [
            (
                self.words[label],
                *(str(levels[label]["told"][told]) for told in _LEVELS),
                _said(levels[label]["found"]),
                _said(levels[label]["right"]),
            )
            for label in _LEVELS
        ]
        yield _table([*heads, self.words["found"], self.words["right"]], cells)

    def _field(self) -> Iterator[str]:
        yield self._title("field")
        yield str(self.text["field_lead"])
        yield self._picture("field")
        rows = [
            (
                study_name(self.knowledge, study),
                str(study.cases or self.text["review"]),
                self.text["field_of"][of],
                share_text(self.knowledge, one),
                self._source(study),
            )
            for of in self.text["field_of"]
            for study, one in published(self.knowledge, of)
        ]
        yield _table(self.text["field_heads"], rows)

    def _source(self, study: Published) -> str:
        said = []
        for citation in study.sources:
            source = self.knowledge.sources[citation.source]
            name = source.citation.split(" (", 1)[0]
            link = f"[{name}]({source.address})" if source.address else name
            how = str(self.text["confidence"][citation.confidence]).format(day=source.read)
            said.append(f"{link}, {citation.at}; {how}")
        return "; ".join(said)

    # ------------------------------------------------------------------------------------- causes

    def _causes(self, stories: Record) -> Iterator[str]:
        figures = stories["figures"]
        yield self._title("causes")
        yield self._say("causes_lead", cases=stories["caused"])
        rows = [
            (self.words[key], *(_said(figures["causes"][mode][key]) for mode in Mode))
            for key in CAUSE_FIGURES
        ]
        yield _table(["", *(self.words[mode] for mode in Mode)], rows)
        yield str(self.text["families_lead"])
        families = figures["families"][BOTH]
        listed = sorted(families.items(), key=lambda pair: (-pair[1]["cases"], pair[0]))
        heads = ("labelled_family", "cases", "family_first", "family_in_three", "instead")
        yield _table(
            [self.words[head] for head in heads],
            [
                (
                    self.words["families"][name],
                    str(one["cases"]),
                    str(one["first"]),
                    str(one["in_three"]),
                    self._instead(one["instead"]),
                )
                for name, one in listed
            ],
        )

    def _instead(self, counts: Mapping[str, int]) -> str:
        named = (
            (self.words["families"].get(f, self.words["no_list"]), n) for f, n in counts.items()
        )
        return "; ".join(f"{name} {n}" for name, n in sorted(named, key=lambda p: (-p[1], p[0])))

    # ------------------------------------------------------------------------------------- groups

    def _groups(self, stories: Record) -> Iterator[str]:
        right = recorded_groups(stories, "acceptable")
        low = recorded_groups(stories, "under")
        if not right:
            return
        yield self._title("groups")
        yield str(self.text["groups_lead"])
        yield self._picture("groups")
        clear = [group_name(group, self.words) for group in right if group.gap.clear]
        yield (
            self._say("groups_some", groups=", ".join(clear))
            if clear
            else str(self.text["groups_none"])
        )
        heads = ("group", "cases", "acceptable", "gap", "under")
        yield _table(
            [self.words[head] for head in heads],
            [
                (
                    f"{self.words[one.kind]}: {group_name(one, self.words)}",
                    str(one.rate.of),
                    str(one.rate),
                    str(one.gap),
                    f"{under.rate.hits} / {under.rate.of}",
                )
                for one, under in zip(right, low, strict=True)
            ],
        )

    # ------------------------------------------------------------------------ interview and alarm

    def _interviews(self, interviews: Sequence[Record]) -> Iterator[str]:
        yield self._title("interview")
        yield str(self.text["interview_lead"])
        yield _table(
            self.text["interview_heads"],
            [
                (
                    one["name"],
                    f"{one['cases']:,}",
                    self.words[f"unheld_{one['figures']['unheld']}"],
                    *(
                        _said(one["figures"][key])
                        for key in ("same", "lower", "doubt", "acceptable")
                    ),
                    "{median:g} / {nine_in_ten} / {most}".format(**one["figures"]["screens"]),
                    "{median:g} / {nine_in_ten}".format(**one["figures"]["questions"]),
                )
                for one in interviews
            ],
        )
        yield str(self.text["interview_note"])
        yield self._since(interviews[0])

    def _alarm(self, alarm: Record) -> Iterator[str]:
        yield self._title("alarm")
        yield self._say("alarm_lead", cases=f"{alarm['cases']:,}", seed=alarm["seed"])
        yield self._picture("alarm")
        rows = [
            (
                scenario_name(self.knowledge, one),
                *(f"{100 * one['shares'][level]:.1f} %" for level in _LEVELS),
            )
            for one in alarm["scenarios"]
        ]
        yield _table([self.text["alarm_shares"], *(self.words[one] for one in _LEVELS)], rows)
        yield str(self.text["costs_lead"])
        costs = [
            (
                f"`{one['rule']}` {self._because(one['rule'])}",
                self.words[one["level"]],
                f"{100 * one['fires']:.1f} %",
                f"{100 * one['alone']:.1f} %",
            )
            for one in alarm["costs"]
        ]
        yield _table(self.text["costs_heads"], costs)
        yield self._since(alarm)

    def _because(self, id_: str) -> str:
        rule = self.knowledge.rules.get(id_)
        return "" if rule is None else str(self.knowledge.words["en"]["rules"][rule.because])

    # ------------------------------------------------------------------- probabilities and reading

    def _reliability(self, stories: Record) -> Iterator[str]:
        found = stories["figures"]["reliability"]
        yield self._title("reliability")
        yield self._say("reliability_lead", drawn=f"{found['drawn']:,}", seed=found["seed"])
        yield self._picture("reliability")
        rows = [
            (self.words["worlds"][world], *(_error(views[view]) for view in View))
            for world in WORLDS
            if (views := found["people"].get(world))
        ]
        rows += [
            (
                f"{self.words['cases']}: {self.words[mode]}",
                *(_error(found["cases"][mode][view]) for view in View),
            )
            for mode in Mode
        ]
        yield _table(["", *(self.words[view] for view in View)], rows)
        yield str(self.text["reliability_cases"])

    def _reading(self, reading: Record) -> Iterator[str]:
        figures = reading["figures"]
        yield self._title("reading")
        yield self._say("reading_lead", cases=reading["cases"], name=reading["name"])
        rows = [
            (
                self.words[f"read_{key}"],
                *(f"{figures[key][part]:.2f}" for part in ("precision", "recall")),
                "{:.2f} ({:.2f}-{:.2f})".format(figures[key]["f1"], *figures[key]["f1_interval"]),
            )
            for key in ("labelled", "all", "alarming")
        ]
        yield _table(["", *(self.words[one] for one in ("precision", "recall", "f1"))], rows)
        names = {"numbers": "numbers_read"}
        yield _table(
            ["", self.text["short_heads"][1]],
            [
                (self.words[names.get(key, key)], _said(figures[key]))
                for key in ("alarming_yes", "turned", "turned_alarming", "numbers")
            ],
        )
        yield self._since(reading)


def _reached(key: str, data: Mapping[str, Any]) -> Reached:
    return key, _said(data), (rate_of(data).share,)


def _reaches(values: Iterable[float | None], aim: Mapping[str, Any]) -> bool:
    """Whether all values lie within the bounds of an aim; what is of nothing does not reach any."""
    known = [math.nan if value is None else value for value in values]
    most = map(float, aim.get("most", ["inf"] * len(known)))
    least = map(float, aim.get("least", ["-inf"] * len(known)))
    return all(low <= one <= high for low, one, high in zip(least, known, most, strict=True))


def _said(data: Mapping[str, Any]) -> str:
    """A recorded rate with its interval and its counts."""
    rate: Rate = rate_of(data)
    return f"{rate}, {rate.hits}/{rate.of}" if rate.of else "-"


def _error(one: Mapping[str, Any]) -> str:
    """A recorded calibration error with its interval."""
    if not one["claims"]:
        return "-"
    low, high = one["interval"]
    return f"{one['expected_calibration_error']:.3f} ({low:.3f}-{high:.3f})"


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    top = _row(heads)
    lines = [top, "|" + "---|" * (top.count(" | ") + 1), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
