"""What the answers rest on, and the page that a browser keeps for when nothing else is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lumbago.app.here import Core, Handler, Here, MissingError, Reply


class Believe:
    """Handlers of "why should I believe this"."""

    def __init__(self, app: Core) -> None:
        self.app = app
        self.knowledge = app.knowledge

    def shown(self) -> dict[str, Handler]:
        """What can be looked at."""
        return {
            "/believe": self.believe,
            "/believe/{part}": self.believe_part,
            "/believe/{part}/{id}": self.believe_part,
            "/offline": self.offline,
        }

    def taken(self) -> dict[str, Handler]:
        """Nothing is sent here."""
        return {}

    def believe(self, here: Here) -> Reply:
        """Everything the answers rest on."""
        return Reply(self.app.pages.believe(here.frame))

    def believe_part(self, here: Here) -> Reply:
        """The rules of a level, one rule, the sources, the hazards."""
        part, id_ = here.params["part"], here.params.get("id", "")
        makers: Mapping[str, Callable[[], str | None]] = {
            "rules": lambda: self.app.pages.rules(here.frame, id_),
            "rule": lambda: self.app.pages.rule(here.frame, id_),
            "sources": lambda: None if id_ else self.app.pages.sources(here.frame),
            "hazards": lambda: None if id_ else self.app.pages.hazards(here.frame),
        }
        page = makers[part]() if part in makers else None
        if page is None:
            raise MissingError
        return Reply(page)

    def offline(self, here: Here) -> Reply:
        """The danger check and the numbers, kept by the browser for when nothing else is there."""
        return Reply(self.app.pages.offline(here.frame))
