"""A passphrase for what is kept: set it, lock, open again. Numbers to call never need it."""

from __future__ import annotations

from typing import Final

from lumbago.app.here import Core, Handler, Here, Reply, see
from lumbago.errors import LumbagoError
from lumbago.screens.mine_pages import MinePages

SHORTEST: Final = 8
"""A passphrase has at least so many letters."""


class Lock:
    """Handlers of the passphrase."""

    def __init__(self, app: Core) -> None:
        self.app = app
        self.pages = MinePages(app.pages)

    def shown(self) -> dict[str, Handler]:
        """What can be looked at."""
        return {"/lock": self.page}

    def taken(self) -> dict[str, Handler]:
        """What can be sent."""
        return {"/lock/set": self.seal, "/lock": self.lock, "/unlock": self.unlock}

    def page(self, here: Here) -> Reply:
        """The form that opens, or the one that sets a passphrase."""
        return self._page(here)

    def _page(self, here: Here, wrong: str = "") -> Reply:
        if self.app.visits.safe == "none":
            return see("/mine")
        page = self.pages.lock(here.frame, self.app.visits.safe, wrong, SHORTEST)
        return Reply(page, 422 if wrong else 200)

    def seal(self, here: Here) -> Reply:
        """A passphrase is set, typed twice; the recovery key is shown once."""
        if self.app.visits.safe != "open":
            return see("/lock")
        passphrase = here.sent.get("passphrase", "")
        if len(passphrase) < SHORTEST:
            return self._page(here, "lock_short")
        if passphrase != here.sent.get("again", ""):
            return self._page(here, "lock_differs")
        try:
            recovery = self.app.visits.seal(passphrase)
        except LumbagoError as error:
            return Reply(self.app.pages.cannot(here.frame, "lock_failed_title", str(error)), 500)
        return Reply(self.pages.locked_with(here.frame, recovery))

    def lock(self, _: Here) -> Reply:
        """Close it."""
        self.app.visits.lock()
        return see("/lock")

    def unlock(self, here: Here) -> Reply:
        """Open it."""
        typed = here.sent.get("passphrase", "")
        if self.app.visits.safe == "locked" and not self.app.visits.unlock(typed, here.now):
            return self._page(here, "lock_wrong")
        return see("/")
