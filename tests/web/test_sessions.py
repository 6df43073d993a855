from __future__ import annotations

from collections.abc import Callable

from lumbago.web.sessions import Keys


def test_a_cookie_that_we_did_not_sign_is_nobody(counting: Callable[[], Callable[[], str]]) -> None:
    keys, others = Keys(counting()), Keys(lambda: "another secret")
    cookie = keys.cookie(["ann"])
    assert keys.people(cookie) == ("ann",)
    assert keys.people(keys.cookie(["ann", "bob"])) == ("ann", "bob")
    assert others.people(cookie) == ()
    for wrong in ("", ".", "ann", "ann.", "bob" + cookie[3:], cookie[:-1], cookie + "0"):
        assert keys.people(wrong) == ()


def test_a_form_belongs_to_one_person(counting: Callable[[], Callable[[], str]]) -> None:
    keys = Keys(counting())
    assert keys.is_form("ann", keys.form("ann"))
    for wrong in ("", keys.form("bob"), keys.cookie("ann"), "ü"):
        assert not keys.is_form("ann", wrong)
