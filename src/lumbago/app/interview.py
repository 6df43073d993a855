"""The way to an answer: start, the questions, the answer, the card of an emergency, the stuck mode."""

from __future__ import annotations

from dataclasses import replace

from lumbago.app.here import Core, Handler, Here, Reply, see
from lumbago.interview import Stop
from lumbago.screens import stuck as floor
from lumbago.screens.calling import UNKNOWN
from lumbago.screens.questions import filled
from lumbago.screens.visit import TEXT_LIMIT, again, answered, back, begin, changed, stuck_reports


class Interview:
    """Handlers from the first page to the answer."""

    def __init__(self, app: Core) -> None:
        self.app = app
        self.knowledge = app.knowledge

    def shown(self) -> dict[str, Handler]:
        """What can be looked at."""
        return {
            "/": self.start,
            "/next": self.next,
            "/answer": self.answer,
            "/emergency": self.emergency,
            "/stuck": self.stuck,
        }

    def taken(self) -> dict[str, Handler]:
        """What can be sent."""
        return {
            "/begin": self.begin,
            "/answers": self.answers,
            "/back": self.back,
            "/change": self.change,
            "/again": self.again,
            "/stuck": self.stuck_answers,
            "/country": self.country,
        }

    def start(self, here: Here) -> Reply:
        """The first page."""
        self.app.fresh(here)
        return Reply(self.app.pages.start(here.frame, here.visit))

    def begin(self, here: Here) -> Reply:
        """Own words and marked places begin an interview."""
        if self.app.stale(here) and here.visit.started:
            return see("/next?n=second_tab")
        text = here.sent.get("text", "").replace("\r\n", "\n").strip()
        marked = tuple(
            p for p in here.sent.get("place", "").split("\n") if p in self.app.pages.places
        )
        if len(text) > TEXT_LIMIT:
            page = self.app.pages.start(here.frame, here.visit, text, marked, "text_long")
            return Reply(page, 422)
        self.app.went_on(here, begin(here.visit, text, marked, here.now))
        return see("/next")

    def next(self, here: Here) -> Reply:
        """The screen to answer now, or the answer."""
        visit = self.app.fresh(here)
        if not visit.started and visit.empty and visit.stuck is None:
            return see("/")
        screen = self.app.current(here)
        if isinstance(screen, Stop):
            return see("/answer")
        return Reply(self.app.pages.question(here.frame, visit, screen))

    def answers(self, here: Here) -> Reply:
        """A screen that was filled in."""
        visit = self.app.fresh(here)
        screen = self.app.current(here)
        if self.app.stale(here) or isinstance(screen, Stop) or here.sent.get("screen") != screen.id:
            return see("/next?n=second_tab" if not visit.expired else "/next?n=expired")
        said = filled(self.knowledge, visit.case, screen, here.sent)
        if said.wrong:
            page = self.app.pages.question(here.frame, visit, screen, here.sent, said.wrong)
            return Reply(page, 422)
        self.app.went_on(here, answered(self.knowledge, visit, screen, said.chosen, here.now))
        return see("/next")

    def back(self, here: Here) -> Reply:
        """One step back; from the first screen to the start."""
        if self.app.stale(here):
            return see("/next?n=second_tab")
        if not here.visit.before:
            return see("/")
        self.app.keep(here, back(here.visit))
        return see("/next")

    def change(self, here: Here) -> Reply:
        """One answer is taken back and asked again."""
        if self.app.stale(here):
            return see("/next?n=second_tab")
        self.app.keep(here, changed(here.visit, here.sent.get("finding", "")))
        return see("/next")

    def again(self, here: Here) -> Reply:
        """Something changed: every danger question is asked again."""
        self.app.keep(here, again(self.knowledge, here.visit))
        return see("/next")

    def answer(self, here: Here) -> Reply:
        """The answer to what was told so far."""
        visit = self.app.fresh(here)
        if visit.empty:
            return see("/")
        return Reply(self.app.pages.answer(here.frame, visit, here.now))

    def emergency(self, here: Here) -> Reply:
        """Whom to call, whatever was or was not told."""
        return Reply(self.app.pages.emergency(here.frame))

    def stuck(self, here: Here) -> Reply:
        """Stuck on the floor."""
        visit = self.app.fresh(here)
        if "again" in here.asked.query and visit.stuck is not None:
            visit = replace(visit, stuck=None)
            self.app.keep(here, visit)
        return Reply(self.app.pages.stuck(here.frame, visit, here.now))

    def stuck_answers(self, here: Here) -> Reply:
        """The questions of the stuck mode, filled in."""
        said, missing = floor.read_stuck(self.knowledge, here.sent, here.now)
        yes = any(answer == "yes" for answer in said.answers.values())
        if missing and not yes:
            page = self.app.pages.stuck(here.frame, here.visit, here.now, here.sent, missing)
            return Reply(page, 422)
        heard = {**said.answers, **dict.fromkeys(missing, "unsure")}
        visit = replace(here.visit, stuck=replace(said, answers=heard))
        visit = replace(visit, started=True)
        self.app.keep(here, stuck_reports(self.knowledge, visit, here.now))
        return see("/stuck")

    def country(self, here: Here) -> Reply:
        """The country is changed in one tap, from wherever it is shown."""
        country = here.sent.get("country", "")
        to = here.sent.get("back", "")
        if country in self.knowledge.countries and country != UNKNOWN:
            settings = replace(here.visit.settings, country=country)
            self.app.keep(here, replace(here.visit, settings=settings))
        return see(to if to in ("/emergency", "/answer", "/stuck") else "/")
