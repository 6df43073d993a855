"""Measures how fast a built site is there, on a slow line and a slowed page.

    tools/site_figures.py SITE [--megabits 10] [--delay 40] [--slower 4]

The line is slowed by the server, for all requests together, workers included; it packs what it sends,
as hosts do. The page's own thread is slowed by the browser; a worker's is not, so the times until
Python is ready are those of this machine's processor.
"""

from __future__ import annotations

import argparse
import gzip
import http.server
import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".css": "text/css"}
TYPES |= {".html": "text/html; charset=utf-8", ".svg": "image/svg+xml", ".gz": "application/gzip"}
CHUNK = 16 * 1024


class Line:
    """One line for all requests: so many bytes a second, one after the other."""

    def __init__(self, megabits: float, delay: float) -> None:
        self.rate = megabits * 1e6 / 8
        self.delay = delay
        self.free = 0.0
        self.sent = 0
        self.lock = threading.Lock()

    def send(self, size: int) -> None:
        """Wait until so many bytes have gone through."""
        with self.lock:
            now = time.monotonic()
            self.free = max(self.free, now) + size / self.rate
            self.sent += size
            wait = self.free - now
        time.sleep(wait)


def handler(site: Path, line: Line) -> type[http.server.BaseHTTPRequestHandler]:
    """A host of a folder at the end of a line."""

    class Host(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            time.sleep(line.delay)
            name = self.path.split("?")[0].lstrip("/") or "index.html"
            file = site / name
            if not file.is_file():
                self.send_error(404)
                return
            body = file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", TYPES.get(file.suffix, "application/octet-stream"))
            self.send_header("Cache-Control", "no-cache")
            if file.suffix != ".gz":
                body = gzip.compress(body, 6)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # the page went on
                for start in range(0, len(body), CHUNK):
                    line.send(len(body[start : start + CHUNK]))
                    self.wfile.write(body[start : start + CHUNK])

        def log_message(self, *_: object) -> None:
            pass

    return Host


def until(page: Page, address: str, what: str) -> float:
    """Seconds from opening an address until something is there."""
    begun = time.monotonic()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(what, state="attached", timeout=300_000)
    return time.monotonic() - begun


def measure(site: Path, megabits: float, delay: float, slower: float) -> None:
    """Open the site as a new person, then again, and print the seconds."""
    line = Line(megabits, delay)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(site, line))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as play:
        found = os.environ.get("LUMBAGO_BROWSER") or shutil.which("chromium")
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        phone = {"width": 390, "height": 844}
        danger = "[data-danger] input"
        ready = "html[data-ready=yes]"
        for name, path, what in (
            ("danger check", "/danger.html", danger),
            ("danger check from the start page", "/", "[data-danger] input"),
            ("everything", "/", ready),
        ):
            context = browser.new_context(viewport=phone, locale="en-GB")  # type: ignore[arg-type]
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            line.sent = 0
            if name.endswith("start page"):
                begun = time.monotonic()
                page.goto(at + path, wait_until="commit")
                page.get_by_role("button", name="Start the danger check").click()
                page.wait_for_selector(what, state="attached")
                seconds = time.monotonic() - begun
            else:
                seconds = until(page, at + path, what)
            print(f"{name:34} {seconds:6.2f} s   {line.sent / 1e6:.2f} MB so far")
            if what == ready:
                page.evaluate("navigator.serviceWorker.ready.then(() => true)")
                page.wait_for_timeout(4000)
                print(f"{'all of it, kept for later':34} {'':8}   {line.sent / 1e6:.2f} MB")
                line.sent = 0
                for again in ("again", "and again"):
                    page.goto("about:blank")
                    seconds = until(page, at + path, ready)
                    print(
                        f"{'everything, ' + again:34} {seconds:6.2f} s   {line.sent / 1e6:.2f} MB"
                    )
            context.close()
        browser.close()
    server.shutdown()


def main() -> None:
    """Read the profile from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("site", type=Path)
    parser.add_argument("--megabits", type=float, default=10)
    parser.add_argument("--delay", type=float, default=40, help="milliseconds for each request")
    parser.add_argument("--slower", type=float, default=4, help="times for the page's own thread")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(
        f"{options.megabits:g} Mbit/s, {options.delay:g} ms, {options.slower:g}x; load {load:.1f}"
    )
    measure(options.site, options.megabits, options.delay / 1000, options.slower)


if __name__ == "__main__":
    main()
