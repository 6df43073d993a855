"""Which Python files go to the phone: what `lumbago.phone` can reach, and what it needs of others.

What is imported only inside of functions comes later, when the app is there already.
"""

from __future__ import annotations

import ast
import importlib.util
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from lumbago.errors import Problem, UsageError
from lumbago.triage.proof import CODE

PACKAGE: Final = Path(__file__).resolve().parent.parent
ROOT: Final = "lumbago.phone"

STAYS_HERE: Final = frozenset(
    {
        "lumbago.batch",
        "lumbago.batch.tables",
        "lumbago.build",
        "lumbago.knowledge.read",
        "lumbago.knowledge.resolve",
    }
)
"""Modules that are reached and never used there: whole tables of people, compiling the knowledge."""

DATA: Final = ("kb.snapshot.json", "proof.json", "screens/templates/*.html")

BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "jinja2": ("*.py",),
    "markupsafe": ("*.py",),
    "icalendar": ("**/*.py",),
    "dateutil": ("**/*.py",),
    "tzdata": ("**/*",),
}
"""The packages that go along, all of them pure Python, and their files."""

LATER: Final = frozenset({"dateutil", "icalendar"})
"""Those of them that nothing needs at the start."""

_LEFT_OUT: Final = frozenset(
    {"tests", "fuzzing", "__pycache__", "pytz", "rcts"}
    | {"tzdata.zi", "iso3166.tab", "zone.tab", "zone1970.tab", "zonenow.tab", "leapseconds"}
)
"""Folders and files of them that go nowhere: tests, and tables for other programs."""

NEVER_IMPORTED: Final = frozenset(
    {
        *("__hello__", "__phello__", "_aix_support", "_android_support", "_apple_support"),
        *("_ios_support", "_markupbase", "_osx_support", "_pydatetime", "_pydecimal", "_pyio"),
        *("_pylong", "_pyrepl", "antigravity", "argparse", "bdb", "cProfile", "cmd", "colorsys"),
        *("compileall", "configparser", "crypt", "csv", "ctypes", "curses", "dbm", "doctest"),
        *("email", "ensurepip", "fileinput", "filecmp", "ftplib", "getopt", "getpass", "graphlib"),
        *("http", "idlelib", "imaplib", "lib2to3", "mailbox", "mimetypes"),
        *("modulefinder", "multiprocessing", "netrc", "nntplib", "nturl2path", "optparse", "pdb"),
        *("pickletools", "plistlib", "poplib", "pprint", "profile", "profiling", "pstats", "pty"),
        *("py_compile", "pyclbr", "pydoc", "pydoc_data", "quopri", "rlcompleter", "runpy"),
        *("sched", "shelve", "shlex", "smtplib", "socketserver", "sqlite3", "stringprep"),
        *("symtable", "tabnanny", "tarfile", "test", "this", "timeit", "tkinter"),
        *("trace", "tracemalloc", "tty", "turtle", "turtledemo", "unittest", "venv", "wave"),
        *("webbrowser", "wsgiref", "xml", "xmlrpc", "zipapp"),
        *("_py_abc", "bz2", "code", "compression"),
        *("gettext", "gzip", "lzma", "ssl", "_ssl", "importlib/metadata", "logging/config"),
        *("logging/handlers", "concurrent/interpreters", "concurrent/futures/interpreter"),
        *("concurrent/futures/process", "dateutil/zoneinfo"),
        *("asyncio/__main__", "asyncio/proactor_events", "asyncio/tools", "asyncio/windows_events"),
        *("asyncio/windows_utils", "html/parser", "json/tool", "pyodide/console"),
        *("urllib/request", "urllib/response", "urllib/robotparser"),
        *("icalendar/cli", "jinja2/ext", "jinja2/meta", "jinja2/nativetypes", "jinja2/sandbox"),
    }
)
"""What of the standard library and the packages nothing here asks for."""

FROZEN: Final = frozenset(
    {
        *("_collections_abc", "_sitebuiltins", "abc", "codecs", "genericpath", "io", "ntpath"),
        *("os", "posixpath", "site", "stat", "zipimport"),
        *("importlib/_bootstrap", "importlib/_bootstrap_external"),
        *("importlib/machinery", "importlib/util"),
    }
)
"""What the engine itself brings, so that its file is never read."""

