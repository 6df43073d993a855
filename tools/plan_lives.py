"""Plan for many random lives and re-check every plan from outside.

    python tools/plan_lives.py 100000 --seed 7 --jobs 2

Prints how many plans were made, the faults found (none is the only pass), and the time of a plan.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from random import Random

import lumbago
from lumbago.testing_plan import faults, life

CHUNK = 500
REPORT = 5_000


def run(seed: int, first: int, number: int) -> tuple[Counter[str], list[str], list[float]]:
    """Plan for `number` lives from `first` on: what came out, the faults, and seconds a plan."""
    knowledge = lumbago.load()
    found: Counter[str] = Counter()
    wrong: list[str] = []
    seconds: list[float] = []
    for index in range(first, first + number):
        case, log, now = life(knowledge, Random(f"{seed} {index}"))
        started = time.perf_counter()
        plan = lumbago.plan(knowledge, case, log, now=now)
        seconds.append(time.perf_counter() - started)
        found["refused" if plan.refused else "plans"] += 1
        found["items"] += len(plan.items) + len(plan.outlook)
        found["steps"] += len(plan.steps)
        found["doses"] += sum(step.dose is not None for step in plan.medicines)
        wrong += [f"life {index}: {fault}" for fault in faults(knowledge, case, log, plan)]
    return found, wrong, seconds


def main() -> int:
    """Run the lives in some processes and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    seconds: list[float] = []
    starts = range(0, options.number, CHUNK)
    sizes = [min(CHUNK, options.number - start) for start in starts]
    with ProcessPoolExecutor(options.jobs) as pool:
        seeds = [options.seed] * len(sizes)
        for found, faulty, took in pool.map(run, seeds, starts, sizes):
            total += found
            wrong += faulty
            seconds += took
            if len(seconds) % REPORT == 0:
                print(f"{len(seconds)} lives, {len(wrong)} faults", file=sys.stderr, flush=True)
    seconds.sort()
    print(", ".join(f"{name} {count}" for name, count in sorted(total.items())))
    middle, high = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.999)]
    print(f"a plan: median {middle * 1000:.1f} ms, 99.9 % within {high * 1000:.1f} ms")
    print(f"faults {len(wrong)}")
    for fault in wrong[:20]:
        print(f"  {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
