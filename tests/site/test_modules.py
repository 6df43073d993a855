from __future__ import annotations

import ast
import zipfile
from pathlib import Path

from lumbago.site.modules import (
    LATER,
    NEVER_IMPORTED,
    PACKAGE,
    STAYS_HERE,
    app_files,
    kept_sources,
    later_files,
    library_files,
    reached,
    source,
)


def test_nothing_that_is_reached_asks_for_what_is_left_out() -> None:
    modules = reached()
    assert "lumbago.phone.phone" in modules
    assert STAYS_HERE.isdisjoint(modules)
    for module in modules:
        for node in ast.walk(ast.parse(source(module).read_bytes())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            tops = {name.partition(".")[0] for name in names}
            assert tops.isdisjoint(NEVER_IMPORTED), f"{module} imports {tops}"


def test_what_comes_later_is_asked_for_inside_of_functions_alone() -> None:
    first = reached(at_once=True)
    assert {"lumbago.phone.phone", "lumbago.app.interview"} < {*first} < {*reached()}
    assert "lumbago.app.care" not in first
    for module in first:
        text = source(module).read_text("utf-8")
        assert not any(f"import {name}" in text or f"from {name}" in text for name in LATER)
    now, later = app_files({}), later_files()
    assert now.keys().isdisjoint(later)
    packages = {name.partition("/")[0] for name in later}
    assert packages == {"lumbago"} | LATER
    modules = {f"lumbago/{source(module).relative_to(PACKAGE).as_posix()}" for module in reached()}
    assert modules <= now.keys() | later.keys()


def test_no_server_no_database_and_no_knowledge_files_go_along() -> None:
    files = app_files({"clinic.json": b"{}"}) | later_files()
    parts = {name.split("/")[1] for name in files if name.startswith("lumbago/")}
    assert parts.isdisjoint({"web", "store", "cli", "log", "kb", "site"})
    assert {"clinic.json", "lumbago/kb.snapshot.json"} <= files.keys()
    assert "lumbago/triage/scalar.py" in files.keys() & kept_sources().keys()
    assert "lumbago/triage/smt.py" in kept_sources().keys() - files.keys()
    assert "lumbago/screens/templates/start.html" in files


def test_the_library_is_cut_and_the_packages_are_added(tmp_path: Path) -> None:
    standard = tmp_path / "standard.zip"
    names = ("json/__init__.py", "json/tool.py", "tkinter/a.py", "encodings/big5.py", "enum.py")
    with zipfile.ZipFile(standard, "w") as made:
        for name in (*names, "encodings/utf_8.py", "os.py", "importlib/metadata/__init__.py"):
            made.writestr(name, "")
    files = library_files(standard)
    assert {"json/__init__.py", "enum.py", "encodings/utf_8.py"} <= files.keys()
    assert not {"json/tool.py", "tkinter/a.py", "encodings/big5.py", "os.py"} & files.keys()
    assert not any(name.startswith("importlib/metadata") for name in files)
    assert {"jinja2/environment.py", "markupsafe/__init__.py", "tzdata/zones"} <= files.keys()
    assert LATER.isdisjoint(name.partition("/")[0] for name in files)
    assert not any(name.endswith((".so", ".pyc")) or "/tests/" in name for name in files)
