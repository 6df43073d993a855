from __future__ import annotations

import functools
import http.server
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

import lumbago
from lumbago.knowledge.model import Knowledge
from lumbago.screens.clinic import NO_CLINIC
from lumbago.site.build import HEADERS, MARK, build
from lumbago.site.node import node

PYODIDE = Path(os.environ.get("LUMBAGO_PYODIDE", ".venv/pyodide")).resolve()
_KNOWN = {
    **http.server.SimpleHTTPRequestHandler.extensions_map,
    ".mjs": "text/javascript",
    ".gz": "application/gzip",
    ".css": "text/css",
}


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return lumbago.load()


@pytest.fixture(scope="session")
def pyodide() -> Path:
    if not (PYODIDE / "pyodide.mjs").exists():
        pytest.skip("Pyodide is not here: python tools/pyodide.py .venv/pyodide")
    return PYODIDE


@pytest.fixture(scope="session")
def folder(knowledge: Knowledge, pyodide: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    out, busy = shared / "site", shared / "site.busy"
    try:
        busy.mkdir()
    except FileExistsError:
        for _ in range(3000):
            if (out / MARK).exists():
                return out
            time.sleep(0.1)
        raise
    build(knowledge, out, pyodide, node(), NO_CLINIC)
    return out


class _Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    headers_sent: ClassVar[Mapping[str, str]] = {}

    def end_headers(self) -> None:
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path, *, headers: bool = False) -> Iterator[str]:
    """A folder as a plain host serves it; with the headers that the guide asks for, or none."""
    sent = {k: v for k, v in HEADERS.items() if k != "Strict-Transport-Security"} if headers else {}
    kind = type("Files", (_Files,), {"headers_sent": sent, "extensions_map": _KNOWN})
    handler = functools.partial(kind, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
