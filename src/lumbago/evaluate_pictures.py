"""The pictures of the evaluation page, each an SVG file of its own, made from the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from lumbago.draw.sheets import Axis, Dot, Panel, Sections, dots, reliability, shares
from lumbago.errors import Problem, UsageError, did_you_mean
from lumbago.evaluate import Baseline, Mode
from lumbago.evaluate_groups import GroupRate
from lumbago.evaluate_reliability import View
from lumbago.evaluate_report import group_name
from lumbago.knowledge.model import Disposition, Knowledge, Published, PublishedShare
from lumbago.rates import Rate

Record = Mapping[str, Any]

BOTH: Final = str(Mode.TEXT_AND_ANSWERS)
OWN: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    "triage_right": (("modes", "exact", ""), ("modes", "acceptable", "_accepted")),
    "triage_safe": (("safe", "", ""),),
    "emergency_right": (("modes", "called_emergency", ""),),
    "self_care_right": (("levels", "self_care", ""),),
    "cause_first": (("causes", "cause_first", ""),),
    "cause_in_three": (("causes", "cause_in_three", ""),),
}
"""What of lumbago stands beside a published share: where it is recorded, and the end of its name."""

_FIGURES: Final = ("acceptable", "under", "over", "missed_emergencies")
_POINTS: Final = Axis(
    -0.75, 0.75, tuple((at / 100, f"{at:+d}" if at else "0") for at in range(-75, 76, 25))
)
_LEVELS: Final = tuple(level.id for level in reversed(Disposition))


def picture(knowledge: Knowledge, record: Record, name: str) -> str:
    """One picture as SVG. Raises `UsageError` for an unknown one, or if its figures are missing."""
    if name not in PICTURES:
        hint = did_you_mean(name, PICTURES) or f"One of: {', '.join(PICTURES)}."
        raise UsageError(Problem(f"There is no picture '{name}'.", hint=hint))
    part, draw = PICTURES[name]
    if part not in record:
        said = f"Nothing is recorded for the picture '{name}'."
        raise UsageError(Problem(said, hint="Record it first: make evaluation."))
    return draw(knowledge, record[part])


def rate_of(data: Mapping[str, Any]) -> Rate:
    """A recorded rate."""
    return Rate(data["hits"], data["of"])


def own_rate(figures: Mapping[str, Any], where: str, key: str) -> Rate:
    """A rate of lumbago from text and answers."""
    match where:
        case "levels":
            return rate_of(figures["modes"][BOTH]["levels"][key]["found"])
        case "safe":
            return _at_most_one_lower(figures["modes"][BOTH]["levels"])
        case _:
            return rate_of(figures[where][BOTH][key])


def _at_most_one_lower(levels: Mapping[str, Any]) -> Rate:
    """Of all cases those told their best level, a higher one, or the next lower one."""
    counts = [
        (Disposition.of(label), Disposition.of(told), cases)
        for label, row in levels.items()
        for told, cases in row["told"].items()
    ]
    safe = sum(cases for label, told, cases in counts if told >= label - 1)
    return Rate(safe, sum(cases for _, _, cases in counts))


def recorded_groups(stories: Record, place: str) -> list[GroupRate]:
    """The recorded rates of every group from text and answers, at a place beside the labels."""
    return [
        GroupRate(one["kind"], one["group"], rate_of(one["rate"]), rate_of(one["others"]))
        for one in stories["figures"]["groups"][BOTH]
        if one["place"] == place
    ]


def _dot(name: str, rate: Rate, *, quiet: bool = False) -> Dot:
    return Dot(name, rate.share, rate.interval, str(rate), quiet)


def _triage(knowledge: Knowledge, stories: Record) -> str:
    words, text = knowledge.words["en"]["evaluate"], knowledge.words["en"]["evaluation"]
    figures = stories["figures"]
    short = words["page"]["baselines"]
    sections = [
        (
            _title(words[figure]),
            [
                *(_dot(words[m], rate_of(figures["modes"][m][figure])) for m in Mode),
                *(
                    _dot(short[b], rate_of(figures["baselines"][b][figure]), quiet=True)
                    for b in Baseline
                ),
            ],
        )
        for figure in _FIGURES
    ]
    return dots(text["triage_picture"], sections)


def _field(knowledge: Knowledge, stories: Record) -> str:
    text = knowledge.words["en"]["evaluation"]
    sections: Sections = [
        (
            _title(text["field_of"][of]),
            [
                *(
                    _dot(text["field_own"][of + end], own_rate(stories["figures"], where, key))
                    for where, key, end in OWN.get(of, ())
                ),
                *_published(knowledge, of),
            ],
        )
        for of in text["field_of"]
    ]
    return dots(text["field_picture"], sections)


def _published(knowledge: Knowledge, of: str) -> Iterator[Dot]:
    for study, one in published(knowledge, of):
        low, high = one.ends or (one.share or 0.0, one.share or 0.0)
        name = study_name(knowledge, study)
        yield Dot(name, one.share, (low, high), share_text(knowledge, one), quiet=True)


def published(knowledge: Knowledge, of: str) -> list[tuple[Published, PublishedShare]]:
    """What was published of a share, in the order of the file."""
    return [(s, one) for s in knowledge.published.values() for one in s.figures if one.of == of]


def study_name(knowledge: Knowledge, study: Published) -> str:
    """A study in a few words, with a star if makers measured themselves."""
    words = knowledge.words["en"]
    name = str(words["published"][study.id])
    return str(words["evaluation"]["vendor"]).format(name=name) if study.by == "vendor" else name


def share_text(knowledge: Knowledge, one: PublishedShare) -> str:
    """A published share with its interval, or the range alone."""
    ends = one.ends
    if one.share is None:
        assert ends is not None  # checked with the knowledge
        between = str(knowledge.words["en"]["evaluation"]["range"])
        return between.format(low=_percent(ends[0]), high=_percent(ends[1]))
    said = f"{_percent(one.share)} %"
    return said if ends is None else f"{said} ({_percent(ends[0])}-{_percent(ends[1])})"


def _percent(share: float) -> str:
    return f"{100 * share:.3g}"


def _groups(knowledge: Knowledge, stories: Record) -> str:
    words = knowledge.words["en"]["evaluate"]
    found = recorded_groups(stories, "acceptable")
    kinds = dict.fromkeys(group.kind for group in found)
    sections = [
        (
            _title(words[kind]),
            [
                Dot(
                    f"{group_name(group, words)} ({group.rate.of})",
                    group.gap.difference,
                    group.gap.interval,
                    str(group.gap),
                )
                for group in found
                if group.kind == kind
            ],
        )
        for kind in kinds
    ]
    return dots(knowledge.words["en"]["evaluation"]["groups_picture"], sections, _POINTS)


def scenario_name(knowledge: Knowledge, scenario: Mapping[str, Any]) -> str:
    """What was changed in a scenario, in the words of the questions."""
    text, questions = knowledge.words["en"]["evaluation"], knowledge.words["en"]["questions"]
    changed = scenario["changed"]
    if not changed:
        return str(text["as_given"])
    if len(changed) > 1:
        return str(text["all_together"]).format(n=len(changed))
    ((finding, share),) = changed.items()
    return f"{questions[finding]['short']}: {100 * share:g} %"


def _alarm(knowledge: Knowledge, alarm: Record) -> str:
    words, text = knowledge.words["en"]["evaluate"], knowledge.words["en"]["evaluation"]
    rows = [
        (scenario_name(knowledge, one), [one["shares"][level] for level in _LEVELS])
        for one in alarm["scenarios"]
    ]
    return shares(text["alarm_picture"], [words[level] for level in _LEVELS], rows)


def _reliability(knowledge: Knowledge, stories: Record) -> str:
    text, words = knowledge.words["en"]["evaluation"], knowledge.words["en"]["evaluate"]
    found = stories["figures"]["reliability"]
    panels = []
    if "usual" in found["people"]:
        bins = found["people"]["usual"][View.FIRST]["bins"]
        panels.append(Panel(text["reliability_panels"]["people"], _points(bins)))
    bins = found["cases"][BOTH][View.FIRST]["bins"]
    panels.append(Panel(text["reliability_panels"]["cases"], _points(bins)))
    return reliability(text["reliability_picture"], panels, words["said"], words["was"])


def _points(
    bins: Sequence[Mapping[str, Any]],
) -> list[tuple[float, float, tuple[float, float]]]:
    return [(one["said"], one["was"], (one["band"][0], one["band"][1])) for one in bins]


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


PICTURES: Final[Mapping[str, tuple[str, Callable[[Knowledge, Record], str]]]] = {
    "triage": ("stories", _triage),
    "field": ("stories", _field),
    "groups": ("stories", _groups),
    "alarm": ("alarm", _alarm),
    "reliability": ("stories", _reliability),
}
"""Name of a picture to the part of the record that it shows, and how it is drawn."""
