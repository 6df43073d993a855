"""A comparison in words: the answer, what comes next, why not, and a report in the order of CENT 2015.

Never a cure, never "works": how one person responded, how sure that is, and that it can't be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lumbago.events import Log, Taken, standing
from lumbago.evidence import Conflict
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import from_base
from lumbago.recovery.nof1.answer import Looked, Pair, Result
from lumbago.recovery.nof1.design import Design
from lumbago.recovery.nof1.picture import Cloud, comparison_svg, comparison_svg_alone
from lumbago.recovery.nof1.refusal import No
from lumbago.recovery.nof1.sessions import REST, Sitting
from lumbago.wording import Wording

_TENTHS: Final = 10
_MOST: Final = 9


@dataclass(frozen=True, slots=True)
class Part:
    """One item of the report: its title and its lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One session of the table: number, round, when, what, and pain before, after and later."""

    number: int
    block: int
    when: str
    arm: str
    before: str
    after: str
    later: str


@dataclass(frozen=True, slots=True)
class Report:
    """A comparison reported in the order of CENT 2015, in words."""

    title: str
    parts: tuple[Part, ...]
    rows: tuple[Row, ...]


class ComparisonTeller:
    """Tells comparisons in one language."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.knowledge: Knowledge = wording.knowledge
        self.words = wording.words["comparison"]

    def say(self, id_: str, **values: object) -> str:
        """A sentence about comparing, its places filled in."""
        return str(self.words[id_]).format(**values)

    def arm(self, id_: str) -> str:
        """What an arm is called."""
        return self.say(f"arm_{id_}")

    def arms(self, ids: Sequence[str], last: str = "and") -> str:
        """Several arms as a list in words."""
        names = [self.arm(id_) for id_ in ids]
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.say(last)} {names[-1]}"

    def todo(self, arm: str, design: Design) -> str:
        """What to do in a session of an arm."""
        return self.say(f"do_{arm}", minutes=_minutes(design.session))

    # ------------------------------------------------------------------------------------ why not

    def no(self, no: No, design: Design) -> str:
        """Why not, and from when."""
        when = _time(no.until) if no.until else self.say("no_never")
        known = self.knowledge.recovery.arms
        arms = [arm for arm in no.about if arm in known] or list(known)
        return self.say(
            f"no_{no.because}",
            time=when,
            arms=self.arms(arms, "or"),
            days=design.most_days,
            least=2 * design.least_blocks,
        )

    # ----------------------------------------------------------------------------------- the answer

    def headline(self, result: Result) -> str:
        """The answer in one or two sentences."""
        looked = result.looked
        if looked is None:
            if result.state != "running":
                return self.say("cannot_tell_all_end")
            return self.say(
                "too_early",
                first=result.first_look,
                done=result.blocks_done,
                planned=result.trial.blocks,
            )
        if looked.best and len(looked.posterior.arms) > 2:
            pairs = [pair for pair in looked.pairs if pair.better == looked.best]
            least = min(pair.probability for pair in pairs)
            return self._capital("helps_most", better=self.arm(looked.best), sure=self.sure(least))
        kinds = {pair.kind for pair in looked.pairs}
        if kinds == {"no_difference"}:
            return self.say("no_difference_all")
        if kinds == {"cannot_tell"}:
            return self.say(f"cannot_tell_all{self._end(result)}")
        told = [pair for pair in looked.pairs if pair.kind == "helps_more"]
        told = told or [pair for pair in looked.pairs if pair.kind == "no_difference"]
        return " ".join(self.pair(pair, result) for pair in told)

    def pair(self, pair: Pair, result: Result) -> str:
        """What is known of two arms."""
        end = self._end(result) if pair.kind == "cannot_tell" else ""
        return self._capital(
            f"{pair.kind}{end}",
            better=self.arm(pair.better),
            other=self.arm(pair.other),
            sure=self.sure(pair.probability),
        )

    def by(self, pair: Pair, design: Design) -> str:
        """By how much, with what would fit as well."""
        return self.say(
            "by",
            mean=_points(pair.mean),
            low=_points(pair.low),
            high=_points(pair.high),
            better=self.arm(pair.better),
            worth=f"{design.worth_having:g}",
        )

    def sure(self, probability: float) -> str:
        """A probability as so many in ten, rounded down; never ten."""
        tenths = int(probability * _TENTHS + 1e-9)
        return self.say("sure_most") if tenths > _MOST - 1 else self.say("sure", n=tenths)

    def lines(self, result: Result) -> Iterator[str]:
        """Everything below the headline: each pair, where it stands, what it is not."""
        design = Design.of(self.knowledge.recovery)
        yield self.say(
            f"state_{result.state}", done=result.blocks_done, planned=result.trial.blocks
        )
        looked = result.looked
        if looked is not None:
            for pair in looked.pairs:
                yield f"{self.pair(pair, result)} {self.by(pair, design)}"
            if REST not in looked.posterior.arms:
                yield self.say("no_rest_arm")
        if result.next_look is not None and looked is not None:
            yield self.say("next_look", block=result.next_look)
        yield self.say("your_response")
        yield self.say("danger_counts")

    def own_line(self, result: Result) -> str:
        """A comparison in one line, to stand beside what the sources say."""
        if result.looked is None and result.state == "running":
            return self.say("own_running")
        counted = [s for s in result.trial.sittings if s.counts]
        at = [s.at for s in counted] or [result.trial.began_at]
        return self.say(
            "own_result",
            sessions=len(counted),
            first=_day(at[0]),
            last=_day(at[-1]),
            headline=self.headline(result),
        )

    def _end(self, result: Result) -> str:
        return "" if result.next_look is not None else "_end"

    def _capital(self, id_: str, **values: object) -> str:
        said = self.say(id_, **values)
        return said[:1].upper() + said[1:]

    # ---------------------------------------------------------------------------------- the picture

    def picture(self, result: Result, *, alone: bool = True, prefix: str = "compare") -> str:
        """The answer as a picture; empty where there is none yet. `alone`: as a file of its own."""
        if result.looked is None:
            return ""
        clouds = tuple(self.clouds(result.looked))
        described = self.say("svg_desc", lines=" ".join(self.lines_of(result.looked, result)))
        words = (self.say("svg_title"), described)
        if not alone:
            return comparison_svg(clouds, *words, prefix=prefix)
        around = (self.say("svg_axis"), self.say("svg_taken"))
        return comparison_svg_alone(clouds, *words, self.headline(result), around)

    def lines_of(self, looked: Looked, result: Result) -> Iterator[str]:
        """A sentence for each pair."""
        return (self.pair(pair, result) for pair in looked.pairs)

    def clouds(self, looked: Looked) -> Iterator[Cloud]:
        """The dots of each arm, what gets better by itself taken away, at the mean of all sessions."""
        posterior = looked.posterior
        level = sum(one.later for one in looked.sessions) / len(looked.sessions)
        for arm in posterior.arms:
            dots = tuple(
                level + posterior.adjusted(one) for one in looked.sessions if one.arm == arm
            )
            name, count = self.arm(arm), self.say("svg_sessions", n=len(dots))
            yield Cloud(arm, name, count, dots, level + posterior.effect(arm))

    # ----------------------------------------------------------------------------------- the report

    def report(self, result: Result, log: Log) -> Report:
        """The whole comparison in the order of CENT 2015."""
        trial = result.trial
        return Report(
            title=self.say("report_title", arms=self.arms(trial.arms)),
            parts=tuple(self._parts(result, log)),
            rows=tuple(self._row(sitting) for sitting in trial.sittings),
        )

    def _parts(self, result: Result, log: Log) -> Iterator[Part]:
        trial, design = result.trial, Design.of(self.knowledge.recovery)
        yield self._part("background")
        yield self._part(
            "design",
            planned=len(trial.slots),
            blocks=trial.blocks,
            seed=self.say("report_seed_later") if result.state == "running" else trial.seed,
            minutes=_minutes(design.session),
            washout=_minutes(design.washout),
            per_day=design.sessions_per_day,
            days=design.most_days,
        )
        yield self._part("person", doses=_doses_during(result, log))
        low, high = (_minutes(end) for end in design.later_window)
        yield self._part("outcome", from_=low, to=high)
        yield self._part(
            "analysis",
            worth=f"{design.worth_having:g}",
            sure=f"{design.sure_enough:g}",
            least=design.least_blocks,
        )
        yield self._done(result)
        yield Part(self.say("report_results"), tuple(self._results(result, design)))
        yield Part(self.say("report_harms"), tuple(self._harms(result)))
        yield self._part("limits")

    def _part(self, id_: str, **values: object) -> Part:
        return Part(self.say(f"report_{id_}"), (self.say(f"report_{id_}_text", **values),))

    def _done(self, result: Result) -> Part:
        trial = result.trial
        counted = sum(sitting.counts for sitting in trial.sittings)
        last = trial.sittings[-1].at if trial.sittings else trial.began_at
        lines = [
            self.say(
                "report_done_text",
                counted=counted,
                planned=len(trial.slots),
                done=result.blocks_done,
                first=_day(trial.began_at),
                last=_day(last),
                missed=len(trial.sittings) - counted,
            )
        ]
        if trial.stopped_at:
            because = trial.because or self.say("because_none")
            lines.append(self.say("report_stopped_text", because=because))
        hash_ = self.knowledge.hash.partition(":")[2][:12]
        lines.append(self.say("report_protocol", date=_day(trial.began_at), hash=hash_))
        return Part(self.say("report_done"), tuple(lines))

    def _results(self, result: Result, design: Design) -> Iterator[str]:
        yield self.headline(result)
        looked = result.looked
        for pair in looked.pairs if looked else ():
            yield f"{self.pair(pair, result)} {self.by(pair, design)}"
        for arm in result.trial.arms:
            seen = [s for s in result.trial.sittings if s.slot.arm == arm]
            later = [(s.before, s.later) for s in seen if s.later is not None]
            if later:
                before, after = (
                    sum(ends) / len(later) / _TENTHS for ends in zip(*later, strict=True)
                )
                yield self.say(
                    "report_raw",
                    arm=self.arm(arm).capitalize(),
                    n=len(later),
                    before=f"{before:.1f}",
                    later=f"{after:.1f}",
                )

    def _harms(self, result: Result) -> Iterator[str]:
        found = False
        for arm in result.trial.arms:
            seen = [s for s in result.trial.sittings if s.slot.arm == arm]
            for trouble in dict.fromkeys(t for s in seen for t in s.troubles):
                found = True
                n = sum(trouble in s.troubles for s in seen)
                name = self.say(f"trouble_{trouble}").capitalize()
                yield self.say("report_harm", trouble=name, n=n, arm=self.arm(arm)) + "."
        if not found:
            yield self.say("report_harms_none")

    def _row(self, sitting: Sitting) -> Row:
        return Row(
            number=sitting.slot.number,
            block=sitting.slot.block,
            when=f"{sitting.at:%Y-%m-%d %H:%M}",
            arm=self.arm(sitting.slot.arm),
            before=self._score(sitting.before),
            after=self._score(sitting.after),
            later=self._score(sitting.later),
        )

    def _score(self, tenths: int | None) -> str:
        return self.say("table_hidden") if tenths is None else f"{from_base(tenths, 'score')}"


def concerns(knowledge: Knowledge, conflict: Conflict, result: Result) -> bool:
    """Whether a conflict between sources is about what a person has compared: two arms or more."""
    measures = {knowledge.recovery.arms[arm].measure for arm in result.trial.arms} - {""}
    return len(measures) > 1 and measures <= {*conflict.about, *conflict.choices}


def _doses_during(result: Result, log: Log) -> int:
    """How many doses were logged from the start of the comparison to its last session."""
    trial = result.trial
    last = trial.sittings[-1].at if trial.sittings else trial.began_at
    return sum(
        isinstance(event.payload, Taken) and trial.began_at <= event.happened_at <= last
        for event in standing(log)
    )


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def _points(points: float) -> str:
    """Points to a tenth, never a nought with a minus."""
    return f"{round(points, 1) + 0:.1f}"


def _time(at: datetime) -> str:
    return f"{at:%A} {at:%H:%M}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B}"
