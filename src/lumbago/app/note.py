"""The note to ask for an appointment. Nothing is sent, and every page of it says so."""

from __future__ import annotations

from dataclasses import replace

from lumbago.app.here import Core, Handler, Here, Reply, file, see
from lumbago.screens import note as notes
from lumbago.screens.pages import may_note
from lumbago.screens.visit import Note


class Notes:
    """Handlers of the note."""

    def __init__(self, app: Core) -> None:
        self.app = app
        self.knowledge = app.knowledge

    def shown(self) -> dict[str, Handler]:
        """What can be looked at."""
        return {
            "/note": self.note,
            "/note.ics": self.note_calendar,
        }

    def taken(self) -> dict[str, Handler]:
        """What can be sent."""
        return {
            "/note": self.note_saved,
        }

    def note(self, here: Here) -> Reply:
        """The note for an appointment: its form, or what it became."""
        visit = self.app.fresh(here)
        if not may_note(self.app.pages.assess(visit.case)):
            return Reply(self.app.pages.notice(here.frame, "note_now"), 409)
        if visit.note is None or "edit" in here.asked.query:
            clinic = self.app.pages.clinic
            shown = visit.note or Note(clinic=clinic.name, email=clinic.email)
            return Reply(self.app.pages.note(here.frame, shown, here.now))
        return Reply(self.app.pages.note_shown(here.frame, visit))

    def note_saved(self, here: Here) -> Reply:
        """The form of the note, filled in."""
        visit = self.app.fresh(here)
        if not may_note(self.app.pages.assess(visit.case)):
            return Reply(self.app.pages.notice(here.frame, "note_now"), 409)
        note, wrong = notes.read_note(here.sent, here.now.date())
        if wrong:
            return Reply(self.app.pages.note(here.frame, note, here.now, wrong), 422)
        self.app.keep(here, replace(visit, note=note))
        return see("/note")

    def note_calendar(self, here: Here) -> Reply:
        """The note as a reminder in a calendar."""
        if here.visit.note is None:
            return see("/note")
        uid = self.app.token()
        text = notes.calendar(self.app.pages.wording, here.visit.note, here.now, uid)
        return file(text, "text/calendar; charset=utf-8", "reminder.ics")
