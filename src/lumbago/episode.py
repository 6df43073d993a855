"""What the log of an episode says apart from the case: doses, pain, activities, what helped.

Pure functions of a log and a moment; the case as it stands now is that of `planning.present`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lumbago.events import CheckIn, Chosen, Log, StepDone, Taken, standing
from lumbago.knowledge.model import Knowledge

OVER: Final = Chosen("episode", "over")
"""The choice with which a person ends an episode."""

DAY: Final = timedelta(hours=24)


# --------------------------------------------------------------------------------- doses and pain


def doses_since(log: Log, now: datetime, span: timedelta = DAY) -> Log:
    """The doses that count as taken within a span before now, by time; those dated later count too."""
    found = (
        event
        for event in standing(log)
        if isinstance(event.payload, Taken) and event.happened_at > now - span
    )
    return tuple(sorted(found, key=lambda event: (event.happened_at, event.id)))


def pain_series(log: Log) -> tuple[tuple[datetime, int], ...]:
    """The pain scores of the check-ins, in tenths, by the time for which they were given."""
    points = (
        (event.happened_at, event.payload.pain)
        for event in standing(log)
        if isinstance(event.payload, CheckIn) and event.payload.pain is not None
    )
    return tuple(sorted(points))


def activities(log: Log) -> dict[str, tuple[tuple[datetime, int], ...]]:
    """Each own activity with how well it went, in tenths (0 cannot, 100 as before)."""
    found: dict[str, tuple[tuple[datetime, int], ...]] = {}
    for event in standing(log):
        if isinstance(event.payload, CheckIn):
            for name, score in event.payload.activities.items():
                found[name] = (*found.get(name, ()), (event.happened_at, score))
    return found


# ------------------------------------------------------------------------------- earlier episodes


@dataclass(frozen=True, slots=True)
class Went:
    """How one measure went in an episode: times done, times worse, and the mean change of pain.

    The change is in tenths, after less before, over the times for which both were given.
    """

    measure: str
    done: int
    worse: int
    changes: int
    mean_change: float | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a later episode may know of an earlier one.

    `over` says whether the person ended it; `last_at` is otherwise its last entry. `eased` are the
    measures after which pain was lower on average, best first; `not_eased` the others that were
    done. `prevented` are those of the kinds that prevent, with how often they were done.
    """

    began_at: datetime
    last_at: datetime
    over: bool
    since: timedelta
    eased: tuple[Went, ...]
    not_eased: tuple[Went, ...]
    prevented: Mapping[str, int]


def remembered(
    knowledge: Knowledge, began_at: datetime, last: Log, went: Iterable[Went], now: datetime
) -> Remembered:
    """An earlier episode, from its last entries (or its whole log) and how its measures went."""
    entries = standing(last)
    ends = [event.happened_at for event in entries if event.payload == OVER]
    last_at = max([began_at, *ends] if ends else [began_at, *(e.happened_at for e in entries)])
    went = sorted(went, key=lambda one: (one.mean_change or 0, one.measure))
    done = [one for one in went if one.done or one.worse]
    eased = tuple(one for one in done if one.mean_change is not None and one.mean_change < 0)
    measures = knowledge.care.measures
    prevents = (
        o for o in done if o.measure in measures and measures[o.measure].kind == "prevention"
    )
    return Remembered(
        began_at=began_at,
        last_at=last_at,
        over=bool(ends),
        since=max(now - last_at, timedelta(0)),
        eased=eased,
        not_eased=tuple(one for one in done if one not in eased),
        prevented={one.measure: one.done for one in prevents},
    )


def how_it_went(log: Log) -> tuple[Went, ...]:
    """By measure, how the steps of an episode went, sorted by id."""
    steps: dict[str, list[StepDone]] = {}
    for event in standing(log):
        if isinstance(event.payload, StepDone):
            steps.setdefault(event.payload.measure, []).append(event.payload)
    return tuple(_went(measure, done) for measure, done in sorted(steps.items()))


def _went(measure: str, steps: list[StepDone]) -> Went:
    changes = [s.after - s.before for s in steps if s.after is not None and s.before is not None]
    return Went(
        measure,
        sum(step.outcome == "done" for step in steps),
        sum(step.outcome == "worse" for step in steps),
        len(changes),
        sum(changes) / len(changes) if changes else None,
    )


def is_over(log: Log) -> bool:
    """Whether the person ended the episode and added nothing since but notes."""
    last = next((e for e in reversed(standing(log)) if e.kind not in ("note", "assessed")), None)
    return last is not None and last.payload == OVER