BUILT_WITH: Final = "_sysconfigdata__emscripten_wasm32-emscripten.py"
"""How Python was built, of which only this is asked for: time zones come from the package beside."""

_CODECS: Final = frozenset(
    {"__init__", "aliases", "ascii", "cp437", "idna", "latin_1"}
    | {"unicode_escape", "utf_8", "utf_8_sig"}
)


def app_files(data: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of lumbago for the phone, and those of `data` beside them, by their names."""
    found = dict(data) | _sources(reached(at_once=True))
    for pattern in DATA:
        for file in sorted(PACKAGE.glob(pattern)):
            found[f"lumbago/{file.relative_to(PACKAGE).as_posix()}"] = file.read_bytes()
    return found


def later_files() -> dict[str, bytes]:
    """What comes once the app is there: the rest of lumbago, and packages that only it needs.

    Raises `UsageError` if a package is not installed.
    """
    rest = sorted({*reached()} - {*reached(at_once=True)})
    return _sources(rest) | _packages(LATER)


def _sources(modules: Iterable[str]) -> dict[str, bytes]:
    files = (source(module) for module in modules)
    return {f"lumbago/{one.relative_to(PACKAGE).as_posix()}": one.read_bytes() for one in files}


def kept_sources() -> dict[str, bytes]:
    """The sources that stay readable, as the proofs are of their text; not all of them run there."""
    return {f"lumbago/{name}": (PACKAGE / name).read_bytes() for name in CODE}


def reached(*, at_once: bool = False) -> tuple[str, ...]:
    """Every module of lumbago that the phone's can import, at once or later; or only at once."""
    seen: set[str] = set()
    left = [ROOT, "lumbago"]
    while left:
        module = left.pop()
        if module in seen or module in STAYS_HERE:
            continue
        seen.add(module)
        left += [parent for parent in _parents(module) if parent not in seen]
        left += _imports(source(module), at_once)
    return tuple(sorted(seen))


def source(module: str) -> Path:
    """The file of a module of lumbago."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _is_module(name: str) -> bool:
    return (name == "lumbago" or name.startswith("lumbago.")) and source(name).exists()


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join(parts[:n]) for n in range(1, len(parts)))


def _imports(file: Path, at_once: bool) -> list[str]:
    found: list[str] = []
    left: list[ast.AST] = [ast.parse(file.read_bytes())]
    while left:
        node = left.pop()
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.If) and _is_types(node.test):
            left += node.orelse  # the rest is for type checkers alone
        elif not (at_once and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            left += ast.iter_child_nodes(node)
    return [name for name in found if _is_module(name)]


def _is_types(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def library_files(standard: Path) -> dict[str, bytes]:
    """The standard library as far as it is needed, and the packages that the start needs.

    Raises `UsageError` if a package is not installed.
    """
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(standard) as whole:
        for name in whole.namelist():
            if not name.endswith("/") and _is_needed(name):
                found[name] = whole.read(name)
    found[BUILT_WITH] = b'build_time_vars = {"TZPATH": ""}\n'
    return found | _packages(BESIDE.keys() - LATER)


def _packages(names: Iterable[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for package in sorted(names):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            hint = "pip install 'lumbago[web,handoff]'"
            raise UsageError(Problem(f"The package {package} is not installed.", hint=hint))
        root = Path(spec.origin).parent
        for pattern in BESIDE[package]:
            for file in sorted(root.glob(pattern)):
                inside = file.relative_to(root)
                name = f"{package}/{inside.as_posix()}"
                if file.is_file() and _LEFT_OUT.isdisjoint(inside.parts) and _is_needed(name):
                    found[name] = file.read_bytes()
    return found


def _is_needed(name: str) -> bool:
    top, _, rest = name.removesuffix(".py").partition("/")
    if top == "encodings":
        return rest in _CODECS
    parts = name.removesuffix(".py").split("/")
    within = {"/".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return (NEVER_IMPORTED | FROZEN).isdisjoint(within)
