"""What `make bench` measured, as tables and pictures: reads pytest-benchmark's JSON.

    python tools/bench_report.py RUN.json            prints the tables
    python tools/bench_report.py RUN.json --write    renews docs/benchmarks.md between its markers, and
                                                     the two pictures beside it

Times are medians. All figures of a page come from one run on one machine, so its ratios may be read.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lumbago.draw.sheets import Bar, bars
from lumbago.whole import write_whole

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "benchmarks.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"

Measured = Mapping[str, Any]
"""Name of a benchmark to what pytest-benchmark says of it."""

Value = Callable[[Measured], float]


@dataclass(frozen=True)
class Figure:
    """A figure to reach: what, the limit, how it is read from a run, and how it is run alone."""

    what: str
    limit: float | None
    value: Value
    select: str
    unit: Literal["s", "times", "share", "MB"] = "s"
    more_is_better: bool = False

    def reached(self, value: float) -> bool:
        """Whether a value keeps to the limit."""
        if self.limit is None:
            return True
        return value >= self.limit if self.more_is_better else value <= self.limit

    def used(self, value: float) -> float | None:
        """How much of the limit is used up, 1 for all of it; None without a limit."""
        if self.limit is None:
            return None
        return self.limit / value if self.more_is_better else value / self.limit


def median(name: str) -> Value:
    """The median time of a benchmark, in seconds."""
    return lambda run: float(run[name]["stats"]["median"])


def together(*names: str) -> Value:
    """The medians of some benchmarks, one after the other, in seconds."""
    return lambda run: sum(median(name)(run) for name in names)


def noted(name: str, key: str, scale: float = 1.0) -> Value:
    """A figure that a benchmark noted beside its time."""
    return lambda run: float(run[name]["extra_info"][key]) * scale


def times(name: str, other: str) -> Value:
    """How many times as many cases a second the first benchmark does as the other."""
    return lambda run: rate(run[name]) / rate(run[other])


def rate(one: Mapping[str, Any]) -> float:
    """Cases a second of a benchmark that notes its cases."""
    return float(one["extra_info"]["cases"]) / float(one["stats"]["median"])


_ENGINE = "test_beside_an_independent_engine"
_CROWD = "test_many_people_at_once"
_WORLDS = ("a third answered", "half answered", "all answered")

FIGURES = (
    Figure("one assessment, scalar core", 0.015, median("test_one_assessment"), "one_assessment"),
    Figure(
        "the same with own words",
        0.015,
        median("test_one_assessment_of_own_words"),
        "one_assessment",
    ),
    Figure(
        "import of the core, new process",
        0.1,
        median("test_import_the_core_in_a_new_process"),
        "import_the_core",
    ),
    Figure(
        "`lumbago assess --text`, cold, whole process",
        0.4,
        median("test_assess_text_from_a_cold_start"),
        "cold_start",
    ),
    Figure("the next screen for one person", 0.02, median("test_next_screen"), "next_screen"),
    Figure(
        "the same where own words are read",
        0.02,
        median("test_next_screen_after_own_words"),
        "next_screen",
    ),
    *(
        Figure(
            f"a page of the app, {crowd} on the same cores, p99",
            0.05,
            noted(f"{_CROWD}[{crowd}]", "p99_ms", 0.001),
            "many_people",
        )
        for crowd in ("100 people, a page every 5 s", "50 people, a page every 1.5 s")
    ),
    Figure("one plan", 0.05, median("test_a_plan"), "a_plan"),
    Figure("one forecast of the course", 0.02, median("test_one_forecast[120]"), "one_forecast"),
    Figure(
        "a page's data out of a record of 100,000 entries",
        0.05,
        median("test_today[forty-episodes]"),
        "test_today",
    ),
    Figure(
        "the same for the first page after the start",
        None,
        median("test_first_page_after_the_start[forty-episodes]"),
        "first_page_after",
    ),
    *(
        Figure(
            f"{what}, all 100,000 in one episode, which nobody has",
            None,
            median(f"{name}[one-episode]"),
            name.removeprefix("test_"),
        )
        for what, name in (
            ("a page's data", "test_today"),
            ("the first page's data", "test_first_page_after_the_start"),
        )
    ),
    Figure(
        "a million triaged in columns, all answered",
        2.0,
        median("test_a_million_verdicts_in_columns"),
        "million_verdicts",
    ),
    Figure(
        "the same, a quarter each yes, no, unsure, not asked",
        2.0,
        median("test_a_million_half_answered"),
        "million_half",
    ),
    Figure(
        "memory that a million more take while triaged",
        None,
        noted("test_a_million_verdicts_in_columns", "more memory, MB"),
        "million_verdicts",
        "MB",
    ),
    Figure(
        "100,000 ordinary people drawn and triaged",
        None,
        median("test_a_hundred_thousand_ordinary_people"),
        "hundred_thousand",
    ),
    *(
        Figure(
            f"likely causes in columns, times {engine}'s people a second, {world}",
            150.0 if engine == "pyAgrum" else None,
            times(f"test_columns_untempered[{world}]", f"{_ENGINE}[{engine}-{world}]"),
            "'untempered or independent'",
            "times",
            more_is_better=True,
        )
        for engine in ("pyAgrum", "pgmpy")
        for world in _WORLDS
    ),
    *(
        Figure(
            f"likely causes in columns, share of the roofline, {world}",
            None,
            noted(f"test_people_a_second[{world}]", "share of the roofline"),
            "people_a_second",
            "share",
            more_is_better=True,
        )
        for world in _WORLDS
    ),
    Figure(
        "every safety claim by two solvers, one after the other",
        60.0,
        together("test_every_claim_by_z3", "test_every_claim_by_cvc5"),
        "every_claim",
    ),
)


def main() -> int:
    """Print the tables of a run, or write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="what --benchmark-json wrote")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    options = parser.parse_args()
    data = json.loads(options.run.read_text(encoding="utf-8"))
    run = {one["name"]: one for one in data["benchmarks"]}
    part = "\n".join([*machine(data["machine_info"]), *figures(run), *peers(run), *others(run)])
    if not options.write:
        print(part)
        return 0
    missing = [figure.what for figure in FIGURES if read(figure, run) is None]
    if missing:
        said = "not written, since this run did not measure:"
        print(f"bench_report.py: {said}", *missing, sep="\n  ", file=sys.stderr)
        return 1
    write_whole(PAGE, renewed(PAGE.read_text(encoding="utf-8"), part).encode())
    for name, picture in pictures(run).items():
        write_whole(DOCS / name, picture.encode())
    return 0


