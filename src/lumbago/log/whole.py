"""The record as a whole, from the terminal: show, people, export, import, erase, lock and unlock."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lumbago.errors import InputError, Problem, UsageError
from lumbago.event_files import event_json
from lumbago.events import Event, standing
from lumbago.fields import dumps
from lumbago.log.edge import Edge, open_record, secret, unlocked, who
from lumbago.log.lines import line
from lumbago.store import Episode, Person, Record, keys, seal
from lumbago.store.erase import Proof, erase
from lumbago.store.place import write_private
from lumbago.store.transfer import export_csv, export_json, read_export, schema, take_in


def show(edge: Edge, options: argparse.Namespace) -> int:
    """What was recorded in the last episode of a person."""
    with open_record(edge, options) as record:
        if not record.people():
            edge.say("log_empty")
            return 0
        person = who(edge, options, record)
        episodes = record.episodes(person)
        log = record.log(episodes[-1]) if episodes else ()
        if options.json:
            for event in log:
                sys.stdout.write(dumps(event_json(event)) + "\n")
            return 0
        if not log:
            edge.say("log_empty")
            return 0
        title = edge.message(
            "log_title", name=person.name, began=_local(episodes[-1]), number=len(log)
        )
        edge.out.print(Padding(Text(title, style="bold"), (1, 2, 1, 2)))
        edge.out.print(_table(edge, log if options.whole else log[-options.last :], log))
    return 0


def _local(episode: Episode) -> str:
    return episode.began_at.strftime("%Y-%m-%d")


def _table(edge: Edge, shown: Iterable[Event], log: tuple[Event, ...]) -> Padding:
    stands = {event.id for event in standing(log)}
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    table.add_column(style="dim", no_wrap=True)
    for event in shown:
        text = Text(line(edge.knowledge, event), style="" if event.id in stands else "strike dim")
        if event.id not in stands:
            text.append(f" ({edge.message('log_corrected')})")
        when = event.happened_at.strftime("%Y-%m-%d %H:%M")
        table.add_row(when, text, event.id)
    return Padding(table, (0, 2, 1, 2))


def people(edge: Edge, options: argparse.Namespace) -> int:
    """Who is in the record."""
    with open_record(edge, options) as record:
        if options.add:
            edge.say("log_added", name=record.add_person(options.add, edge.now()).name)
        elif options.rename:
            old, new = options.rename
            edge.say("log_renamed", name=record.rename(record.person(old), new).name)
        elif not record.people():
            edge.say("log_nobody")
        else:
            for person in record.people():
                edge.out.print(f"  {person.name}", markup=False)
    return 0


def export(edge: Edge, options: argparse.Namespace) -> int:
    """Everything, to a file that only the person can read, or to standard output."""
    if options.schema:
        sys.stdout.write(dumps(schema(), indent=2) + "\n")
        return 0
    with open_record(edge, options) as record:
        lines = export_csv(record) if options.csv else export_json(record)
        if not options.file:
            sys.stdout.writelines(lines)
            return 0
        write_private(Path(options.file), "".join(lines).encode())
    edge.say("log_exported", path=options.file)
    return 0


def import_(edge: Edge, options: argparse.Namespace) -> int:
    """Add what an export holds, all of it or nothing."""
    try:
        text = Path(options.file).read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(Problem(f"The file cannot be read: {reason}.", options.file)) from None
    content = read_export(text, None)
    with open_record(edge, options) as record:
        edge.say("log_imported", n=take_in(record, content, edge.now()))
        record.new.clear()
    return 0


# ----------------------------------------------------------------------------------------- erase


def erase_(edge: Edge, options: argparse.Namespace) -> int:
    """Delete an episode or a person after asking, and say what a search of the files found."""
    record = open_record(edge, options)
    try:
        person = who(edge, options, record)
        episode = None if options.whole_person else _episode(record, person, options.episode)
        if not options.yes and not _agreed(edge, record, person, episode):
            edge.say("log_not_erased")
            return 1
        proof = erase(record, person, episode, edge.now(), edge.zone(options))
    finally:
        record.close()
    return _prove(edge, proof)


def _episode(record: Record, person: Person, number: int | None) -> Episode:
    episodes = record.episodes(person)
    if not episodes:
        raise InputError(Problem(f"There is nothing of {person.name} in the record."))
    if number is None:
        return episodes[-1]
    if not 1 <= number <= len(episodes):
        hint = f"There are {len(episodes)}."
        raise InputError(Problem(f"There is no episode {number}.", "--episode", hint))
    return episodes[number - 1]


def _agreed(edge: Edge, record: Record, person: Person, episode: Episode | None) -> bool:
    if not edge.interactive:
        raise UsageError(Problem("This cannot be undone.", hint="Add --yes to erase."))
    chosen = (episode,) if episode else record.episodes(person)
    entries = sum(len(record.log(one)) for one in chosen)
    id_ = "log_erase_episode" if episode else "log_erase_person"
    what = edge.message(id_, name=person.name, n=entries)
    return edge.ask("log_erase_prompt", name=person.name, what=what) == person.name


def _prove(edge: Edge, proof: Proof) -> int:
    edge.say("log_erased", n=proof.events)
    if proof.sealed:
        edge.say("log_proof_sealed")
    elif proof.found:
        edge.say("log_proof_left", words=", ".join(proof.found))
    else:
        edge.say("log_proof", files=proof.files, bytes=proof.bytes, words=proof.words)
    edge.say("log_proof_limits")
    return 1 if proof.found else 0


# ------------------------------------------------------------------------------------ passphrase


def passphrase(edge: Edge, options: argparse.Namespace) -> int:
    """Set, change or remove the passphrase, or make a new recovery key."""
    home = edge.home
    if options.what == "set":
        open_record(edge, options).close()  # made and up to date, before it is encrypted
        shown = seal.seal(home, _new(edge, options, 0), edge.dice)
        edge.say("log_sealed")
        _recovery(edge, shown)
        return 0
    if not home.is_sealed:
        edge.say("log_no_passphrase")
        return 1
    key = unlocked(edge, options, fresh=True)
    if options.what == "change":
        seal.change(home, key, _new(edge, options, 1), edge.dice)
        edge.say("log_changed")
    elif options.what == "recovery":
        _recovery(edge, seal.renew_recovery(home, key, edge.dice))
    else:
        seal.unseal(home, key)
        edge.say("log_unsealed")
    if session := edge.session:
        session.forget()
    return 0


def _new(edge: Edge, options: argparse.Namespace, line: int) -> str:
    first = secret(edge, options, "log_passphrase_new", line)
    if getattr(options, "passphrase_file", ""):
        return first
    if secret(edge, options, "log_passphrase_again") != first:
        raise InputError(edge.message("log_passphrase_differs"))
    return first


def _recovery(edge: Edge, shown: str) -> None:
    edge.say("log_recovery")
    edge.out.print(f"\n    {shown}\n", style="bold", markup=False, highlight=False, soft_wrap=True)


def unlock(edge: Edge, options: argparse.Namespace) -> int:
    """Keep the key for a while, in memory."""
    if not edge.home.is_sealed:
        edge.say("log_no_passphrase")
        return 1
    key = unlocked(edge, options, fresh=True)
    keys.read(edge.home)
    session = edge.session
    if session is None:
        edge.say("log_unlock_asks")
        return 1
    if not 1 <= options.minutes <= 24 * 60:
        raise UsageError(Problem("--minutes is a number from 1 to 1440."))
    session.keep(key, edge.now(), timedelta(minutes=options.minutes))
    edge.say("log_unlocked", minutes=options.minutes)
    return 0


def lock(edge: Edge, _: argparse.Namespace) -> int:
    """Forget the key."""
    if not edge.home.is_sealed:
        edge.say("log_no_passphrase")
        return 1
    if session := edge.session:
        session.forget()
    edge.say("log_locked")
    return 0
