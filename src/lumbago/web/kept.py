"""Visits over the record: all of it is on the disk and survives a restart.

What was told, done, taken and felt are entries; an interview that goes on, settings, a note and a
timer are a draft beside them. The cookie names the person of the record, so that only the browser in
which they were begun reads on. While the record is locked there is only memory, and what was put
there is taken into the record once it is open.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from lumbago.app import InMemory
from lumbago.app.visit_files import visit_json, visit_of
from lumbago.app.visits import KEPT_FOR, Safe
from lumbago.episode import is_over
from lumbago.errors import InputError, Problem, StoreError
from lumbago.events import Log
from lumbago.knowledge.model import Knowledge
from lumbago.planning.present import Memory
from lumbago.screens.care import current_of, told_case
from lumbago.screens.visit import Gone, Visit
from lumbago.store import Episode, Home, Person, Record, drafts, keys, seal
from lumbago.store.erase import Proof, erase, erase_draft
from lumbago.store.keys import Dice
from lumbago.store.logs import Logs

_DOSES: Final = timedelta(days=2)
_NAMES: Final = 1000
_PACKAGES: Final = ("argon2", "cryptography", "sqlcipher3")


class InRecord:
    """Visits in a record. `open_record` opens it anew with a key, as after erasing or unlocking.

    Somebody without a name is called `name`; `key` opens a sealed record from the start.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        home: Home,
        open_record: Callable[[bytes | None], Record],
        name: str,
        zone: str,
        dice: Dice,
        key: bytes | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.home = home
        self.open_record = open_record
        self.name = name
        self.zone = zone
        self.dice = dice
        self._key = key
        self._able = all(importlib.util.find_spec(name) is not None for name in _PACKAGES)
        self._record: Record | None = None
        self._memory = InMemory()
        self._logs = Logs()
        self._read: dict[str, Memory] = {}

    @property
    def place(self) -> str:
        """The folder of the record."""
        return str(self.home.folder)

    @property
    def record(self) -> Record:
        """The open record. Raises `StoreError` if it cannot be opened."""
        if self._record is None:
            self._record = self.open_record(self._key)
        return self._record

    # ----------------------------------------------------------------------------------- visits

    def get(self, person: str, now: datetime) -> Visit:
        """The visit of a person, with what the record has of them, also from elsewhere."""
        if self.safe == "locked":
            return self._memory.get(person, now)
        visit = self._memory.get(person, now)
        if person not in self._memory:
            visit = self._draft(person, now)
        known = self._known(person)
        episode = self._going_on(known) if known is not None else None
        if known is None or episode is None:
            return visit
        log = self._log(known, episode, now)
        same = log == visit.log
        visit = replace(visit, log=log, memory=self._read.setdefault(episode.id, Memory()))
        case = told_case(visit)
        if case is None or (visit.started and (same or visit.untold)):
            return visit
        settings = replace(visit.settings, country=visit.settings.country or self._country(visit))
        visit = replace(visit, settings=settings, started=True, untold=False)
        return replace(visit, case=current_of(self.knowledge, visit, now).case)

    @staticmethod
    def _country(visit: Visit) -> str:
        """The country that the last told case was for."""
        told = told_case(replace(visit, settings=replace(visit.settings, country="")))
        return told.profile.country if told is not None else ""

    def _draft(self, person: str, now: datetime) -> Visit:
        """What was begun before the program started; nothing if it is too old or not ours."""
        found = drafts.find(self.record, person)
        if found is None:
            return Visit()
        at, data = found
        if now - at > KEPT_FOR and self._known(person) is None:
            return Visit()
        try:
            return visit_of(data)
        except InputError:
            return Visit()

    def put(self, person: str, visit: Visit, now: datetime) -> str:
        """Keep a visit, its new entries on the disk. Gives the id by which the person comes back."""
        if self.safe == "locked":
            return self._memory.put(person, visit, now)
        if visit.log:
            known = self._known(person) or self.record.add_person(self._free_name(), now)
            episode = self._going_on(known) or self.record.begin(known, now)
            have = {event.id for event in self._log(known, episode, now)}
            new = [event for event in visit.log if event.id not in have]
            if new:
                self.record.append(episode, new)
            if known.id != person:
                self._memory.erase(person, now)
                drafts.drop(self.record, person)
                person = known.id
        drafts.keep(self.record, person, visit_json(visit), now)
        return self._memory.put(person, visit, now)

    def erase(self, person: str, now: datetime) -> Gone | None:
        """Forget a person, and search the files for what they said.

        Raises `StoreError` while the record is locked.
        """
        if self.safe == "locked":
            raise StoreError(Problem("The record is locked.", self.place, "Unlock it first."))
        self._memory.erase(person, now)
        known = self._known(person)
        if known is None and drafts.find(self.record, person) is None:
            return None
        record, self._record = self.record, None
        self._forget_logs()
        proof: Proof
        if known is None:
            proof = erase_draft(record, person)
        else:
            proof = erase(record, known, None, now, self.zone)
        return Gone(proof.events, proof.words, proof.files, len(proof.found))

    # ----------------------------------------------------------------------------------- people

    def add(self, name: str, now: datetime) -> str:
        """Add somebody to the record."""
        return self.record.add_person(name, now).id

    def names(self, people: Sequence[str]) -> Mapping[str, str]:
        """The names of those who are in the record; none while it is locked."""
        if self.safe == "locked":
            return {}
        return {one.id: one.name for one in self.record.people() if one.id in people}

    def rename(self, person: str, name: str, now: datetime) -> str:
        """Give somebody another name; who is none yet becomes a person of the record."""
        known = self._known(person)
        if known is not None:
            return self.record.rename(known, name).id
        visit = self.get(person, now)
        added = self.record.add_person(name, now)
        self._memory.erase(person, now)
        drafts.drop(self.record, person)
        return self.put(added.id, visit, now)

    def named(self, person: str, now: datetime) -> str:
        """Make sure that somebody is a person of the record."""
        return person if self._known(person) else self.rename(person, self._free_name(), now)

    # ------------------------------------------------------------------------------- passphrase

    @property
    def safe(self) -> Safe:
        """Whether a passphrase guards the record."""
        if self.home.is_sealed:
            return "sealed" if self._key is not None else "locked"
        return "open" if self._able else "none"

    def seal(self, passphrase: str) -> str:
        """Encrypt the record. Gives the recovery key to write down."""
        record = self.record
        record.close()
        self._record = None
        shown = seal.seal(self.home, passphrase, self.dice)
        self._key = keys.opened(keys.read(self.home), passphrase)
        return shown

    def lock(self) -> None:
        """Close a record that has a passphrase, and let go of its key and of what is in memory."""
        if self.safe != "sealed":
            return
        if self._record is not None:
            self._record.close()
        self._record = self._key = None
        self._forget_logs()
        self._memory.clear()

    def unlock(self, passphrase: str, now: datetime) -> bool:
        """Open it; the recovery key opens it too. What was put down meanwhile is taken in."""
        file = keys.read(self.home)
        try:
            self._key = keys.opened(file, passphrase)
        except (InputError, StoreError):
            try:
                self._key = keys.recovered(file, passphrase)
            except (InputError, StoreError):
                return False
        drafts.drop_strangers(self.record, now - KEPT_FOR)
        for person in self._memory.people():
            visit = self._memory.get(person, now)
            if visit.log:
                self.put(person, visit, now)
        self._memory.clear()
        return True

    # ------------------------------------------------------------------------------- the record

    def _known(self, person: str) -> Person | None:
        """By id alone: a name in a cookie would not be theirs to use."""
        return next((one for one in self.record.people() if one.id == person), None)

    def _going_on(self, person: Person) -> Episode | None:
        episodes = self.record.episodes(person)
        if not episodes or is_over(self._logs.log(self.record, episodes[-1])):
            return None
        return episodes[-1]

    def _log(self, person: Person, episode: Episode, now: datetime) -> Log:
        log = self._logs.log(self.record, episode)
        have = {event.id for event in log}
        doses = self.record.since(person, now - _DOSES, "taken")
        return (*(event for event in doses if event.id not in have), *log)

    def _forget_logs(self) -> None:
        self._logs.clear()
        self._read.clear()

    def _free_name(self) -> str:
        taken = {person.name.casefold() for person in self.record.people()}
        names = (self.name, *(f"{self.name} {number}" for number in range(2, _NAMES)))
        free = next((name for name in names if name.casefold() not in taken), None)
        if free is None:
            raise InputError(Problem("There are too many people in this record."))
        return free
