from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lumbago.events import Log
from lumbago.knowledge.model import Knowledge
from lumbago.phone import Phone
from lumbago.record_files import read_export
from lumbago.screens.clinic import Clinic
from lumbago.store import Home, Record
from lumbago.store.transfer import export_json, take_in

START = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
WORDS = "My back seized up when I bent to pick up a box this morning. It is 8/10. no numbness"


class Person:
    """Somebody with a phone: asks, and keeps what comes back as a browser does."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.kept: str | None = None
        self.now = START
        self.told: dict[str, Any] = {}

    def ask(self, path: str, sent: Mapping[str, str] | None = None, **query: str) -> dict[str, Any]:
        request = {"path": path, "query": query, "sent": sent, "languages": "en-GB"}
        request |= {"now": self.now.isoformat(), "zone": "Europe/London", "kept": self.kept}
        told: dict[str, Any] = json.loads(self.phone.reply(json.dumps(request | {"place": {}})))
        if "kept" in told:
            self.kept = told["kept"]
        self.told = told
        return told

    def interview(self, **answers: str) -> dict[str, Any]:
        """Every question answered with no, but for those given."""
        while self.told["path"] == "/next":
            body = self.told["body"]
            sent = {"none": "1", "revision": _hidden(body, "revision")}
            sent["screen"] = _hidden(body, "screen")
            for name in re.findall(r'id="row-([^"]+)"', body):
                if f'{name}.number"' in body:
                    sent[f"{name}.number"] = answers.get(name, "41" if "age" in name else "6")
                else:
                    sent[name] = answers.get(name, "no")
            before = self.told
            self.ask("/answers", sent)
            assert self.told["status"] == 200, self.told["body"]
            assert self.told["body"] != before["body"]
        return self.told


def _hidden(body: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', body)
    assert found is not None
    return found[1]


def counting() -> Callable[[], str]:
    numbers = iter(range(10**6))
    return lambda: f"id{next(numbers)}"


Make = Callable[[], Person]
MALE = {"sex_at_birth": "male", "lifted_or_bent": "yes"}


@pytest.fixture
def make(knowledge: Knowledge) -> Make:
    return lambda: Person(Phone(knowledge, counting()))


def told(person: Person) -> Log:
    return tuple(
        event for _, _, event in read_export(person.ask("/phone/export")["body"], None).events
    )


def test_from_the_start_to_a_plan_with_nothing_kept_in_between(make: Make) -> None:
    person = make()
    assert person.ask("/")["status"] == 200
    person.ask("/begin", {"text": WORDS, "revision": "0"})
    assert person.told["path"] == "/next"
    assert person.interview(**MALE)["path"] == "/answer"
    plan = person.ask("/plan")
    assert "Made it worse" in plan["body"]
    other = make()
    other.kept = person.kept
    assert other.ask("/plan")["body"] == plan["body"]
    assert [event.kind for event in told(person)] == ["told", "assessed"]


def test_a_reply_that_fails_leaves_nothing_half_done(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make()
    person.ask("/begin", {"text": WORDS, "revision": "0"})
    kept = person.kept
    with monkeypatch.context() as patch:
        # what stands between the visit that was put down and the page that shows it
        patch.setattr(person.phone.app.pages, "question", _missing)
        with pytest.raises(ModuleNotFoundError):
            person.ask("/begin", {"text": "my neck hurts", "revision": "1"})
    assert person.kept == kept
    assert person.ask("/next")["path"] == "/next"
    assert person.interview(**MALE)["path"] == "/answer"
    assert "neck hurts" not in person.ask("/phone/export")["body"]


def _missing(*_: object) -> str:
    raise ModuleNotFoundError("it has not come yet")


def test_files_come_by_name_and_no_pdf_is_offered(make: Make) -> None:
    person = make()
    person.ask("/begin", {"text": WORDS, "revision": "0"})
    person.interview(**MALE)
    assert person.ask("/plan.ics")["file"] == "times.ics"
    assert "/doctor.pdf" not in person.ask("/doctor")["body"]


def test_what_was_said_before_python_was_there_is_taken_over(
    make: Make, knowledge: Knowledge
) -> None:
    person = make()
    saddle = {"saddle": "yes"}
    first = {item.id: "no" for item in knowledge.screens[0].items}
    person.ask(
        "/handed", {"text": "my back went", "place": "", "screen": "danger-2", **first, **saddle}
    )
    assert person.told["path"] == "/next"
    given = json.loads(person.kept or "")["visit"]["case"]["answers"]
    denied = {f for item in knowledge.screens[0].items for f in item.findings}
    assert {given[f]["value"] for f in denied & given.keys()} == {"no"}
    assert given["saddle_numbness"]["value"] in ("yes", "unsure")
    done = person.interview(**MALE, saddle_numbness="yes")
    assert done["path"] == "/answer"
    assert 'class="alarm"' in done["body"]


def test_what_is_handed_over_twice_or_wrongly_does_no_harm(make: Make) -> None:
    person = make()
    person.ask("/handed", {"chest": "perhaps", "nothing": "yes"})
    answers = json.loads(person.kept or "")["visit"]["case"].get("answers", {})
    assert not answers
    person.ask("/handed", {"chest": "no"})
    person.ask("/handed", {"chest": "yes"})
    answers = json.loads(person.kept or "")["visit"]["case"]["answers"]
    assert answers["chest_pain"]["value"] == "no"  # already answered: changed in the app, in sight


def test_erasing_keeps_nothing_and_leaving_shows_nothing(make: Make) -> None:
    person = make()
    person.ask("/begin", {"text": WORDS, "revision": "0"})
    assert person.ask("/leave", {"revision": "1"})["path"] == "/away"
    assert person.ask("/mine")["path"] == "/"
    person.ask("/return", {})
    assert WORDS in person.ask("/mine")["body"]
    done = person.ask("/erase", {"revision": "1"})
    assert done["forget"]
    assert done["kept"] is None
    assert WORDS not in person.ask("/mine")["body"]


def test_what_cannot_be_read_is_said_and_left_alone(make: Make) -> None:
    for kept in ("{", '{"lumbago": 1, "phone": 99}', '{"phone": 1, "more": 1}'):
        person = make()
        person.kept = kept
        done = person.ask("/")
        assert done["status"] == 500
        assert "cannot be read" in done["body"]
        assert person.kept == kept


def test_the_settings_of_a_host_are_shown_and_its_country_counts(knowledge: Knowledge) -> None:
    clinic = Clinic("Praxis <Nord>", "030 1234567", country="DE", words="Call us.")
    person = Person(Phone(knowledge, counting(), clinic))
    body = person.ask("/")["body"]
    assert "Praxis &lt;Nord&gt;" in body
    assert 'href="tel:0301234567"' in body
    assert "In immediate danger, call 112" in body


# ------------------------------------------------------------------------------- between devices


@pytest.fixture
def record(tmp_path: Path) -> Record:
    dice = iter(range(1, 10**6))
    return Record.open(
        Home(tmp_path / "home"), now=START, dice=lambda n: next(dice).to_bytes(n, "big")
    )


def test_from_the_phone_to_a_computer_and_back(make: Make, record: Record) -> None:
    person = make()
    person.ask("/begin", {"text": WORDS, "revision": "0"})
    person.interview(**MALE)
    person.now += timedelta(minutes=5)
    sent = {"ingredient": "ibuprofen", "milligrams": "400", "ago": "0"}
    sent["revision"] = _hidden(person.ask("/plan/today")["body"], "revision")
    person.ask("/plan/dose", sent)
    exported = person.ask("/phone/export")["body"]
    with record:
        assert take_in(record, read_export(exported, None), person.now) == 3
        assert "".join(export_json(record)) == exported
        back = "".join(export_json(record))
    other = make()
    done = other.ask("/phone/import", {"file": back})
    assert done["path"] == "/phone"
    assert told(other) == told(person)
    assert other.ask("/phone/export")["body"] == exported
    other.now = person.now
    assert "Made it worse" in other.ask("/plan")["body"]
    other.ask("/phone/import", {"file": back})
    assert other.ask("/phone/export")["body"] == exported


def test_entries_one_a_line_are_taken_in_once(make: Make) -> None:
    person = make()
    person.ask("/begin", {"text": WORDS, "revision": "0"})
    person.interview(**MALE)
    lines = person.ask("/mine/log")["body"]
    other = make()
    for _ in range(2):
        other.ask("/phone/import", {"file": lines})
        assert other.told["status"] == 200
    assert told(other) == told(person)


def test_of_several_people_one_is_chosen_and_others_are_refused(make: Make) -> None:
    def of(name: str) -> dict[str, Any]:
        one = Person(
            Phone(person.phone.app.knowledge, iter([f"{name}{n}" for n in range(99)]).__next__)
        )
        one.ask("/begin", {"text": WORDS, "revision": "0"})
        one.interview(**MALE)
        found: dict[str, Any] = json.loads(one.ask("/phone/export")["body"])
        found["people"][0]["name"] = name
        return found

    person = make()
    person.ask("/")
    ann, bob = of("ann"), of("bob")
    both = json.dumps(ann | {k: ann[k] + bob[k] for k in ("people", "episodes", "events")})
    asked = person.ask("/phone/import", {"file": both})
    assert "Whose is it?" in asked["body"]
    assert (
        person.ask("/phone/import", {"file": both, "person": bob["people"][0]["id"]})["status"]
        == 200
    )
    assert {event.id[:3] for event in told(person)} == {"wbo"}
    refused = person.ask("/phone/import", {"file": json.dumps(ann)})
    assert refused["status"] == 422
    assert "somebody else" in refused["body"]


@pytest.mark.parametrize("file", ["", "{", "[]", '{"lumbago": 1, "record": 9}', "hello", "\x00"])
def test_a_file_that_is_none_of_ours_changes_nothing(file: str, make: Make) -> None:
    person = make()
    person.ask("/begin", {"text": WORDS, "revision": "0"})
    kept = person.kept
    assert person.ask("/phone/import", {"file": file})["status"] in (200, 422)
    assert told(person) == ()
    assert json.loads(person.kept or "")["visit"] == json.loads(kept or "")["visit"]


# -------------------------------------------------------------------------------------- alone


ALONE = """
import sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("_sysconfigdata"):
            return None
        if name.partition(".")[0] not in sys.stdlib_module_names | {"lumbago", "jinja2", "markupsafe"}:
            raise ImportError(name)
        if name.partition(".")[0] in ("sqlite3", "_sqlite3", "multiprocessing", "tkinter", "unittest"):
            raise ImportError(name)
        return None
sys.meta_path.insert(0, Nothing())
import json, lumbago
from lumbago.phone import Phone
numbers = iter(range(999))
phone = Phone(lumbago.load(), lambda: f"n{next(numbers)}")
def ask(path, sent=None, kept=None):
    told = json.loads(phone.reply(json.dumps({"path": path, "query": {}, "sent": sent, "zone": "UTC",
        "languages": "", "now": "2026-11-22T09:00:00+00:00", "kept": kept, "place": {}})))
    assert told["status"] == 200, told
    return told
told = ask("/begin", {"text": "my lower back locked up", "revision": "0"})
heavy = ("numpy", "yaml", "starlette")
print(told["path"], sorted(m for m in sys.modules if m.partition(".")[0] in heavy))
"""


def test_it_runs_with_the_standard_library_and_templates_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == ["/next", "[]"]
