"""The routes of comparing heat, cold and rest for oneself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from lumbago import comparison
from lumbago.app.here import Core, Handler, Here, Reply, file, see
from lumbago.comparison import Situation
from lumbago.events import CheckIn, Payload, Session, SessionScored, TrialBegun, TrialStopped
from lumbago.quantity import to_base
from lumbago.recovery.nof1.refusal import No
from lumbago.recovery.nof1.sessions import SKIN, WORSE
from lumbago.screens import care, trying
from lumbago.screens.try_pages import FINE, TROUBLES, TryPages

_REASON: Final = 200
_HIGHEST: Final = 10
_TWO: Final = "n=second_tab"


class Trying:
    """Handlers of a comparison, over the same visits.

    Everything that is sent is looked at by `comparison` again, on the case as of now: what a page
    offered when it was made counts for nothing.
    """

    def __init__(self, app: Core) -> None:
        self.app = app
        self.knowledge = app.knowledge
        self.pages = TryPages(app.pages)

    def shown(self) -> dict[str, Handler]:
        """What can be looked at."""
        return {
            "/try": self._told(self.where, calm=True),
            "/try/session": self._told(self.session, calm=True),
            "/try/result": self._told(self.result),
            "/try/result.svg": self._told(self.picture),
            "/try/report": self._told(self.report),
            "/try/stop": self._told(self.stop),
        }

    def taken(self) -> dict[str, Handler]:
        """What can be sent."""
        return {
            "/try/begin": self._told(self.begin),
            "/try/start": self._told(self.start, calm=True),
            "/try/score": self._told(self.score),
            "/try/stop": self._told(self.stopped),
        }

    def _note(self, here: Here, *payloads: Payload) -> None:
        moment = self.app.moment(here.now)
        self.app.keep(here, care.noted(self.knowledge, here.visit, moment, *payloads))

    def _told(self, handler: Callable[[Here, Situation], Reply], *, calm: bool = False) -> Handler:
        """A handler for where the person stands; with `calm`, the plan's card goes first if urgent."""

        def answer(here: Here) -> Reply:
            situation = self._situation(here)
            if situation is None:
                return see("/next")
            if calm and self._urgent(situation):
                return see("/plan")
            return handler(here, situation)

        return answer

    def _situation(self, here: Here) -> Situation | None:
        """Where the person stands as of now; None where nothing was told, or something changed."""
        self.app.fresh(here)
        plan = care.plan_of(self.knowledge, here.visit, here.now)
        if plan is None:
            return None
        return trying.situation_of(self.knowledge, here.visit, plan, here.now)

    @staticmethod
    def _urgent(situation: Situation) -> bool:
        refused = situation.plan.refused
        return refused is not None and "urgent" in refused.because

    # ------------------------------------------------------------------------------------- looking

    def where(self, here: Here, situation: Situation) -> Reply:
        """What it is and the way to begin; or where it stands and what comes next."""
        next_ = trying.next_of(situation)
        if next_.kind == "begin":
            offer = comparison.offer(situation)
            return Reply(self.pages.offer(here.frame, situation, offer))
        if next_.kind == "over":
            return see("/try/result")
        return Reply(self.pages.now(here.frame, situation, next_))

    def session(self, here: Here, situation: Situation) -> Reply:
        """The session at its moment."""
        next_ = trying.next_of(situation)
        if next_.kind not in trying.SESSION:
            return see("/try")
        return Reply(self.pages.session(here.frame, situation, next_))

    def result(self, here: Here, situation: Situation) -> Reply:
        """The answer as of now."""
        result = situation.result
        if result is None:
            return see("/try")
        return Reply(self.pages.result(here.frame, situation, result))

    def picture(self, _: Here, situation: Situation) -> Reply:
        """The answer as a picture of its own, to keep."""
        result = situation.result
        drawn = self.pages.teller.picture(result) if result else ""
        if not drawn:
            return see("/try")
        return file(drawn, "image/svg+xml; charset=utf-8", "comparison.svg")

    def report(self, here: Here, situation: Situation) -> Reply:
        """All of it, for somebody who knows such reports."""
        result = situation.result
        if result is None:
            return see("/try")
        return Reply(self.pages.report(here.frame, result, here.visit.log, situation))

    def stop(self, here: Here, situation: Situation) -> Reply:
        """Whether to stop."""
        if trying.next_of(situation).kind in ("begin", "over"):
            return see("/try")
        return Reply(self.pages.stop(here.frame, situation))

    # ------------------------------------------------------------------------------------- sending

    def begin(self, here: Here, situation: Situation) -> Reply:
        """A comparison begins, its order dealt once."""
        if self.app.stale(here):
            return see(f"/try?{_TWO}")
        dice = hashlib.sha256(self.app.token().encode()).digest()
        made = comparison.begin(situation, dice)
        if isinstance(made, TrialBegun):
            self._note(here, made)
        return see("/try")

    def start(self, here: Here, situation: Situation) -> Reply:
        """Pain before a session; then it says which it is."""
        next_ = trying.next_of(situation)
        if self.app.stale(here) or next_.kind != "start":
            return see(f"/try?{_TWO}" if self.app.stale(here) else "/try")
        before = _tenths(here.sent.get("pain", ""))
        if before is None:
            wrong = {"pain": "check_need_pain"}
            page = self.pages.session(here.frame, situation, next_, here.sent, wrong)
            return Reply(page, 422)
        made = comparison.start(situation, before)
        if isinstance(made, Session):
            self._note(here, made)
            return see("/try/session")
        return self._not_started(here, situation, before, made)

    def _not_started(
        self, here: Here, situation: Situation, before: int, reasons: tuple[No, ...]
    ) -> Reply:
        """Pain that is too strong, or jumped, is not forgotten: it counts as a score of now."""
        if any(no.because in ("too_strong", "worse") for no in reasons):
            self._note(here, CheckIn(pain=before))
        return Reply(self.pages.refused(here.frame, situation, reasons))

    def score(self, here: Here, situation: Situation) -> Reply:
        """Pain after a session or later, or what went wrong with it."""
        if self.app.stale(here):
            return see(f"/try?{_TWO}")
        next_ = trying.next_of(situation)
        if next_.kind not in ("running", "after", "later"):
            return see("/try?n=try_missed")
        went = here.sent.get("went", "")
        trouble = went if went in TROUBLES else ""
        if next_.kind == "running":
            return self._ended(here, situation, trouble)
        pain = _tenths(here.sent.get("pain", ""))
        wrong = {} if pain is not None else {"pain": "check_need_pain"}
        if went not in (FINE, *TROUBLES) and next_.kind == "after":
            wrong["went"] = "problem_open"
        if wrong:
            page = self.pages.session(here.frame, situation, next_, here.sent, wrong)
            return Reply(page, 422)
        made = comparison.score(situation, pain, trouble=trouble)
        if not isinstance(made, SessionScored):
            return see("/try?n=try_missed")
        self._note(here, made)
        return see(_after(trouble, "later" if made.later is not None else "after"))

    def _ended(self, here: Here, situation: Situation, trouble: str) -> Reply:
        """A session ends before its time: it made it worse, the skin reacts, or it had to."""
        if not trouble:
            return see("/try/session")
        made = comparison.score(situation, None, trouble=trouble)
        if isinstance(made, SessionScored):
            self._note(here, made)
        return see(_after(trouble, "after"))

    def stopped(self, here: Here, situation: Situation) -> Reply:
        """The comparison ends."""
        if self.app.stale(here):
            return see(f"/try?{_TWO}")
        text = " ".join(here.sent.get("because", "").split())
        because = text if len(text) <= _REASON and text.isprintable() else ""
        made = comparison.stop(situation, because)
        if isinstance(made, TrialStopped):
            self._note(here, made)
        return see("/try/result?n=try_stopped")


def _tenths(text: str) -> int | None:
    if not text.isdecimal() or int(text) > _HIGHEST:
        return None
    return to_base(text, "score")


def _after(trouble: str, moment: str) -> str:
    """Where a score leads, and what is said about it."""
    if trouble == WORSE:
        return "/try?n=try_worse"
    if trouble == SKIN:
        return "/try?n=try_skin"
    return "/try?n=try_kept" if moment == "later" else "/try/session"