def renewed(page: str, part: str) -> str:
    """A page with what stands between the markers replaced. Raises `SystemExit` without markers."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"bench_report.py: {PAGE.name} has no {BEGIN} ... {END}.")
    return f"{before}{BEGIN}\n{part.strip()}\n{END}{after}"


def read(figure: Figure, run: Measured) -> float | None:
    """The value of a figure in a run, None if the run did not measure it."""
    try:
        return figure.value(run)
    except KeyError:
        return None


def machine(facts: Mapping[str, Any]) -> Iterator[str]:
    """On what it was measured."""
    versions = ", ".join(f"{name} {number}" for name, number in facts["packages"].items())
    load = facts["load_before"][0]
    yield (
        f"*{facts['cores']} cores of {facts['processor']}, {facts['memory_gib']} GiB of memory, "
        f"{facts['system']}, {facts['python']}; {versions}. Load before the run: {load}. "
        "Medians of one run.*\n"
    )


def figures(run: Measured) -> Iterator[str]:
    """The figures to reach and what was reached."""
    yield "### Figures to reach\n"
    yield "![How much of each figure to reach is used up](benchmarks-figures.svg)\n"
    yield "| what | figure to reach | measured | command |"
    yield "|---|---|---|---|"
    for figure in FIGURES:
        value = read(figure, run)
        said = "not measured" if value is None else amount(value, figure.unit)
        if value is not None and not figure.reached(value):
            said = f"**{said}: missed**"
        limit = "-" if figure.limit is None else amount(figure.limit, figure.unit)
        if figure.more_is_better and figure.limit is not None:
            limit = f"at least {limit}"
        yield f'| {figure.what} | {limit} | {said} | `make bench ARGS="-k {figure.select}"` |'
    yield ""


def groups(run: Measured) -> dict[str, list[Mapping[str, Any]]]:
    """The benchmarks that note who did it, by group, the quickest first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in run.values():
        if "who" in one["extra_info"]:
            found.setdefault(one["group"], []).append(one)
    return {name: sorted(ones, key=rate, reverse=True) for name, ones in found.items()}


