"""Build hook: compile kb/ into the snapshot that the wheel carries.

A wheel without a fresh snapshot is not built: any problem in kb/ stops the build with its file and
line. An editable install is left alone, since `make snapshot` keeps the working copy fresh.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SnapshotHook(BuildHookInterface[Any]):
    """Runs `lumbago.build.build` on the sources of this folder."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write src/lumbago/kb.snapshot.json before the files of the wheel are collected."""
        if version == "editable":
            return
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from lumbago.build import build

            build(source / "lumbago" / "kb", source / "lumbago" / "kb.snapshot.json")
        finally:
            sys.path.remove(str(source))
