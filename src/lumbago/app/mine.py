"""What is kept of a person, in their own hands: settings, files, erasing, leaving."""

from __future__ import annotations

import json
from dataclasses import replace

from lumbago.app.here import Core, Handler, Here, Reply, file, see
from lumbago.event_files import event_json
from lumbago.screens import Settings
from lumbago.screens.calling import UNKNOWN
from lumbago.screens.mine_pages import MinePages
from lumbago.screens.visit import TEXT_SIZES


class Mine:
    """Handlers of the page of what is kept."""

    def __init__(self, app: Core) -> None:
        self.app = app
        self.pages = MinePages(app.pages)
        self.knowledge = app.knowledge

    def shown(self) -> dict[str, Handler]:
        """What can be looked at."""
        return {
            "/mine": self.mine,
            "/mine/export": self.export,
            "/mine/log": self.log,
            "/away": self.away,
        }

    def taken(self) -> dict[str, Handler]:
        """What can be sent."""
        return {
            "/settings": self.settings,
            "/erase": self.erase,
            "/leave": self.leave,
            "/return": self.back,
        }

    def mine(self, here: Here) -> Reply:
        """What is kept."""
        self.app.fresh(here)
        return Reply(self.pages.mine(here.frame, here.visit, self.app.visits.place))

    def settings(self, here: Here) -> Reply:
        """Country and text size."""
        settings, sent = here.visit.settings, here.sent
        country = sent.get("country", "")
        if country == "" or (country in self.knowledge.countries and country != UNKNOWN):
            settings = replace(settings, country=country)
        size = next((s for s in TEXT_SIZES if s == sent.get("text_size")), settings.text_size)
        self.app.keep(here, replace(here.visit, settings=replace(settings, text_size=size)))
        return see("/mine?n=mine_saved")

    def export(self, here: Here) -> Reply:
        """Everything that is kept, as a file."""
        self.app.fresh(here)
        data = json.dumps(self.pages.export(here.visit), indent=2, ensure_ascii=False)
        return file(data + "\n", "application/json", "notes.json")

    def log(self, here: Here) -> Reply:
        """What was told, done, taken and felt, one entry a line."""
        lines = [json.dumps(event_json(e), ensure_ascii=False) + "\n" for e in here.visit.log]
        return file("".join(lines), "application/x-ndjson", "log.ndjson")

    def erase(self, here: Here) -> Reply:
        """Everything is forgotten, and who asked with it."""
        if self.app.visits.safe == "locked":
            return see("/lock")
        number = len(here.visit.case.given)
        gone = self.app.forget(here)
        frame = replace(here.frame, settings=Settings())
        return Reply(self.pages.erased(frame, number, gone), forget=True)

    def leave(self, here: Here) -> Reply:
        """Quick exit: the page says nothing, and no page of theirs opens until they are back."""
        self.app.keep(here, replace(here.visit, left=True))
        self.app.visits.lock()
        return replace(see("/away"), left=True)

    def back(self, here: Here) -> Reply:
        """They are back after a quick exit."""
        self.app.keep(here, replace(here.visit, left=False))
        return see("/")

    def away(self, here: Here) -> Reply:
        """The page after a quick exit."""
        return Reply(self.app.pages.left(here.frame))
