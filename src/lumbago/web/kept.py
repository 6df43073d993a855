"""Visits over the record: what was told, done, taken and felt is on the disk and survives a restart.

An interview that is not finished is in memory alone. The cookie names the person of the record, so
that only the browser in which they were begun reads on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from lumbago.app.visits import InMemory
from lumbago.episode import is_over
from lumbago.errors import InputError, Problem
from lumbago.events import Log
from lumbago.knowledge.model import Knowledge
from lumbago.screens.care import current_of, told_case
from lumbago.screens.visit import Gone, Visit
from lumbago.store import Episode, Person, Record
from lumbago.store.erase import erase

_DOSES: Final = timedelta(days=2)
_NAMES: Final = 1000


class InRecord:
    """Visits whose log is in a record. `open_record` opens it anew, as after erasing."""

    def __init__(
        self, knowledge: Knowledge, open_record: Callable[[], Record], name: str, zone: str
    ) -> None:
        self.knowledge = knowledge
        self.open_record = open_record
        self.name = name
        self.zone = zone
        self._record: Record | None = None
        self._memory = InMemory()

    @property
    def place(self) -> str:
        """The folder of the record."""
        return str(self.record.home.folder)

    @property
    def record(self) -> Record:
        """The open record. Raises `StoreError` if it cannot be opened."""
        if self._record is None:
            self._record = self.open_record()
        return self._record

    def get(self, person: str, now: datetime) -> Visit:
        """The visit of a person, with what the record has of them, also from elsewhere."""
        visit = self._memory.get(person, now)
        known = self._known(person)
        episode = self._going_on(known) if known is not None else None
        if known is None or episode is None:
            return visit
        visit = replace(visit, log=self._log(known, episode, now))
        if visit.started or told_case(visit) is None:
            return visit
        current = current_of(self.knowledge, visit, now).case
        told = told_case(visit)
        country = told.profile.country if told is not None else ""
        settings = replace(visit.settings, country=visit.settings.country or country)
        return replace(visit, case=current, settings=settings, started=True, untold=False)

    def put(self, person: str, visit: Visit, now: datetime) -> str:
        """Keep a visit, its new entries on the disk. Gives the id by which the person comes back."""
        if visit.log:
            known = self._known(person) or self.record.add_person(self._free_name(), now)
            episode = self._going_on(known) or self.record.begin(known, now)
            have = {event.id for event in self._log(known, episode, now)}
            new = [event for event in visit.log if event.id not in have]
            if new:
                self.record.append(episode, new)
            if known.id != person:
                self._memory.erase(person, now)
                person = known.id
        return self._memory.put(person, visit, now)

    def erase(self, person: str, now: datetime) -> Gone | None:
        """Forget a person, and search the files for what they said."""
        self._memory.erase(person, now)
        known = self._known(person)
        if known is None:
            return None
        record, self._record = self.record, None
        proof = erase(record, known, None, now, self.zone)
        return Gone(proof.events, proof.words, proof.files, len(proof.found))

    def _known(self, person: str) -> Person | None:
        """By id alone: a name in a cookie would not be theirs to use."""
        return next((one for one in self.record.people() if one.id == person), None)

    def _going_on(self, person: Person) -> Episode | None:
        episodes = self.record.episodes(person)
        if not episodes or is_over(self.record.log(episodes[-1])):
            return None
        return episodes[-1]

    def _log(self, person: Person, episode: Episode, now: datetime) -> Log:
        log = self.record.log(episode)
        have = {event.id for event in log}
        doses = self.record.since(person, now - _DOSES, "taken")
        return (*(event for event in doses if event.id not in have), *log)

    def _free_name(self) -> str:
        taken = {person.name.casefold() for person in self.record.people()}
        names = (self.name, *(f"{self.name} {number}" for number in range(2, _NAMES)))
        free = next((name for name in names if name.casefold() not in taken), None)
        if free is None:
            raise InputError(Problem("There are too many people in this record."))
        return free
