from __future__ import annotations

from datetime import datetime

import pytest

import lumbago
from lumbago.app import App, Asked, TooMuchError, fields
from lumbago.app.here import FIELDS

NOW = datetime.fromisoformat("2026-11-22T09:00:00+00:00")


@pytest.fixture(scope="module")
def app() -> App:
    numbers = iter(range(10**6))
    return App(lumbago.load(), lambda: NOW, lambda: f"id{next(numbers)}")


def test_a_path_leads_to_its_page(app: App) -> None:
    for path, status in {
        "/": 200,
        "/emergency": 200,
        "/believe/rule/E01": 200,
        "/believe/rule/": 404,
        "/believe/rule/E01/": 404,
        "/nothing": 404,
        "/begin": 405,
        "/answer": 303,
    }.items():
        reply, person = app.reply(Asked(path), "ann")
        assert (path, reply.status) == (path, status)
        assert person == "ann"


def test_a_form_leads_on(app: App) -> None:
    reply, _ = app.reply(Asked("/begin", sent={"text": "it hurts", "revision": "0"}), "bob")
    assert (reply.status, reply.headers["Location"]) == (303, "/next")
    reply, _ = app.reply(Asked("/"), "bob")
    assert "it hurts" not in reply.body  # the page to begin with is not the page to go on with
    assert app.reply(Asked("/emergency", sent={}), "bob")[0].status == 405


def test_leaving_hides_the_person_until_they_are_back(app: App) -> None:
    app.reply(Asked("/begin", sent={"text": "it hurts", "revision": "0"}), "cy")
    assert app.reply(Asked("/next"), "cy")[0].status == 200
    reply, person = app.reply(Asked("/leave", sent={}), "cy")
    assert (reply.left, reply.forget, person) == (True, False, "cy")
    assert app.reply(Asked("/next"), "cy")[0].headers["Location"] == "/"
    assert app.reply(Asked("/stuck"), "cy")[0].status == 200
    app.reply(Asked("/return", sent={}), "cy")
    assert app.reply(Asked("/next"), "cy")[0].status == 200


def test_erasing_forgets_the_person(app: App) -> None:
    app.reply(Asked("/begin", sent={"text": "it hurts", "revision": "0"}), "di")
    reply, person = app.reply(Asked("/erase", sent={}), "di")
    assert (reply.forget, person) == (True, "")
    assert app.reply(Asked("/next"), "di")[0].headers["Location"] == "/"


def test_fields_of_one_name_are_joined() -> None:
    assert fields("a=1&b=&a=x%20y") == {"a": "1\nx y", "b": ""}
    with pytest.raises(TooMuchError):
        fields("&".join(["a=1"] * (FIELDS + 1)))
