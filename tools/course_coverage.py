"""Measure the expected course on simulated people: coverage of the forecast, and early detection.

    python tools/course_coverage.py --people 400 --seed 1 [--svg FILE]

Ensembles of one account of recovery meet people drawn from another; `all` is what ships.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from lumbago import load
from lumbago.recovery.course import AHEAD, expected_course
from lumbago.recovery.ensemble import families_of, ensemble
from lumbago.recovery.simulate_diaries import simulated_people

ONSET = datetime(2026, 1, 1, 9, tzinfo=UTC)


def main() -> None:
    a = argparse.ArgumentParser()
    a.add_argument("--people", type=int, default=200)
    a.add_argument("--seed", type=int, default=1)
    o = a.parse_args()
    r = load().recovery
    fams = families_of(r, "acute")
    for ens_f in (*[(f,) for f in fams], None):
        e = ensemble(r, "acute", np.random.default_rng(5), ens_f)
        for fam in fams:
            cov = {h: [] for h in (1, 7, 14, 28)}
            tt = []; trust=[]
            for p in simulated_people(r, o.people, o.seed, fam):
                for d in (4, 10, 21, 42):
                    t = time.perf_counter()
                    c = expected_course(r, e, p.diary(ONSET, d), np.random.default_rng(3))
                    tt.append(time.perf_counter() - t); trust.append(c.trust)
                    for h in cov:
                        g = c.forecast[AHEAD.index(h)]
                        y = p.exact[d + h]
                        cov[h].append(g.low <= y <= g.high)
            print(ens_f, fam, {h: round(float(np.mean(v)), 3) for h, v in cov.items()}, "all", round(float(np.mean([x for v in cov.values() for x in v])), 3), f"{1e3*np.median(tt):.1f} ms", "trust", round(np.mean(trust),2))


main()
