"""Kill a process that writes the record, again and again at random moments, and look at what is left.

    python tools/kill_record.py 1000 [--seed 7] [--sealed] [--folder DIR]

A writer adds entries and says each number only after `append` returned; now and then it erases an
episode, or sets or removes the passphrase. It is
killed (SIGKILL) after a random time. Then the record is opened as at any start: every number that was
said must be there, once and in order, every erased word gone, and the file whole.

What this does not show: a loss of power. The system still holds what a killed process has written,
so that an fsync that does nothing would pass here, and so would a disk that lies about it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lumbago.errors import LumbagoError
from lumbago.events import Erased, Event, Note
from lumbago.store import Home, Record, keys, seal
from lumbago.store.erase import erase, search
from lumbago.store.keys import Cost

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PASSPHRASE = "four quiet horses"
CHEAP = Cost(memory=64, passes=1, lanes=1)
SECRET = "walrus"
LONGEST = 0.25
ERASING = 0.15
SEALING = 0.15


@dataclass
class Tally:
    """What was seen over all kills; the last four must stay empty."""

    kills: int = 0
    said: int = 0
    kept: int = 0
    while_writing: int = 0
    while_erasing: int = 0
    while_sealing: int = 0
    lost: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    not_erased: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.corrupt or self.out_of_order or self.not_erased)


def key_of(home: Home) -> bytes | None:
    """The key of the record, if it is sealed."""
    return keys.opened(keys.read(home), PASSPHRASE) if home.is_sealed else None


def write(home: Home, start: int, seed: int, *, sealing: bool) -> None:
    """Write until killed, saying what is being done and each number that is safe."""
    dice = random.Random(seed)
    number = start
    while True:
        job = dice.random()
        if job < ERASING:
            say("erasing")
            erase_secret(home, dice)
        elif job < ERASING + SEALING and sealing:
            say("sealing")
            flip(home, dice)
        else:
            say("writing")
            with Record.open(home, now=NOW, dice=dice.randbytes, key=key_of(home)) as record:
                (episode, *_) = record.episodes(record.person("Anna"))
                for _ in range(dice.randint(1, 60)):
                    many = dice.randint(1, 4)
                    record.append(
                        episode,
                        [entry(number + n, "word " * dice.randint(1, 400)) for n in range(many)],
                    )
                    number += many
                    say(str(number))


def say(word: str) -> None:
    """Tell the one who kills; the pipe outlives the writer."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def entry(number: int, text: str) -> Event:
    """Entry of a number."""
    return Event(f"e-{number}", NOW, NOW, "UTC", Note(text))


def erase_secret(home: Home, dice: random.Random) -> None:
    """Write an episode with words of its own and erase it."""
    record = Record.open(home, now=NOW, dice=dice.randbytes, key=key_of(home))
    person = record.person("Anna")
    episode = record.begin(person, NOW)
    id_ = f"s-{dice.getrandbits(60)}"
    record.append(episode, [Event(id_, NOW, NOW, "UTC", Note(f"{SECRET} " * 300))])
    say("erasing")
    erase(record, person, episode, NOW, "UTC")
    say("erased")


def flip(home: Home, dice: random.Random) -> None:
    """Set the passphrase, or remove it."""
    key = key_of(home)
    if key is None:
        seal.seal(home, PASSPHRASE, dice.randbytes, CHEAP)
    else:
        seal.unseal(home, key)


def begin(home: Home, *, sealed: bool) -> None:
    """A new record with one person."""
    dice = random.Random(0)
    with Record.open(home, now=NOW, dice=dice.randbytes) as record:
        record.begin(record.add_person("Anna", NOW), NOW)
    if sealed:
        seal.seal(home, PASSPHRASE, dice.randbytes, CHEAP)


def kill_once(home: Home, start: int, dice: random.Random, tally: Tally, *, sealing: bool) -> int:
    """Start a writer, kill it, look. Returns the next number to write."""
    command = [sys.executable, __file__, "--write", str(home.folder), str(start)]
    command += [str(dice.getrandbits(32)), *(["--sealing"] if sealing else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        heard = writer.stdout.readline()
        time.sleep(dice.uniform(0, LONGEST))
        writer.kill()
        rest, _ = writer.communicate()
    words = (heard + rest).decode().split("\n")[:-1]
    said = max([start, *(int(word) for word in words if word.isdecimal())])
    doing = next((word for word in reversed(words) if not word.isdecimal()), "writing")
    tally.kills += 1
    tally.said += said - start
    tally.while_erasing += doing == "erasing"
    tally.while_sealing += doing == "sealing"
    tally.while_writing += doing not in ("erasing", "sealing")
    return look(home, said, tally, erased=doing != "erasing")


def look(home: Home, said: int, tally: Tally, *, erased: bool) -> int:
    """Open the record as at any start and compare it with what was said."""
    try:
        record = Record.open(home, now=NOW, dice=random.Random(1).randbytes, key=key_of(home))
    except LumbagoError as error:
        tally.corrupt.append(str(error))
        raise SystemExit(f"cannot be opened: {error}") from None
    with record:
        (whole,) = record.connection.execute("PRAGMA integrity_check").fetchone()
        person = record.person("Anna")
        first, *others = record.episodes(person)
        ids = [event.id for event in record.log(first)]
        for episode in others:  # erasing had not begun
            tombstone = Event(f"t-{episode.id}", NOW, NOW, "UTC", Erased(0))
            record.erase_rows(tombstone, person=person.id, episode=episode.id)
            record.finish_erasing()
    if whole != "ok":
        tally.corrupt.append(whole)
    if ids != [f"e-{n}" for n in range(len(ids))]:
        tally.out_of_order.append(f"{len(ids)} entries")
    if len(ids) < said:
        tally.lost.append(f"{said - len(ids)} of {said}")
    if found := search(home, [SECRET]):
        tally.not_erased.append(f"{found[0]} ({'after' if erased else 'while'} erasing)")
    tally.kept = len(ids)
    return len(ids)


def run(kills: int, seed: int, folder: Path, *, sealed: bool = False) -> Tally:
    """Kill so many writers of one record after the other; a new record every hundred."""
    dice, tally = random.Random(seed), Tally()
    home, number = Home(folder / "home"), 0
    begin(home, sealed=sealed)
    for done in range(kills):
        if done and done % 100 == 0:
            shutil.rmtree(home.folder)
            begin(home, sealed=sealed)
            number = 0
        number = kill_once(home, number, dice, tally, sealing=not sealed)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done + 1} of {kills}, {number} entries ")
    return tally


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sealed", action="store_true", help="with a passphrase throughout")
    parser.add_argument(
        "--folder", type=Path, help="where the record is written (default: temporary)"
    )
    parser.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--sealing", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        folder, start, seed = options.write
        with suppress(BrokenPipeError):
            write(Home(Path(folder)), int(start), int(seed), sealing=options.sealing)
        return 1
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        tally = run(options.kills, options.seed, Path(folder), sealed=options.sealed)
    print(json.dumps(asdict(tally), indent=2))
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())
