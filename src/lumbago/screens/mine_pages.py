"""The pages of what is kept: in whose name, behind which passphrase, as files, and how it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lumbago.screens.pages import Frame, Pages
from lumbago.screens.visit import TEXT_SIZES, Gone, Visit
from lumbago.wire import case_json


class MinePages:
    """The pages of what is kept, in the frame of the others."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def mine(self, frame: Frame, visit: Visit, place: str = "") -> str:
        """What is kept, where (`place` is a folder, or empty for memory), and the settings."""
        return self.pages.page(
            "mine.html",
            frame,
            empty=visit.empty and not visit.log,
            n_log=len(visit.log),
            place=place,
            words=visit.words,
            n_answers=len(visit.case.given),
            note=visit.note,
            sizes=TEXT_SIZES,
        )

    def people(
        self,
        frame: Frame,
        person: str,
        names: Mapping[str, str],
        wrong: str = "",
        field: str = "",
        typed: str = "",
    ) -> str:
        """For whom it is. `wrong` is what is wrong with the name in one of the fields."""
        others = tuple((id_, name) for id_, name in names.items() if id_ != person)
        here = names.get(person, "")
        return self.pages.page(
            "people.html", frame, here=here, others=others, wrong=wrong, field=field, typed=typed
        )

    def lock(self, frame: Frame, safe: str, wrong: str = "", shortest: int = 0) -> str:
        """The form that opens what is locked, or that sets a passphrase."""
        return self.pages.page(
            "lock.html",
            frame,
            locked=safe == "locked",
            sealed=safe == "sealed",
            wrong=self.pages.say(wrong, n=shortest) if wrong else "",
            shortest=shortest,
        )

    def locked_with(self, frame: Frame, recovery: str) -> str:
        """That a passphrase is set, with the recovery key, shown this once."""
        return self.pages.page("lock_set.html", frame, recovery=recovery)

    def export(self, visit: Visit) -> dict[str, Any]:
        """Everything that is kept, as JSON data: the case can be read again by `lumbago assess`."""
        data = case_json(visit.case)
        if visit.words and "text" not in data:
            data["text"] = visit.words
        return data

    def erased(self, frame: Frame, count: int, gone: Gone | None = None) -> str:
        """That everything is gone, and what a search found of it."""
        title, text = self.pages.say("mine_erased"), self.pages.say("mine_erased_lead", n=count)
        if gone is not None:
            id_ = "mine_erased_proof" if not gone.found else "mine_erased_left"
            text = self.pages.say(id_, **asdict(gone))
        return self.pages.page("notice.html", frame, title=title, text=text)
