"""`lumbago try`: comparing heat, cold and rest for oneself, in the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lumbago import comparison
from lumbago.comparison import Due, Situation
from lumbago.episode import DAY
from lumbago.errors import InputError, Problem, UsageError
from lumbago.event_files import payload_json
from lumbago.events import KINDS, Payload, Session, TrialBegun
from lumbago.fields import dumps, moment
from lumbago.log.edge import Edge, open_record, tell, who
from lumbago.log.entries import current_episode, event
from lumbago.log.talk import tenths_of
from lumbago.recovery.nof1.answer import Result
from lumbago.recovery.nof1.refusal import No
from lumbago.recovery.nof1.sessions import REST, SKIN
from lumbago.store import Episode, Record
from lumbago.story_comparison import ComparisonTeller
from lumbago.whole import write_whole
from lumbago.wire_comparison import comparison_json
from lumbago.wording import Wording

_SEED_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every part of the command needs."""

    edge: Edge
    options: argparse.Namespace
    record: Record
    episode: Episode
    here: Situation
    teller: ComparisonTeller

    def say(self, id_: str, *, style: str = "", **values: object) -> None:
        """Print a sentence about comparing."""
        self.line(self.teller.say(id_, **values), style=style)

    def line(self, text: str, *, style: str = "") -> None:
        """Print a line."""
        self.edge.out.print(Padding(Text(text, style=style), (0, 2)))

    def keep(self, payload: Payload) -> str:
        """Keep what happened; returns the id of its entry."""
        kind = next(kind for kind, type_ in KINDS.items() if isinstance(payload, type_))
        made = event(self.edge, self.options, kind, payload_json(payload))
        self.record.append(self.episode, [made])
        tell(self.edge, self.record.new)
        return made.id


def run(edge: Edge, options: argparse.Namespace) -> int:
    """Do what was asked. Returns the exit status: 1 where it may not be done now."""
    with open_record(edge, options) as record:
        person = who(edge, options, record)
        episode = current_episode(edge, record, person)
        now = edge.now()
        doses = record.since(person, now - 2 * DAY, "taken")
        here = comparison.situation(edge.knowledge, record.log(episode), now, doses)
        teller = ComparisonTeller(Wording(edge.knowledge))
        return _DO[options.do](_Desk(edge, options, record, episode, here, teller))


def _refused(desk: _Desk, reasons: Sequence[No]) -> int:
    for no in reasons:
        desk.line(desk.teller.no(no, desk.here.design), style="yellow")
    return 1


# ------------------------------------------------------------------------------------------- begin


