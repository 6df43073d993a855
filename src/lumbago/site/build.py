"""`lumbago site DIR`: everything that a host needs to serve the app, in one folder."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from lumbago.draw.figure import stylesheet
from lumbago.errors import Problem, UsageError
from lumbago.knowledge.model import Knowledge
from lumbago.screens.clinic import Clinic
from lumbago.site.modules import app_files, kept_sources, later_files, library_files
from lumbago.site.pages import BY_COUNTRY, POLICY, plain_pages

PYODIDE: Final = "314.0.7"
"""The version of Pyodide that this builds with; `make site` brings it."""

MARK: Final = "lumbago-site.json"
"""The file by which a folder is known as one of ours."""

STATIC: Final = Path(__file__).parent / "static"
SERVED: Final = Path(__file__).parent.parent / "web" / "static"
NEEDED: Final = ("package.json", "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
}
"""What a host should send with every file. The pages work without; with it the worker is bound too."""

_STANDARD: Final = "python_stdlib.zip"
_DAY: Final = (1980, 1, 1, 0, 0, 0)
_DIGEST: Final = 12


@dataclass(frozen=True, slots=True)
class Built:
    """What was made: how many files, and bytes of a first visit as sent packed."""

    files: int
    packed: int
    version: str


def build(knowledge: Knowledge, out: Path, pyodide: Path, node: str, clinic: Clinic) -> Built:
    """Write the site into a folder, whole or not at all.

    `pyodide` is the unpacked package, `node` the program that compiles for it. Raises `UsageError`
    if one is missing or the folder holds something else.
    """
    _check(pyodide, out)
    files = _python(pyodide, node, clinic)
    for name in ("app.js", "look.css", "mark.svg", "blank.svg"):
        files[f"static/{name}"] = (SERVED / name).read_bytes()
    for name in ("begin.js", "shell.js", "keep.mjs"):
        files[f"static/{name}"] = (STATIC / name).read_bytes()
    for id_, picture in knowledge.pictures.items():
        files[f"figures/{id_}.css"] = stylesheet([picture]).encode()
    files["manifest.webmanifest"] = _manifest(knowledge)
    files["_headers"] = _headers()
    version = _version(files, knowledge, clinic)
    worker = files["static/worker.mjs"].decode().replace("VERSION", version)
    files["static/worker.mjs"] = worker.encode()
    for name, html in plain_pages(knowledge, clinic, version):
        files[name] = html.encode()
    files["sw.js"] = _service_worker(files, version)
    files[MARK] = json.dumps({"lumbago": version, "knowledge": knowledge.hash}).encode()
    _write(out, files)
    return Built(len(files), packed(files), version)


def _check(pyodide: Path, out: Path) -> None:
    missing = [name for name in (*NEEDED, _STANDARD) if not (pyodide / name).is_file()]
    if missing:
        said = f"Pyodide {PYODIDE} is not in {pyodide} ({missing[0]} is missing)."
        raise UsageError(Problem(said, hint="make site brings it, or: npm pack pyodide@" + PYODIDE))
    found = json.loads((pyodide / "package.json").read_text("utf-8")).get("version")
    if found != PYODIDE:
        said = f"Pyodide {found} is in {pyodide}; this lumbago is made for {PYODIDE}."
        raise UsageError(Problem(said))
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        said = "The folder holds something else."
        raise UsageError(Problem(said, str(out), "Give a new or empty folder."))


# ------------------------------------------------------------------------------------------ python


def _python(pyodide: Path, node: str, clinic: Clinic) -> dict[str, bytes]:
    """The engine, the library, lumbago and what of it comes later, named by their content."""
    mark = json.dumps(asdict(clinic), sort_keys=True).encode()
    parts = {
        "LIB": _compiled(pyodide, node, library_files(pyodide / _STANDARD), {}),
        "APP": _compiled(pyodide, node, app_files({"clinic.json": mark}), kept_sources()),
        "REST": _compiled(pyodide, node, later_files(), {}),
    }
    packed = {place: _gzip(data) for place, data in parts.items()}
    names = {place: f"python/{_digest(data)}.zip.gz" for place, data in packed.items()}
    packed["WASM"] = _gzip((pyodide / "pyodide.asm.wasm").read_bytes())
    names["WASM"] = f"python/{_digest(packed['WASM'])}.wasm.gz"
    loaders = {name: (pyodide / name).read_bytes() for name in ("pyodide.mjs", "pyodide.asm.mjs")}
    home = f"python/{_digest(b''.join(loaders.values()))}"
    lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))
    info = {"info": lock["info"], "packages": {}}
    worker = (STATIC / "worker.mjs").read_text("utf-8")
    worker = worker.replace('"PYODIDE/', f'"../{home}/').replace("PYODIDE_HOME", home)
    for place, name in names.items():
        worker = worker.replace(f'"{place}"', f'"{name}"')
    worker = worker.replace("Contents: LOCK", f"Contents: {json.dumps(json.dumps(info))}")
    return {
        **{names[place]: data for place, data in packed.items()},
        **{f"{home}/{name}": data for name, data in loaders.items()},
        "static/worker.mjs": worker.encode(),
    }


def _compiled(
    pyodide: Path, node: str, files: Mapping[str, bytes], texts: Mapping[str, bytes]
) -> bytes:
    """A zip of files with the Python in them compiled, and of texts that stay readable beside it.

    Raises `UsageError` if Node cannot do it.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "from.zip"), Path(folder, "to.zip")
        source.write_bytes(_zip({**files, "keep.txt": "\n".join(texts).encode()}))
        command = [node, str(STATIC / "compile.mjs"), str(pyodide), str(source), str(made), "lean"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not made.exists():
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
            raise UsageError(Problem(f"Node could not compile for Pyodide: {last}"))
        with zipfile.ZipFile(made) as found:
            return _zip({**texts, **{name: found.read(name) for name in found.namelist()}})


def _zip(files: Mapping[str, bytes]) -> bytes:
    """The same bytes for the same files, not packed: that is done once over all of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in sorted(files, key=lambda name: (PurePosixPath(name).suffix, name)):
            made.writestr(zipfile.ZipInfo(name, _DAY), files[name])
    return out.getvalue()


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGEST]


# ------------------------------------------------------------------------------------------- the rest


def _manifest(knowledge: Knowledge) -> bytes:
    name = str(knowledge.words["en"]["screens"]["name"])
    icon = {"src": "static/mark.svg", "sizes": "any", "type": "image/svg+xml"}
    data: dict[str, Any] = {
        "name": name,
        "short_name": name,
        "start_url": "./index.html",
        "scope": "./",
        "display": "standalone",
        "background_color": "#F8F4EF",
        "theme_color": "#F8F4EF",
        "icons": [icon | {"purpose": "any"}, icon | {"purpose": "maskable"}],
    }
    return json.dumps(data, indent=1).encode()


def _headers() -> bytes:
    """The headers in the form that several static hosts read."""
    lines = ["/*", *(f"  {name}: {value}" for name, value in HEADERS.items())]
    lines += ["/python/*", "  Cache-Control: public, max-age=31536000, immutable"]
    return ("\n".join(lines) + "\n").encode()


def _version(files: Mapping[str, bytes], knowledge: Knowledge, clinic: Clinic) -> str:
    whole = hashlib.sha256((knowledge.hash + json.dumps(asdict(clinic))).encode())
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    for file in sorted(STATIC.iterdir()):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:_DIGEST]


def core(files: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """What is kept for use without a connection at once, and what is once it was asked for."""
    others = {n for n in files if n.rsplit("-", 1)[0] in BY_COUNTRY}
    never = {"_headers", "sw.js", MARK}
    return sorted(set(files) - others - never), sorted(others)


def _service_worker(files: Mapping[str, bytes], version: str) -> bytes:
    first, others = core(files)
    text = (STATIC / "sw.js").read_text("utf-8").replace("__VERSION__", version)
    text = text.replace("__CORE__", json.dumps(first)).replace("__OTHERS__", json.dumps(others))
    return text.encode()


def packed(files: Mapping[str, bytes]) -> int:
    """Bytes of everything that is kept at once, as a host that packs what it sends sends it."""
    first, _ = core(files)
    return sum(len(files[n]) if n.endswith(".gz") else len(_gzip(files[n])) for n in first)


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    """Beside the folder first, then in its place."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".lumbago-site-") as folder:
        made = Path(folder, "made")
        for name, data in files.items():
            file = made / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        if out.exists():
            shutil.move(out, Path(folder, "old"))
        shutil.move(made, out)
