"""The pages of comparing heat, cold and rest for oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from lumbago.comparison import Offer, Situation, unchecked
from lumbago.events import Log
from lumbago.planning.result import CarePlan
from lumbago.recovery.nof1.answer import Result, preferred
from lumbago.recovery.nof1.design import Design
from lumbago.recovery.nof1.refusal import No
from lumbago.recovery.nof1.sessions import REST
from lumbago.screens import trying
from lumbago.screens.line import progress
from lumbago.screens.pages import Frame, Pages
from lumbago.screens.plan import running
from lumbago.screens.trying import Next
from lumbago.screens.visit import Timer
from lumbago.story_comparison import ComparisonTeller
from lumbago.story_plan import PlanTeller

TROUBLES: Final = ("skin", "worse", "cut_short")
FINE: Final = "fine"

_WAYS: Final[Mapping[str, tuple[str, str]]] = {
    "needs_care_first": ("/answer", "try_way_answer"),
    "pain_not_known": ("/check", "check_short"),
    "too_strong": ("/check", "try_way_check"),
    "worse": ("/check", "try_way_check"),
    "done_before": ("/try/result", "try_way_result"),
}
"""Where a refusal leads to, and what the way there is called."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, in words, and what can be done: a page to go to, or the open questions (`open`)."""

    because: str
    text: str
    way: str
    label: str
    open: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What the plan says about a comparison that goes on."""

    title: str
    lead: str
    link: str
    label: str
    due: bool


class TryPages:
    """The pages of a comparison, in the frame of the others."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.knowledge = pages.knowledge
        self.teller = ComparisonTeller(pages.wording)
        self.plan_teller = PlanTeller(pages.wording)
        pages.environment.globals |= {"c": self.teller.say}

    def say(self, id_: str, **values: object) -> str:
        """A sentence of the screens."""
        return self.pages.say(id_, **values)

    # ------------------------------------------------------------------------------------ may it be

    def offer(self, frame: Frame, here: Situation, offer: Offer) -> str:
        """What a comparison is, and the way to begin; or why none may begin now."""
        if not offer.open:
            return self.refused(frame, here, offer.no)
        design, sessions = here.design, offer.blocks * len(offer.arms)
        return self.pages.page(
            "try_offer.html",
            frame,
            arms=tuple((arm, self.teller.arm(arm)) for arm in offer.arms),
            listed=self.teller.arms(offer.arms),
            facts=(
                (self.say("try_fact_sessions"), self.say("try_fact_sessions_n", n=sessions)),
                (
                    self.say("try_fact_days"),
                    self.say("try_fact_days_n", n=design.most_days, per=design.sessions_per_day),
                ),
                (
                    self.say("try_fact_first"),
                    self.say("try_fact_first_n", n=design.least_blocks * len(offer.arms)),
                ),
            ),
            steps=self._lines("try_steps", design),
            left_out=self.teller.arms([one.arm for one in offer.blocked]),
            held=bool(trying.held(here)),
            without_rest=REST not in offer.arms,
            picture=next((p for arm in offer.arms if (p := self._picture(arm))), ""),
            sides=trying.disagreements(self.teller, here.plan, None),
            danger=self.plan_teller.danger(here.plan),
        )

    def refused(self, frame: Frame, here: Situation, reasons: Sequence[No]) -> str:
        """Why not now, and what can be done about it."""
        local = trying.local(here, tuple(reasons))
        return self.pages.page(
            "try_no.html",
            frame,
            reasons=self._reasons(here, local),
            running=here.result is not None and here.result.state == "running",
            danger=self.plan_teller.danger(here.plan),
            urgent=any(no.because in ("too_strong", "worse") for no in local),
        )

    def _reasons(self, here: Situation, reasons: Sequence[No]) -> tuple[Refusal, ...]:
        return tuple(self._refusal(here, no) for no in reasons)

    def _refusal(self, here: Situation, no: No) -> Refusal:
        words = self.pages.words["try_no"]
        told = self.teller.no(no, here.design)
        if no.because in words:
            arms = [one for one in no.about if one in self.knowledge.recovery.arms]
            told = str(words[no.because]).format(arms=self.teller.arms(arms, "or"))
        way, label = _WAYS.get(no.because, ("", ""))
        if no.because == "arm_blocked" and trying.held(here):
            way, label = "/plan/questions?for=compare", "try_way_questions"
        elif no.because == "arm_blocked":
            way, label = "/plan/later", "try_way_why"
        elif no.because == "no_plan" and not self._expired(here.plan):
            way, label = "/plan", "try_way_plan"
        asks = no.because == "no_plan" and self._expired(here.plan)
        label = "plan_check_first" if asks else label
        return Refusal(no.because, told, way, self.say(label) if label else "", asks)

    @staticmethod
    def _expired(plan: CarePlan) -> bool:
        return plan.refused is not None and "expired" in plan.refused.because

    # ---------------------------------------------------------------------------------- what is next

    def now(self, frame: Frame, here: Situation, next_: Next) -> str:
        """Where a comparison that goes on stands, and what comes next."""
        result, trial = here.result, here.trial
        assert result is not None, "a comparison goes on"
        assert trial is not None, "a comparison goes on"
        done = sum(sitting.counts for sitting in trial.sittings)
        card = self.card(here, next_)
        return self.pages.page(
            "try_now.html",
            frame,
            card=card,
            kind=next_.kind,
            reasons=self._reasons(here, next_.no),
            line=progress(len(trial.sittings), len(trial.slots) - len(trial.sittings)),
            begun=len(trial.sittings),
            planned=len(trial.slots),
            useful=done,
            headline=self.teller.headline(result),
            state=self._state(result),
            rounds=trying.rounds(self.teller, here, result),
            arms=tuple((arm, self.teller.arm(arm)) for arm in trial.open_arms),
            ended=self.teller.arms(sorted(trial.ended)),
            looked=result.looked is not None,
            **self._table(result, here),
        )

    def _state(self, result: Result) -> str:
        return self.teller.say(
            f"state_{result.state}", done=result.blocks_done, planned=result.trial.blocks
        )

    def _table(self, result: Result, here: Situation) -> dict[str, object]:
        hidden = self.say("try_hidden")
        return {
            "rows": trying.rows(self.teller, result, here.now, hidden),
            "table_head": tuple(
                self.say(f"try_col_{name}")
                for name in ("number", "when", "arm", "before", "after", "later")
            ),
        }

    def card(self, here: Situation, next_: Next) -> Card | None:
        """What comes next in a few words, for the plan and for the page of the comparison."""
        if next_.kind in ("begin", "over"):
            return None
        at = f"{next_.at:%H:%M}" if next_.at else ""
        until = f"{next_.until:%H:%M}" if next_.until else ""
        arm = self.teller.arm(next_.sitting.slot.arm) if next_.sitting else ""
        if next_.kind == "wait":
            lead = " ".join(one.text for one in self._reasons(here, next_.no))
        else:
            lead = self.say(f"try_{next_.kind}_lead", time=at, until=until, arm=arm)
        due = next_.kind in ("start", "running", "after", "later")
        link = {"check": "/check", "wait": "/try"}.get(next_.kind, "/try/session")
        title = self.say(f"try_{next_.kind}_title", time=at, arm=arm[:1].upper() + arm[1:])
        until_ = next((no.until for no in next_.no if no.until), None)
        if next_.kind == "wait" and until_ is not None:
            title = self.say("try_wait_until", time=self._when(until_, here.now))
        return Card(title, lead, link, self.say(f"try_{next_.kind}_go"), due)

    @staticmethod
    def _when(at: datetime, now: datetime) -> str:
        """A moment on the clock, with its day where that is another."""
        same = at.date() == now.date()
        return f"{at:%H:%M}" if same else f"{at:%A} {at:%H:%M}"

    # ------------------------------------------------------------------------------------ a session

    def session(
        self,
        frame: Frame,
        here: Situation,
        next_: Next,
        sent: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
    ) -> str:
        """A session at its moment: pain before, the session itself, pain after, pain later."""
        design, sitting, trial = here.design, next_.sitting, here.trial
        assert trial is not None, "a comparison goes on"
        arm = sitting.slot.arm if sitting else ""
        asks = next_.kind in ("after", "later")
        return self.pages.page(
            "try_session.html",
            frame,
            kind=next_.kind,
            number=sitting.slot.number if sitting else len(trial.sittings) + 1,
            planned=len(trial.slots),
            arm=arm,
            name=self.teller.arm(arm) if arm else "",
            title=self._title(next_),
            picture=self._picture(arm) if next_.kind == "running" and arm else "",
            todo=self.teller.todo(arm, design) if arm else "",
            skin=bool(arm) and trying.on_the_skin(arm),
            timer=self._timer(here, next_),
            minutes=_minutes(design.session),
            at=f"{next_.at:%H:%M}" if next_.at else "",
            until=f"{next_.until:%H:%M}" if next_.until else "",
            troubles=self._troubles(arm) if asks else (),
            worse=unchecked(here.log),
            danger=self.plan_teller.danger(here.plan),
            sent=dict(sent or {}),
            wrong=dict(wrong or {}),
            **self._how(arm),
        )

    def _title(self, next_: Next) -> str:
        arm = self.teller.arm(next_.sitting.slot.arm) if next_.sitting else ""
        at = f"{next_.at:%H:%M}" if next_.at else ""
        return self.say(f"try_session_{next_.kind}", arm=arm, time=at)

    def _timer(self, here: Situation, next_: Next) -> object:
        """The clock of the session or of the pause, out of the entry that began the session."""
        if next_.kind not in ("running", "pause") or next_.at is None:
            return None
        span = here.design.session if next_.kind == "running" else here.design.later
        return running(Timer("", _minutes(span), next_.at), here.now)

    def _troubles(self, arm: str) -> tuple[tuple[str, str], ...]:
        """What may have gone wrong: nothing first."""
        kinds = [one for one in TROUBLES if one != "skin" or trying.on_the_skin(arm)]
        fine = "try_went_fine_skin" if trying.on_the_skin(arm) else "try_went_fine"
        own = "_rest" if arm == REST else ""
        words = [
            (one, self.say(f"try_went_{one}{own if one == 'cut_short' else ''}")) for one in kinds
        ]
        return ((FINE, self.say(fine)), *words)

    def _how(self, arm: str) -> dict[str, object]:
        """How to use the heat or cold of an arm, and when to stop."""
        measure = self.knowledge.recovery.arms[arm].measure if arm else ""
        words = self.pages.wording.words["measures"].get(measure, {})
        return {
            "how": tuple(str(line) for line in words.get("how", ())),
            "stop_if": tuple(str(line) for line in words.get("stop_if", ())),
        }

    def _picture(self, arm: str) -> str:
        return trying.picture_of(self.knowledge, arm)

    def _lines(self, id_: str, design: Design) -> tuple[str, ...]:
        minutes = _minutes(design.session)
        return tuple(str(row).format(minutes=minutes) for row in self.pages.words[id_])

    # ------------------------------------------------------------------------------------- the answer

    def result(self, frame: Frame, here: Situation, result: Result) -> str:
        """The answer in words and as a picture, beside what the sources say."""
        looked = result.looked
        svg = self.teller.picture(result, alone=False)
        return self.pages.page(
            "try_result.html",
            frame,
            headline=self.teller.headline(result),
            lines=tuple(self.teller.lines(result)),
            picture=Markup(svg),  # words are escaped there
            arms=tuple((arm, self.teller.arm(arm)) for arm in result.trial.arms),
            running=result.state == "running",
            settled=looked is not None and looked.settled,
            own=self.teller.own_line(result),
            plan=self._in_plan(result),
            sides=trying.disagreements(self.teller, None, result),
            **self._table(result, here),
        )

    def _in_plan(self, result: Result) -> str:
        """What the plan makes of the answer."""
        wanted = preferred(self.knowledge.recovery, result)
        if result.state == "running":
            return self.say("try_plan_running")
        if not wanted:
            return self.say("try_plan_none")
        option = str(self.pages.wording.words["plan"][f"option_{wanted}"])
        return self.say("try_plan_wanted", option=option)

    def report(self, frame: Frame, result: Result, log: Log, here: Situation) -> str:
        """All of it in the order of CENT 2015, to be read, printed and handed over."""
        report = self.teller.report(result, log)
        svg = self.teller.picture(result, alone=False)
        return self.pages.page(
            "try_report.html",
            frame,
            report=report,
            picture=Markup(svg),  # words are escaped there
            **self._table(result, here),
        )

    def stop(self, frame: Frame, here: Situation) -> str:
        """Whether to stop."""
        trial = here.trial
        assert trial is not None, "a comparison goes on"
        return self.pages.page("try_stop.html", frame, begun=len(trial.sittings))


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))
