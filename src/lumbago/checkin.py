"""A check-in: what it asks, what the answers become, and whether they change the advice.

Several a day are fine. What was answered before does not count: the short danger check is asked
whole each time, and any new alarming answer goes through `assess` with the rest of the case at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from lumbago.assess import Assessment, assess
from lumbago.episode import pain_series
from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.events import CheckIn, Event, Log, standing
from lumbago.intake import values_of
from lumbago.knowledge.model import CheckInList, Knowledge
from lumbago.planning.present import CurrentCase, current_case

Said = Literal["yes", "no", "unsure"]
SAID: Final = ("yes", "no", "unsure")

_LONGEST_ACTIVITY: Final = 60


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of the danger check, and the findings that "no" denies."""

    id: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What one check-in asks.

    `activities` are the person's own, to be scored again; up to `more_activities` may be added.
    `week` is the week of the questionnaire that is due, or None. `worse` says that pain has risen
    since yesterday, so that the whole danger check should be asked, not the short one alone.
    """

    list: CheckInList
    statements: tuple[Statement, ...]
    activities: tuple[str, ...]
    more_activities: int
    week: int | None
    worse: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check-in did to the advice: the case as it is now, its assessment, and what is new.

    `alarms` are alarming findings that were reported or doubted in this check-in.
    """

    current: CurrentCase
    assessment: Assessment
    alarms: tuple[str, ...]


def form(knowledge: Knowledge, log: Log, began_at: datetime, now: datetime) -> Form:
    """What a check-in asks now. Raises `InputError` if the knowledge has no check-in."""
    if not knowledge.check_in:
        raise InputError(Problem("This knowledge has no check-in.", hint="Add check_in.yaml."))
    asked = knowledge.check_in[0]
    own = own_activities(log)[: asked.activities]
    return Form(
        list=asked,
        statements=tuple(Statement(item.id, item.findings) for item in asked.items),
        activities=own,
        more_activities=asked.activities - len(own),
        week=_week(asked, log, began_at, now),
        worse=is_worse(knowledge, log),
    )


def own_activities(log: Log) -> tuple[str, ...]:
    """The activities that a person follows, in the order in which they named them."""
    named: dict[str, None] = {}
    for event in standing(log):
        if isinstance(event.payload, CheckIn):
            named |= dict.fromkeys(event.payload.activities)
    return tuple(named)


def _week(asked: CheckInList, log: Log, began_at: datetime, now: datetime) -> int | None:
    """The latest week of the questionnaire that has come and was not answered since."""
    come = [week for week in asked.roland_morris_weeks if now >= began_at + timedelta(weeks=week)]
    if not come:
        return None
    begins = began_at + timedelta(weeks=come[-1])
    answered = [
        event.happened_at
        for event in standing(log)
        if isinstance(event.payload, CheckIn) and event.payload.roland_morris is not None
    ]
    return None if any(moment >= begins for moment in answered) else come[-1]


def is_worse(knowledge: Knowledge, log: Log) -> bool:
    """Whether the last pain score is clearly above that of about a day before it."""
    return rises(knowledge, pain_series(log))


def rises(knowledge: Knowledge, points: Sequence[tuple[datetime, int]]) -> bool:
    """Whether the last of some pain scores (in tenths, by time) is clearly above a day before it."""
    if not points or not knowledge.check_in:
        return False
    asked = knowledge.check_in[0]
    at, last = points[-1]
    near, far = (timedelta(hours=hours) for hours in asked.worse_hours)
    before = [tenths for moment, tenths in points if near <= at - moment <= far]
    return bool(before) and last - min(before) >= 10 * asked.worse_by


def payload(
    knowledge: Knowledge,
    form_: Form,
    *,
    said: Mapping[str, Said],
    pain: int | None = None,
    activities: Mapping[str, int] | None = None,
    roland_morris: int | None = None,
    answers: Mapping[str, Any] | None = None,
) -> CheckIn:
    """What was answered as an entry. Scores in tenths; `answers` are by finding and go before `said`.

    "No" to a statement denies each of its findings; "yes" or "not sure" to one of several marks them,
    to be asked one by one, and counts as not sure until then. A statement that was passed over stays
    open. Raises `InputError` for unknown statements, findings, values and activities.
    """
    problems: list[Problem] = []
    by_id = {statement.id: statement for statement in form_.statements}
    origin = f"list:{form_.list.id}-{form_.list.version}"
    found: dict[str, Any] = {}
    for id_, answer in said.items():
        if id_ not in by_id or answer not in SAID:
            one_of = f"Answer with one of: {', '.join(SAID)}."
            hint = one_of if id_ in by_id else did_you_mean(id_, by_id)
            problems.append(Problem(f"'{id_}: {answer}' is no answer here.", "check", hint))
            continue
        found |= _answers(by_id[id_], answer, origin)
    for id_, value in (answers or {}).items():
        problems += _wrong(knowledge, id_, value)
        found[id_] = value
    own = {" ".join(name.split()): score for name, score in (activities or {}).items()}
    problems += _wrong_activities(form_, own)
    if problems:
        raise InputError(problems)
    return CheckIn(pain, own, found, roland_morris)


def _answers(statement: Statement, answer: Said, origin: str) -> dict[str, Any]:
    if answer == "no" or len(statement.findings) == 1:
        return {finding: {"value": answer, "from": origin} for finding in statement.findings}
    mark = {"value": "unsure", "from": f"{origin}:{statement.id}"}
    return {finding: dict(mark) for finding in statement.findings}


def _wrong(knowledge: Knowledge, id_: str, value: object) -> Iterable[Problem]:
    finding = knowledge.findings.get(id_)
    if finding is None:
        hint = did_you_mean(id_, knowledge.findings)
        return [Problem(f"Unknown finding '{id_}'.", "answers", hint)]
    try:
        values_of(finding, value)
    except InputError as error:
        return [Problem(p.message, f"answers.{id_}", p.hint) for p in error.problems]
    return []


def _wrong_activities(form_: Form, own: Mapping[str, int]) -> Iterable[Problem]:
    for name in own:
        if not name or len(name) > _LONGEST_ACTIVITY or not name.isprintable():
            hint = f"Use up to {_LONGEST_ACTIVITY} letters."
            yield Problem("That is not the name of an activity.", "activities", hint)
    new = [name for name in own if name not in form_.activities]
    if len(new) > form_.more_activities:
        followed = ", ".join(form_.activities)
        said = f"A person follows {form_.list.activities} activities."
        yield Problem(said, "activities", f"They are: {followed}." if followed else "Name fewer.")


def outcome(
    knowledge: Knowledge, log: Log, event: Event, now: datetime, doses: Log = ()
) -> Outcome:
    """The advice after a check-in, which is the last entry of `log`."""
    current = current_case(knowledge, log, now, doses)
    return Outcome(current, assess(knowledge, current.case), alarms(knowledge, event))


def alarms(knowledge: Knowledge, event: Event) -> tuple[str, ...]:
    """The alarming findings that a check-in reports or doubts, in the order of the list."""
    if not isinstance(event.payload, CheckIn):
        return ()
    found = []
    for id_, value in event.payload.answers.items():
        finding = knowledge.findings.get(id_)
        plain = value["value"] if isinstance(value, Mapping) and "value" in value else value
        if finding is not None and finding.polarity == "alarming" and plain not in ("no", False):
            found.append(id_)
    return tuple(found)
