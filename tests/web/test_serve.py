from __future__ import annotations

import socket

import pytest

from lumbago.cli import main
from lumbago.errors import UsageError
from lumbago.web.serve import address, bind, only_here


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.5"])
def test_this_computer_is_served(host: str) -> None:
    assert only_here(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "127.0.0.1.x"])
def test_any_other_is_refused_in_plain_words(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="does not serve"):
        only_here(host)
    assert main(["serve", "--no-open", "--host", host]) == 2
    said = capsys.readouterr().err
    assert "others in the network could read what you type" in said
    assert len(said.splitlines()) <= 2


def test_a_port_that_is_taken_is_an_error_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--no-open", "--port", str(port)]) == 2
    assert f"Port {port} is taken" in capsys.readouterr().err


def test_a_port_that_does_not_exist_is_the_same_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--no-open", "--port", "99999999"]) == 2
    assert "Port 99999999 is taken or not allowed" in capsys.readouterr().err


def test_without_a_port_a_free_one_is_found() -> None:
    first, second = bind("127.0.0.1", None), bind("127.0.0.1", None)
    try:
        assert address(first) != address(second)
        assert address(first).startswith("http://127.0.0.1:")
    finally:
        first.close()
        second.close()


def test_small_packets_do_not_wait() -> None:
    """asyncio sends at once only over a socket that says it is TCP, and so do those it takes in."""
    with bind("127.0.0.1", 0) as sock:
        assert sock.proto == socket.IPPROTO_TCP
        with socket.create_connection(sock.getsockname()):
            taken, _ = sock.accept()
            with taken:
                assert taken.proto == socket.IPPROTO_TCP
