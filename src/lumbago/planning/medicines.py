"""The dose gate: the one place where a dose is proposed.

Moments are whole minutes of UTC, windows are half-open: a dose at minute t looks back over
(t - 24 h, t]. What was taken is rounded up to the next minute, so that no rounding shortens an
interval. A missed dose is never made up: only the next dose is ever proposed.

`count` and `allowed` are the definition that `planning.smt` repeats in symbols.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from lumbago.knowledge.care import Care, Label, Medicine
from lumbago.planning.eligibility import Standing

DAY: Final = 24 * 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_SEAL: Final = object()

Why = Literal[
    "not_eligible",
    "no_country",
    "no_label",
    "too_young",
    "log_not_confirmed",
    "unknown_medicine",
    "too_many_days",
    "check_first",
    "overdose",
]
"""Why there is no dose; `not_eligible` has its reasons in the standing."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A medicine that was taken, by ingredient and group, at a minute of UTC. Unknown amounts are 0."""

    ingredient: str
    minute: int
    milligrams: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A taking as one medicine's gate sees it: what it adds, and how long it keeps the next away."""

    minute: int
    milligrams: int
    gap: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for one medicine and one label: milligrams and minutes."""

    dose: int
    interval: int
    ceiling: int
    most_minutes: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What the log comes to, seen from one minute: the sum of the window, and when it frees."""

    total: int = 0
    free_from: int = 0


@dataclass(frozen=True, slots=True)
class ProposedDose:
    """A dose that may be taken at `minute` or later; made by `propose` alone.

    `in_window` is what was taken in the 24 hours before, without this dose.
    """

    medicine: str
    label: Label
    minute: int
    milligrams: int
    in_window: int
    ceiling: int
    interval: int
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("A dose is proposed by propose() alone.")

    @property
    def at(self) -> datetime:
        """The moment in UTC from which it may be taken."""
        return moment(self.minute)

    @property
    def units(self) -> int:
        """How many tablets or capsules of the label's strength."""
        return self.milligrams // self.label.strength


@dataclass(frozen=True, slots=True)
class NoDose:
    """Why no dose is proposed; `not_before` in minutes of UTC where the log gives it."""

    medicine: str
    why: tuple[Why, ...]
    not_before: int | None = None
    in_window: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """What the gate must know of a person; anything missing is a refusal.

    `age` is the youngest that the person can be. `log_complete`: everything taken in the last day is
    in the log. `until`: the minute at which the first danger answer expires. `unknown`: names of the
    last day that stand for no known ingredient.
    """

    country: str
    age: int | None
    log_complete: bool
    until: int
    unknown: tuple[str, ...] = ()


