"""The examples in README and docs/ are what the program prints, and every link leads somewhere.

A page or picture that a command prints whole stands in `GENERATED`.

An example is a block that begins with `<!-- example: COMMAND -->` and ends with `<!-- /example -->`.
Run without arguments, this writes what each command prints now; with --check it changes nothing and
fails if a page is out of date.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
GENERATED = {
    "docs/safety.md": "lumbago prove --page",
    "docs/disagreements.md": "lumbago kb disagreements",
    "docs/evaluation.md": "lumbago evaluate --page",
    **{
        f"docs/evaluation-{name}.svg": f"lumbago evaluate --page --picture {name}"
        for name in ("triage", "field", "groups", "alarm", "reliability")
    },
}
EXAMPLE = re.compile(r"(<!-- example: (?P<command>.+?) -->\n).*?(<!-- /example -->)", re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")


def pages() -> list[Path]:
    """All pages that people read, in a steady order, and the pictures that are made for them."""
    written = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
    made = (ROOT / name for name in GENERATED)
    return [*written, *(path for path in made if path not in written)]


def printed(command: str) -> str:
    """What a command of ours prints, in a plain terminal of 88 columns."""
    program, *arguments = shlex.split(command)
    if program != "lumbago":
        raise SystemExit(f"tools/docs.py: an example may only run lumbago, not {program!r}")
    plain = {**os.environ, "COLUMNS": "88", "NO_COLOR": "1", "TERM": "dumb"}
    program = str(Path(sys.executable).parent / program)
    done = subprocess.run(
        [program, *arguments], cwd=ROOT, env=plain, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"tools/docs.py: {command!r} failed:\n{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def renewed(page: str) -> str:
    """The page with each example as it is printed now."""
    return EXAMPLE.sub(
        lambda m: f"{m[1]}```text\n$ {m['command']}\n\n{printed(m['command'])}\n```\n{m[3]}", page
    )


def broken_links(path: Path, page: str) -> list[str]:
    """Links of a page to files that do not exist and are not made here."""
    targets = [m["target"] for m in LINK.finditer(page)]
    made = {ROOT / name for name in GENERATED}
    local = [t for t in targets if not re.match(r"[a-z]+:", t)]
    return [t for t in local if not (path.parent / t).exists() and path.parent / t not in made]


def main() -> int:
    """Renew the pages, or with --check only say what is wrong with them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on a difference")
    check: bool = parser.parse_args().check
    problems = []
    for path in pages():
        name = path.relative_to(ROOT)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        problems += [f"{name}: no such file: {target}" for target in broken_links(path, old)]
        command = GENERATED.get(name.as_posix())
        new = printed(command) + "\n" if command else renewed(old)
        if new != old and check:
            problems.append(f"{name}: an example is out of date; run `make docs`")
        elif new != old:
            path.write_text(new, encoding="utf-8")
            print(f"{name}: examples renewed")
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
