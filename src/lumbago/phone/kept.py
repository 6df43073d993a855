"""What a phone keeps of its one person, as text: the visit, and the record in the shape of an export.

As JSON: `{"lumbago": 1, "phone": 1, "visit": {…}, "record": {"people": […], …}}`; `record` is what
`lumbago log export` writes, so that a person can move between both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from lumbago.app.visit_files import visit_json, visit_of
from lumbago.app.visits import Safe
from lumbago.episode import is_over
from lumbago.errors import InputError, Problem, UsageError
from lumbago.event_files import read_log
from lumbago.events import Log
from lumbago.fields import VERSION, dumps, loads, unknown_keys
from lumbago.knowledge.model import Knowledge
from lumbago.record_files import Content, Episode, Person, export_json, read_export
from lumbago.screens.care import current_of, told_case
from lumbago.screens.visit import Visit

FORMAT: Final = 1
_KEYS: Final = ("lumbago", "phone", "visit", "record")
_DOSES: Final = timedelta(days=2)
_ANOTHER: Final = "Keep it apart: export what is here, erase it, then import again."


class SeveralPeopleError(Exception):
    """A file has several people, and a phone keeps one; `people` are their ids and names."""

    def __init__(self, people: tuple[Person, ...]) -> None:
        super().__init__("several people")
        self.people = people


class Kept:
    """Visits of one person, out of text and back into text. `token` gives new ids."""

    def __init__(self, knowledge: Knowledge, token: Callable[[], str], name: str) -> None:
        self.knowledge = knowledge
        self.token = token
        self.name = name
        self._text: str | None = None
        self._visit = Visit()
        self._content = Content()
        self.changed = False

    def open(self, text: str | None) -> None:
        """Take in what was kept; None is nothing. Raises `InputError` if it cannot be read."""
        if text != self._text:
            self._visit, self._content = _read(text) if text else (Visit(), Content())
            self._text = text
        self.changed = False

    def let_go(self) -> None:
        """Forget what is in memory, so that it is read again."""
        self._text, self._visit, self._content, self.changed = None, Visit(), Content(), False

    @property
    def text(self) -> str | None:
        """What is to be kept; None is nothing."""
        if self.changed:
            record = json.loads("".join(export_json(self._content)))
            visit = visit_json(replace(self._visit, log=()))
            data = {"lumbago": VERSION, "phone": FORMAT, "visit": visit, "record": record}
            self._text = dumps(data) if self._visit != Visit() or self._content.events else None
            self.changed = False
        return self._text

    # ------------------------------------------------------------------------------------- visits

    @property
    def place(self) -> str:
        """Nowhere that has a name."""
        return ""

    def get(self, _: str, now: datetime) -> Visit:
        """The visit with the log of the episode that goes on, also one begun elsewhere."""
        episode = self._going_on()
        if episode is None:
            return replace(self._visit, log=())
        visit = replace(self._visit, log=self._log(episode, now))
        if visit.started or (told := told_case(visit)) is None:
            return visit
        current = current_of(self.knowledge, visit, now).case
        country = visit.settings.country or told.profile.country
        settings = replace(visit.settings, country=country)
        return replace(visit, case=current, settings=settings, started=True, untold=False)

    def put(self, person: str, visit: Visit, now: datetime) -> str:
        """Keep a visit; its new entries go into the episode that goes on, or begin one."""
        content = self._content
        known = {event.id for _, _, event in content.events}
        new = [event for event in visit.log if event.id not in known]
        if new:
            content = self._with_episode(now)
            episode = content.episodes[-1]
            owned = tuple((episode.person, episode.id, event) for event in new)
            content = replace(content, events=(*content.events, *owned))
        self._visit, self._content, self.changed = replace(visit, log=()), content, True
        return person

    def erase(self, _: str, __: datetime) -> None:
        """Forget everything."""
        self._visit, self._content, self.changed = Visit(), Content(), True

    def add(self, _: str, __: datetime) -> str:
        """A phone has one person. Raises `InputError`."""
        raise InputError(Problem("This phone keeps one person."))

    def names(self, _: Sequence[str]) -> Mapping[str, str]:
        """There is nobody to be told apart from."""
        return {}

    def rename(self, person: str, _: str, __: datetime) -> str:
        """The one person needs no name here."""
        return person

    def named(self, person: str, _: datetime) -> str:
        """The one person needs no name here."""
        return person

    @property
    def safe(self) -> Safe:
        """The browser seals what it keeps, out of sight of this."""
        return "none"

    def seal(self, _: str) -> str:
        """The browser does it. Raises `UsageError`."""
        raise UsageError(Problem("The browser seals what it keeps."))

    def lock(self) -> None:
        """The browser does it."""

    def unlock(self, _: str, __: datetime) -> bool:
        """What comes here is open."""
        return True

    def _with_episode(self, now: datetime) -> Content:
        """The content with an episode that goes on at its end."""
        content = self._content
        people = content.people or (Person(self.token(), self.name, now),)
        if self._going_on() is not None:
            return content
        episode = Episode(self.token(), people[0].id, now)
        return replace(content, people=people, episodes=(*content.episodes, episode))

    def _going_on(self) -> Episode | None:
        episodes = self._content.episodes
        if not episodes or is_over(self._of(episodes[-1])):
            return None
        return episodes[-1]

    def _of(self, episode: Episode) -> Log:
        return tuple(event for _, id_, event in self._content.events if id_ == episode.id)

    def _log(self, episode: Episode, now: datetime) -> Log:
        earlier = (
            event
            for _, id_, event in self._content.events
            if id_ != episode.id and event.kind == "taken" and now - event.happened_at <= _DOSES
        )
        return (*earlier, *self._of(episode))

    # --------------------------------------------------------------------------------- both ways

    @property
    def entries(self) -> int:
        """How many entries are kept."""
        return len(self._content.events)

    def export(self) -> str:
        """The record as `lumbago log import` reads it."""
        return "".join(export_json(self._content))

    def take_in(self, text: str, now: datetime, person: str = "") -> int:
        """Add an export of a record, or entries one a line. Returns how many entries are new.

        `person` names whom to take of several. Raises `InputError`, or `SeveralPeopleError`, and
        adds nothing.
        """
        found = self._taken_in(text, now)
        if len(found.people) > 1:
            if person not in {one.id for one in found.people}:
                raise SeveralPeopleError(found.people)
            found = _only(found, person)
        content = self._content
        if content.people and found.people and content.people[0].id != found.people[0].id:
            raise InputError(Problem("The file is the record of somebody else.", hint=_ANOTHER))
        have = {event.id: (who, where, event) for who, where, event in content.events}
        if any(owned[2].id in have and have[owned[2].id] != owned for owned in found.events):
            raise InputError(
                Problem("An entry in the file says something else here.", hint=_ANOTHER)
            )
        new = tuple(owned for owned in found.events if owned[2].id not in have)
        known = {episode.id for episode in content.episodes}
        episodes = (*content.episodes, *(one for one in found.episodes if one.id not in known))
        self._content = Content(
            content.people or found.people,
            tuple(sorted(episodes, key=lambda one: one.began_at)),
            (*content.events, *new),
        )
        if new:
            settings, revision = self._visit.settings, self._visit.revision + 1
            self._visit = Visit(settings=settings, revision=revision)
        self.changed = True
        return len(new)

    def _taken_in(self, text: str, now: datetime) -> Content:
        """A file as content: an export whole, or entries that go into the episode that goes on."""
        first = text.lstrip()[:400]
        if '"record"' in first or not first.startswith("{"):
            return read_export(text, None)
        log = read_log(text.splitlines(), None)
        had = {event.id for _, _, event in self._content.events}
        if all(event.id in had for event in log):
            return Content()
        content = self._with_episode(now)
        episode = content.episodes[-1]
        owned = tuple((episode.person, episode.id, one) for one in log if one.id not in had)
        return Content(content.people, content.episodes, owned)


def _only(content: Content, person: str) -> Content:
    return Content(
        tuple(one for one in content.people if one.id == person),
        tuple(one for one in content.episodes if one.person == person),
        tuple(owned for owned in content.events if owned[0] == person),
    )


def _read(text: str) -> tuple[Visit, Content]:
    data = loads(text)
    if not isinstance(data, dict) or data.get("phone") != FORMAT:
        raise InputError(Problem("What this phone keeps is of another version."))
    if problems := unknown_keys(data, _KEYS, ""):
        raise InputError(problems)
    record: Any = data.get("record")
    return visit_of(data.get("visit")), read_export(dumps(record), None)
