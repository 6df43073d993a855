"""What a run says of the machine: enough to read the figures by, and nothing that names it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

PEERS = ("numpy", "duckdb", "rule-engine", "common-expression-language", "pyagrum", "pgmpy")
_GIB = 1024**3


def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    facts = {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / _GIB),
        "system": _system(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "packages": {name: found for name in PEERS if (found := _version(name))},
    }
    processor = machine_info.get("cpu", {})
    kept = {
        "processor": processor.get("brand_raw", platform.machine()),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    machine_info.clear()
    machine_info.update(kept | facts)


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
