"""For whom it is: several people can use one browser, each with a record of their own."""

from __future__ import annotations

from dataclasses import replace

from lumbago.app.here import Core, Handler, Here, Reply, see
from lumbago.errors import InputError
from lumbago.screens.mine_pages import MinePages


class People:
    """Handlers of the page of who it is for."""

    def __init__(self, app: Core) -> None:
        self.app = app
        self.pages = MinePages(app.pages)

    def shown(self) -> dict[str, Handler]:
        """What can be looked at."""
        return {"/people": self.people}

    def taken(self) -> dict[str, Handler]:
        """What can be sent."""
        return {"/people": self.go, "/people/add": self.add, "/people/name": self.name}

    def people(self, here: Here) -> Reply:
        """Everybody who is known to this browser."""
        return self._page(here)

    def _page(self, here: Here, wrong: str = "", field: str = "", typed: str = "") -> Reply:
        names = self.app.visits.names((here.person, *here.asked.people))
        page = self.pages.people(here.frame, here.person, names, wrong, field, typed)
        return Reply(page, 422 if wrong else 200)

    def go(self, here: Here) -> Reply:
        """On as somebody else."""
        wanted = here.sent.get("person", "")
        if wanted not in here.asked.people or wanted not in self.app.visits.names((wanted,)):
            return see("/people")
        others = self._stay_known(here)
        here.person = wanted
        return replace(see("/"), others=others)

    def _stay_known(self, here: Here) -> tuple[str, ...]:
        """Who was here can be come back to, if they said anything."""
        if here.visit.empty and here.person not in self.app.visits.names((here.person,)):
            return ()
        return (self.app.visits.named(here.person, here.now),)

    def add(self, here: Here) -> Reply:
        """Somebody who was not here before."""
        name = here.sent.get("name", "")
        try:
            added = self.app.visits.add(name, here.now)
        except InputError as error:
            return self._page(here, str(error), "add", name)
        others = self._stay_known(here)
        here.person = added
        return replace(see("/"), others=others)

    def name(self, here: Here) -> Reply:
        """Another name for who is here."""
        name = here.sent.get("name", "")
        try:
            here.person = self.app.visits.rename(here.person, name, here.now)
        except InputError as error:
            return self._page(here, str(error), "name", name)
        return see("/people?n=mine_saved")
