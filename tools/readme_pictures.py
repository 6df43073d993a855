"""The pictures of the app in the README, out of those that tools/screenshots.py made.

tools/readme_pictures.py FOLDER    FOLDER has the screenshots; docs/pictures/ is written.
"""

from __future__ import annotations

import os
import shutil
import sys
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import sync_playwright

SHOWN = ("start", "danger-2", "answer-emergency", "stuck-up", "plan")
DOCS = Path(__file__).parent.parent / "docs" / "pictures"
BROWSER = os.environ.get("LUMBAGO_BROWSER") or shutil.which("chromium")
PAGE = """<!doctype html><style>body{margin:0;padding:12px;display:flex;gap:16px;background:%s}
img{width:292px;height:632px;border-radius:22px;border:1px solid %s}</style>"""
COLOURS = {"light": ("#ffffff", "#d8cfc4"), "dark": ("#0d1117", "#3b3547")}


def main() -> int:
    """Write one picture in light and one in dark."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    DOCS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1552, "height": 658})
        for colour, (behind, line) in COLOURS.items():
            shots = [(folder / f"{one}-phone-{colour}.png").read_bytes() for one in SHOWN]
            images = [f'<img src="data:image/png;base64,{b64encode(s).decode()}">' for s in shots]
            page.set_content(PAGE % (behind, line) + "".join(images))
            page.screenshot(path=DOCS / f"app-{colour}.jpg", type="jpeg", quality=82)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