def _start(desk: _Desk) -> int:
    wanted = tuple(arm.strip() for arm in desk.options.arms.split(",") if arm.strip())
    offer = comparison.offer(desk.here, wanted)
    design, teller = desk.here.design, desk.teller
    if not offer.open:
        return _refused(desk, offer.no)
    desk.say("title", style="bold")
    desk.say("lead")
    if offer.blocked:
        desk.say("left_out", arms=teller.arms([one.arm for one in offer.blocked]))
    sessions = offer.blocks * len(offer.arms)
    desk.say(
        "may_begin",
        arms=teller.arms(offer.arms),
        sessions=sessions,
        days=design.most_days,
        per_day=design.sessions_per_day,
        first=design.least_blocks * len(offer.arms),
    )
    for id_ in ("how", "why_dice", "meanwhile", "feel_worse"):
        desk.say(id_, minutes=design.session // timedelta(minutes=1))
    if REST not in offer.arms:
        desk.say("without_rest" if not wanted else "no_rest_arm")
    if not desk.options.yes and not _agreed(desk):
        return 1
    begun = comparison.begin(desk.here, desk.edge.dice(_SEED_BYTES), wanted)
    if not isinstance(begun, TrialBegun):
        return _refused(desk, begun)
    desk.keep(begun)
    desk.say("begun", sessions=sessions, arms=teller.arms(begun.arms), style="bold")
    return 0


def _agreed(desk: _Desk) -> bool:
    if not desk.edge.interactive:
        raise UsageError(Problem("It would begin now.", hint="Add --yes to begin."))
    return desk.edge.ask("try_begin").lower() in ("y", "yes")


# ---------------------------------------------------------------------------------------- sessions


def _next(desk: _Desk) -> int:
    before = tenths_of(desk.options.pain, "--pain")
    made = comparison.start(desk.here, before)
    if not isinstance(made, Session):
        return _refused(desk, made)
    desk.keep(made)
    design, teller, now = desk.here.design, desk.teller, desk.here.now
    desk.say("this_time", arm=teller.arm(made.arm), style="bold")
    desk.line(teller.todo(made.arm, design))
    desk.say("feel_worse")
    desk.say("next_after", time=f"{now + design.session:%H:%M}")
    return 0


def _record(desk: _Desk) -> int:
    options, here = desk.options, desk.here
    if options.pain is None and not options.trouble:
        raise UsageError(Problem("What was it like?", hint="Use --pain 0-10, or --trouble."))
    pain = None if options.pain is None else tenths_of(options.pain, "--pain")
    at = moment(options.at, "--at") if options.at else None
    made = comparison.score(here, pain, at, options.trouble)
    if isinstance(made, tuple):
        return _refused(desk, made)
    desk.keep(made)
    trial = here.trial
    assert trial is not None, "a session was scored"
    last, design = trial.sittings[-1], here.design
    if options.trouble == SKIN:
        desk.say("skin_ends", arm=desk.teller.arm(last.slot.arm), style="yellow")
    if made.later is not None:
        done = sum(sitting.counts for sitting in trial.sittings) + 1
        desk.say("kept_later", done=done, planned=len(trial.slots))
    elif made.after is not None:
        desk.say("kept_after", time=f"{last.at + design.whole:%H:%M}")
    else:
        desk.say("kept_trouble")
    return 0


def _stop(desk: _Desk) -> int:
    made = comparison.stop(desk.here, desk.options.because)
    if isinstance(made, tuple):
        return _refused(desk, made)
    desk.keep(made)
    desk.say("stopped_now")
    return 0


# ------------------------------------------------------------------------------------------ showing


def _show(desk: _Desk) -> int:
    result = desk.here.result
    if result is None:
        offer = comparison.offer(desk.here)
        desk.say("title", style="bold")
        desk.say("lead")
        if not offer.open:
            return _refused(desk, offer.no)
        desk.line("lumbago try start", style="bold")
        return 0
    desk.line(desk.teller.headline(result), style="bold")
    _what_next(desk, comparison.due(desk.here))
    return 0


def _what_next(desk: _Desk, due: Due) -> None:
    if due.what == "start":
        desk.say("next_start")
    elif due.what == "nothing":
        _refused(desk, due.no)
    else:
        assert due.at is not None, "a score has its time"
        assert due.until is not None, "and an end"
        id_ = "next_after" if due.what == "score_after" else "next_later"
        desk.say(id_, time=f"{due.at:%H:%M}", until=f"{due.until:%H:%M}")


def _result(desk: _Desk) -> int:
    options, result = desk.options, desk.here.result
    if options.json:
        data = comparison_json(desk.teller, result, desk.here.log)
        sys.stdout.write(dumps(data, indent=2) + "\n")
    if result is None:
        return 0 if options.json else _refused(desk, (No("none_running"),))
    if not options.json:
        desk.line(desk.teller.headline(result), style="bold")
        for line in desk.teller.lines(result):
            desk.line(line)
    if options.svg:
        return _draw(desk, result)
    return 0


def _draw(desk: _Desk, result: Result) -> int:
    picture = desk.teller.picture(result)
    if not picture:
        raise InputError(Problem(desk.teller.headline(result), desk.options.svg))
    try:
        write_whole(Path(desk.options.svg), picture.encode())
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        said = f"The file cannot be written: {reason}."
        raise InputError(Problem(said, desk.options.svg)) from None
    return 0


def _report(desk: _Desk) -> int:
    result = desk.here.result
    if result is None:
        return _refused(desk, (No("none_running"),))
    report = desk.teller.report(result, desk.here.log)
    desk.line(report.title, style="bold")
    for part in report.parts:
        desk.edge.out.print()
        desk.line(part.title, style="bold")
        for line in part.lines:
            desk.line(line)
    desk.edge.out.print()
    desk.say("report_sessions", style="bold")
    table = Table.grid(padding=(0, 2))
    for name in desk.teller.say("table_head").split(" | "):
        table.add_column(name)
    table.add_row(*desk.teller.say("table_head").split(" | "), style="dim")
    for row in report.rows:
        cells = (row.number, row.block, row.when, row.arm, row.before, row.after, row.later)
        table.add_row(*map(str, cells))
    desk.edge.out.print(Padding(table, (0, 2)))
    return 0


_DO: Final[Mapping[str, Callable[[_Desk], int]]] = {
    "show": _show,
    "start": _start,
    "next": _next,
    "record": _record,
    "result": _result,
    "report": _report,
    "stop": _stop,
}
