"""Writes every picture of the figure onto one page, to be looked at: contact_sheet.py FOLDER."""

import sys
from pathlib import Path

import lumbago
from lumbago.draw.figure import figure, stylesheet

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title><style>
:root{color-scheme:light dark}body{font:16px system-ui,sans-serif;margin:2rem;display:grid;gap:1rem;
grid-template-columns:repeat(auto-fill,minmax(240px,1fr))}figure{margin:0}svg{width:100%}
"""


def main() -> int:
    """Write FOLDER/pictures.html."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    knowledge = lumbago.load()
    words = knowledge.words["en"]["pictures"]
    drawn = "".join(
        f"<figure>{figure(one, words[id_], moving=True)}<figcaption>{id_}</figcaption></figure>"
        for id_, one in knowledge.pictures.items()
    )
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sheet = stylesheet(knowledge.pictures.values())
    (folder / "pictures.html").write_text(f"{PAGE}{sheet}</style>{drawn}</html>", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