def minute_of(at: datetime) -> int:
    """A moment as whole minutes of UTC, rounded up."""
    return -((_EPOCH - at) // _MINUTE)


def moment(minute: int) -> datetime:
    """A minute of UTC as a moment."""
    return _EPOCH + minute * _MINUTE


# ------------------------------------------------------------------------------- the definition


def count(tally: Tally, taking: Counted, at: int) -> Tally:
    """One more taking, in any order, as seen from the minute `at`; one dated later counts too."""
    inside = taking.minute > at - DAY
    return Tally(
        tally.total + (taking.milligrams if inside else 0),
        max(tally.free_from, taking.minute + taking.gap),
    )


def allowed(tally: Tally, at: int, limits: Limits) -> bool:
    """Whether a dose at the minute `at` keeps the interval and the ceiling."""
    return at >= tally.free_from and tally.total + limits.dose <= limits.ceiling


# ------------------------------------------------------------------------------------- the gate


def propose(
    care: Care,
    medicine: Medicine,
    person: Person,
    standing: Standing,
    takings: Iterable[Taking],
    now: int,
    waking: Callable[[int], int],
) -> ProposedDose | NoDose:
    """The next dose of a medicine from the minute `now` on, or why there is none.

    `waking` moves a minute to the first one at or after it at which the person is awake.
    """
    takings = tuple(takings)
    label = label_for(medicine, person.country)
    why = _refusals(care, medicine, person, standing, label, takings, now)
    if label is None:
        return NoDose(medicine.id, why)
    limits = limits_of(medicine, label)
    counted = tuple(_counted(care, medicine, limits, takings))
    at = next_allowed(counted, limits, now, waking)
    tally = tally_at(counted, at)
    if limits.most_minutes and at >= _course_start(care, counted, at) + limits.most_minutes:
        why = (*why, "too_many_days")
    if at >= person.until:
        why = (*why, "check_first")
    if why or not allowed(tally, at, limits):
        return NoDose(medicine.id, why, at if at > now else None, tally.total)
    return ProposedDose(
        medicine=medicine.id,
        label=label,
        minute=at,
        milligrams=limits.dose,
        in_window=tally.total,
        ceiling=limits.ceiling,
        interval=limits.interval,
        seal=_SEAL,
    )


def _refusals(
    care: Care,
    medicine: Medicine,
    person: Person,
    standing: Standing,
    label: Label | None,
    takings: tuple[Taking, ...],
    now: int,
) -> tuple[Why, ...]:
    youngest = max(medicine.youngest, label.youngest if label else 0)
    checks: tuple[tuple[Why, bool], ...] = (
        ("not_eligible", standing.status != "offered" or standing.id != medicine.id),
        ("no_country", not person.country),
        ("no_label", bool(person.country) and label is None),
        ("too_young", person.age is None or person.age < youngest),
        ("log_not_confirmed", not person.log_complete),
        ("unknown_medicine", bool(person.unknown)),
        ("overdose", bool(overdosed(care, person.country, takings, now))),
    )
    return tuple(why for why, refused in checks if refused)


def label_for(medicine: Medicine, country: str) -> Label | None:
    """The label of a medicine in a country, or None: no country, no dose."""
    return next((label for label in medicine.labels if label.country == country.upper()), None)


def limits_of(medicine: Medicine, label: Label) -> Limits:
    """The stricter of the label and our own limits; the smallest dose of the label."""
    own_ceiling = medicine.ceiling_per_day or label.most_per_day
    days = [days for days in (medicine.most_days, label.most_days) if days]
    return Limits(
        dose=label.dose[0],
        interval=max(label.interval_minutes, medicine.interval_minutes),
        ceiling=min(label.most_per_day, own_ceiling),
        most_minutes=min(days, default=0) * DAY,
    )


def tally_at(counted: Iterable[Counted], at: int) -> Tally:
    """The whole log, seen from one minute."""
    tally = Tally()
    for taking in counted:
        tally = count(tally, taking, at)
    return tally


def next_allowed(
    counted: tuple[Counted, ...], limits: Limits, now: int, waking: Callable[[int], int]
) -> int:
    """The first waking minute from `now` on at which a dose is allowed.

    Only where a window frees or an interval ends can a dose become allowed.
    """
    frees = {now} | {t.minute + t.gap for t in counted} | {t.minute + DAY for t in counted}
    at = now
    for free in sorted(free for free in frees if free >= now):
        at = waking(free)
        if allowed(tally_at(counted, at), at, limits):
            break
    return at


def _counted(
    care: Care, medicine: Medicine, limits: Limits, takings: Iterable[Taking]
) -> Iterable[Counted]:
    """What this medicine's gate counts: its own ingredient, and others of its group by their gap."""
    apart = limit(care, "same_group_apart_minutes")
    for taking in takings:
        if taking.ingredient == medicine.id:
            known = taking.milligrams if taking.milligrams > 0 else limits.ceiling
            yield Counted(taking.minute, known, limits.interval)
        elif group_of(care, taking) == medicine.group:
            yield Counted(taking.minute, 0, apart)


def group_of(care: Care, taking: Taking) -> str:
    """The group of what was taken; empty if it is not known."""
    medicine = care.medicines.get(taking.ingredient)
    return medicine.group if medicine else taking.group


def _course_start(care: Care, counted: tuple[Counted, ...], at: int) -> int:
    """When the present run of doses began: no longer pause than the limit between two of them."""
    pause = limit(care, "course_pause_minutes")
    start = at
    for taking in sorted(counted, key=lambda taking: -taking.minute):
        if start - taking.minute > pause:
            break
        start = min(start, taking.minute)
    return start


def limit(care: Care, id_: str) -> int:
    """A single number that the plan rests on."""
    return care.limits[id_].values[0]


# ------------------------------------------------------------------------------------ too much


def overdosed(care: Care, country: str, takings: Iterable[Taking], now: int) -> tuple[str, ...]:
    """The ingredients of which more was logged in some 24 hours than the label allows.

    Without a label the limit of our own counts, or the strictest label. Looks back as far as the
    limit for it says.
    """
    since = now - limit(care, "overdose_look_back_minutes")
    by_ingredient: dict[str, list[Taking]] = {}
    for taking in takings:
        if taking.minute <= since:
            continue
        by_ingredient.setdefault(taking.ingredient, []).append(taking)
    found = []
    for ingredient, group in by_ingredient.items():
        ceiling = _too_much(care, ingredient, country)
        if ceiling is not None and _most_in_a_day(group) > ceiling:
            found.append(ingredient)
    return tuple(sorted(found))


def _too_much(care: Care, ingredient: str, country: str) -> int | None:
    """The milligrams of a day above which it is too much: of the label, or a limit of our own."""
    medicine = care.medicines.get(ingredient)
    own = care.limits.get(f"{ingredient}_overdose_milligrams")
    label = label_for(medicine, country) if medicine else None
    if label is not None:
        return min(label.most_per_day, own.values[0]) if own else label.most_per_day
    if own is not None:
        return own.values[0]
    return min((one.most_per_day for one in medicine.labels), default=None) if medicine else None


def _most_in_a_day(takings: list[Taking]) -> int:
    return max(
        sum(t.milligrams for t in takings if end.minute - DAY < t.minute <= end.minute)
        for end in takings
    )
