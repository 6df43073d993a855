from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lumbago.errors import UsageError
from lumbago.knowledge.model import Knowledge
from lumbago.screens.clinic import NO_CLINIC, Clinic
from lumbago.simulate import people
from lumbago.site.build import HEADERS, MARK, PYODIDE, build, core, packed
from lumbago.site.pages import BY_COUNTRY, POLICY, plain_pages
from lumbago.wire import case_json

MOST = 8_000_000
"""A first visit may load so many bytes."""


def files_of(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_first_visit_stays_within_its_limit(folder: Path) -> None:
    assert packed(files_of(folder)) <= MOST


def test_every_address_in_every_page_is_a_file_of_the_folder(folder: Path) -> None:
    for page in folder.glob("*.html"):
        html = page.read_text("utf-8")
        for address in re.findall(r' (?:href|src)="([^"#][^"]*)"', html):
            if not address.startswith("tel:"):
                assert (folder / address.split("#")[0]).is_file(), f"{page.name}: {address}"
        assert POLICY in html
        assert "http" not in re.sub(r"http-equiv|http://www.w3.org", "", html)


def test_the_service_worker_keeps_what_is_needed_without_a_connection(folder: Path) -> None:
    first, others = core(files_of(folder))
    assert {"index.html", "danger.html", "emergency.html", "static/worker.mjs"} <= set(first)
    assert len(others) % len(BY_COUNTRY) == 0
    worker = (folder / "sw.js").read_text("utf-8")
    assert "__" not in worker
    assert json.loads((folder / MARK).read_text("utf-8"))["lumbago"] in worker


def test_the_headers_bind_the_worker_and_keep_the_page_out_of_frames(folder: Path) -> None:
    text = (folder / "_headers").read_text("utf-8")
    assert all(f"  {name}: {value}" in text for name, value in HEADERS.items())
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]
    assert "unsafe-inline" not in text
    assert "'unsafe-eval'" not in text


def test_each_country_has_its_number_on_its_pages(knowledge: Knowledge) -> None:
    pages = dict(plain_pages(knowledge, NO_CLINIC, "v"))
    for country in knowledge.countries.values():
        line = country.line("emergency")
        assert line is not None
        for name in ("alarm", "emergency", "still"):
            made = pages.get(f"{name}-{country.id.lower()}.html")
            if made is not None:
                dial = "".join(sign for sign in line.number if sign.isdecimal())
                assert f'href="tel:{dial}"' in made


def test_the_clinic_stands_at_the_foot_of_the_first_page(knowledge: Knowledge) -> None:
    clinic = Clinic("Praxis <Nord>", "030 1234567", country="DE", words="Call us.")
    pages = dict(plain_pages(knowledge, clinic, "v"))
    assert "Praxis &lt;Nord&gt;" in pages["index.html"]
    assert 'href="tel:0301234567"' in pages["index.html"]
    assert "call 112" in pages["index.html"]
    assert "Praxis" not in pages["emergency.html"].split("</head>")[1]


def test_what_is_missing_is_said_in_one_line(knowledge: Knowledge, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        build(knowledge, tmp_path / "out", tmp_path / "nothing", "node", NO_CLINIC)
    assert f"Pyodide {PYODIDE} is not in" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_another_version_and_a_folder_of_others_are_refused(
    knowledge: Knowledge, pyodide: Path, tmp_path: Path
) -> None:
    (tmp_path / "own.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        build(knowledge, tmp_path, pyodide, "node", NO_CLINIC)
    old = tmp_path / "old"
    old.mkdir()
    for file in pyodide.iterdir():
        if file.is_file():
            (old / file.name).symlink_to(file)
    (old / "package.json").unlink()
    (old / "package.json").write_text('{"version": "0.1.0"}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"Pyodide 0\.1\.0"):
        build(knowledge, tmp_path / "out", old, "node", NO_CLINIC)


def test_node_that_fails_is_said_and_nothing_is_written(
    knowledge: Knowledge, pyodide: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="Node could not compile"):
        build(knowledge, tmp_path / "out", pyodide, "false", NO_CLINIC)
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lumbago.cli", "site", str(tmp_path / "out")]
    done = subprocess.run(
        [*command, "--pyodide", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "make site brings it" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def test_assessments_on_the_phone_are_those_of_the_command_line(
    knowledge: Knowledge, folder: Path, pyodide: Path, tmp_path: Path
) -> None:
    root = Path(__file__).parent.parent.parent
    cases = tmp_path / "cases.ndjson"
    found = [json.loads((root / "examples" / "back-went-lifting.json").read_text("utf-8"))]
    found += [case_json(case) for case in people(knowledge, 60, seed=1)]
    cases.write_text("".join(json.dumps(case) + "\n" for case in found))
    tool = root / "tools" / "same_on_phone.py"
    done = subprocess.run(
        [sys.executable, str(tool), str(folder), str(pyodide), str(cases)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 different" in done.stdout