def peers(run: Measured) -> Iterator[str]:
    """The same work by others, quickest first."""
    yield "### Beside others, in the same run\n"
    yield "![Cases a second, lumbago and others](benchmarks-peers.svg)\n"
    for name, found in groups(run).items():
        best = rate(found[0])
        yield f"| {name} | cases a second | the quickest is so many times as quick |"
        yield "|---|---|---|"
        for one in found:
            yield (
                f"| {one['extra_info']['who']} | {rounded(rate(one))} "
                f"| {amount(best / rate(one), 'times')} |"
            )
        yield ""


def others(run: Measured) -> Iterator[str]:
    """Everything that was measured."""
    yield "### Everything that was measured\n"
    yield "| benchmark | median | fastest | rounds |"
    yield "|---|---|---|---|"
    for one in sorted(run.values(), key=lambda one: one["fullname"]):
        name = one["fullname"].removeprefix("benchmarks/")
        stats = one["stats"]
        yield (
            f"| `{name}` | {amount(stats['median'], 's')} | {amount(stats['min'], 's')} "
            f"| {stats['rounds']} |"
        )


def amount(value: float, unit: str) -> str:
    """A value as people read it, two digits that mean something."""
    match unit:
        case "s" if value < 0.001:
            return f"{value * 1e6:.2g} µs" if value < 1e-4 else f"{value * 1e3:.2g} ms"
        case "s" if value < 1:
            return f"{float(f'{value * 1000:.3g}'):g} ms"
        case "s":
            return f"{float(f'{value:.3g}'):g} s"
        case "times":
            return f"{float(f'{value:.3g}'):g}"
        case "MB":
            return f"{value:g} MB"
        case _:
            return f"{value:.2f}"


def rounded(value: float) -> str:
    """A large number to three digits."""
    return f"{float(f'{value:.3g}'):,.0f}"


def pictures(run: Measured) -> dict[str, str]:
    """The two pictures, by file name."""
    return {
        "benchmarks-figures.svg": bars(
            "How much of each figure to reach is used up, in percent",
            [("Percent of the figure that is used up (100 is the limit)", list(_used(run)))],
        ),
        "benchmarks-peers.svg": bars(
            "Cases a second, lumbago and others",
            [(name[:1].upper() + name[1:], list(_peers(found))) for name, found in _shown(run)],
        ),
    }


def _used(run: Measured) -> Iterator[Bar]:
    for figure in FIGURES:
        value = read(figure, run)
        used = None if value is None else figure.used(value)
        if used is not None:
            yield Bar(_short(figure.what), 100 * used, f"{100 * used:.0f} %", quiet=used <= 1)


def _shown(run: Measured) -> Iterable[tuple[str, list[Mapping[str, Any]]]]:
    return [(name, found) for name, found in groups(run).items() if "third" not in name]


def _peers(found: Iterable[Mapping[str, Any]]) -> Iterator[Bar]:
    for one in found:
        who = one["extra_info"]["who"]
        yield Bar(who, rate(one), rounded(rate(one)), quiet="lumbago" not in who)


def _short(what: str) -> str:
    """A name that fits beside a bar."""
    plain = what.replace("`", "").replace("likely causes in columns, times pyAgrum's", "pyAgrum's")
    plain = plain.replace(" people a second,", " speed 150 times,")
    plain = plain.replace("a page of the app, ", "page, ").replace(" on the same cores", "")
    return plain if len(plain) <= 44 else f"{plain[:43]}…"


if __name__ == "__main__":
    sys.exit(main())
