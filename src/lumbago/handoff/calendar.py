"""A plan as an iCalendar file (RFC 5545): what can be done as it stands, the checks, the reviews.

Titles are neutral, since they show on a locked screen; what to do stands in the description. The UID
of an entry depends on the case, what it is, its day and its turn on that day, so that a later
calendar of the same plan moves entries instead of doubling them. What hangs on a check that lies
ahead is tentative and says so. Medicines are never in a calendar: each dose needs a look at what was
taken since.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from lumbago.errors import UsageError
from lumbago.planning.result import CarePlan, DatedItem
from lumbago.story_plan import PlanTeller

if TYPE_CHECKING:
    from icalendar import Event

_PRODUCT: Final = "-//lumbago//care plan//EN"
_AROUND: Final = timedelta(days=400)
_UID: Final = "lumbago.invalid"


def calendar(teller: PlanTeller, plan: CarePlan) -> bytes:
    """The calendar of a plan, in the zone of its moments (UTC where that has no name).

    Raises `UsageError` where there is no plan, and where icalendar is not installed.
    """
    if plan.refused is not None:
        raise UsageError(teller.wording.handoff("ics_refused"))
    try:
        from icalendar import Calendar
    except ImportError:
        raise UsageError(teller.wording.handoff("ics_missing")) from None
    file = Calendar()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", teller.wording.handoff("ics_name"))
    for entry in _entries(teller, plan):
        file.add_component(entry)
    day = plan.at.date()
    file.add_missing_timezones(day - _AROUND, day + _AROUND)  # any reader then shows the same times
    return bytes(file.to_ical())


def _entries(teller: PlanTeller, plan: CarePlan) -> Iterator[Event]:
    turns: Counter[str] = Counter()
    for items, firm in ((plan.items, True), (plan.outlook, False)):
        for item in items:
            yield _step(teller, plan, item, _uid(plan, item.measure, item.start, turns), firm)
    for at in plan.checks:
        said = (teller.wording.handoff("ics_check"), teller.wording.handoff("ics_check_text"))
        uid = _uid(plan, "check", at, turns)
        yield _entry(plan, uid, (_local(at), None), said, True)
    for review in plan.reviews:
        said = (teller.wording.handoff("ics_review"), teller.review(review))
        day = review.day.date()
        yield _entry(plan, _uid(plan, f"review_{review.id}", None, turns), (day, None), said, True)


def _step(teller: PlanTeller, plan: CarePlan, item: DatedItem, uid: str, firm: bool) -> Event:
    after = "" if firm else teller.say("outlook_lead")
    lines = [after, teller.name(item.measure), *_how(teller, plan, item.measure)]
    text = "\n".join(line for line in lines if line)
    return _entry(
        plan,
        uid,
        (_local(item.start), _local(item.end)),
        (teller.wording.handoff("ics_step"), text),
        firm,
    )


def _how(teller: PlanTeller, plan: CarePlan, measure: str) -> Iterator[str]:
    """How it is done; nothing for a step that only begins in a later stage."""
    step = plan.step(measure)
    if step is None:
        return
    told = teller.step(step)
    yield from (told.amount, *told.how, *told.notes)
    if told.stop_if:
        yield f"{teller.say('stop_if')}: {' '.join(told.stop_if)}"


def _local(at: datetime) -> datetime:
    """A moment in its own named zone; a bare offset has no rules to hand on and becomes UTC."""
    return at if isinstance(at.tzinfo, ZoneInfo) else at.astimezone(UTC)


def _entry(
    plan: CarePlan, uid: str, span: tuple[date, date | None], said: tuple[str, str], firm: bool
) -> Event:
    from icalendar import Event

    entry = Event()
    entry.add("uid", uid)
    entry.add("dtstamp", plan.at)
    entry.add("dtstart", span[0])
    if span[1] is not None:
        entry.add("dtend", span[1])
    entry.add("summary", said[0])
    entry.add("description", said[1])
    entry.add("class", "PRIVATE")
    entry.add("transp", "TRANSPARENT")
    entry.add("status", "CONFIRMED" if firm else "TENTATIVE")
    return entry


def _uid(plan: CarePlan, what: str, at: datetime | None, turns: Counter[str]) -> str:
    day = at.date().isoformat() if at is not None else ""
    turns[f"{what} {day}"] += 1
    name = f"{plan.id or ''}\n{what}\n{day}\n{turns[f'{what} {day}']}"
    return f"{hashlib.sha256(name.encode()).hexdigest()[:32]}@{_UID}"
