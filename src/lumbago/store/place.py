"""Where the record lies: its folder and files, who may read them, and what stands beside it.

| file               | holds                                                                       |
|--------------------|-----------------------------------------------------------------------------|
| `record.db`        | the record, where no passphrase is set                                      |
| `record.sealed.db` | the record, encrypted; while it is there it is the one that counts          |
| `record.key`       | the key of the sealed record, wrapped by the passphrase and a recovery key  |
| `record.mark`      | how many writes this computer has seen, to notice an older copy             |
| `record.lock`      | nothing; held while the passphrase is set or removed                        |
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lumbago.errors import Problem, StoreError

_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_BLOCK: Final = 1 << 20
BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How many writes were seen, and the token of the last of them."""

    writes: int
    token: str


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of the record."""

    folder: Path

    @classmethod
    def default(cls, environment: Mapping[str, str]) -> Home:
        """`LUMBAGO_HOME`, or `lumbago` in the data folder of the person (XDG)."""
        if own := environment.get("LUMBAGO_HOME", ""):
            return cls(Path(own).expanduser())
        data = environment.get("XDG_DATA_HOME", "")
        base = Path(data) if Path(data).is_absolute() else Path("~/.local/share").expanduser()
        return cls(base / "lumbago")

    @property
    def plain(self) -> Path:
        """The record without a passphrase."""
        return self.folder / "record.db"

    @property
    def sealed(self) -> Path:
        """The record with a passphrase."""
        return self.folder / "record.sealed.db"

    @property
    def key(self) -> Path:
        """The wrapped key of the sealed record."""
        return self.folder / "record.key"

    @property
    def mark_file(self) -> Path:
        """The mark beside the record."""
        return self.folder / "record.mark"

    @property
    def is_sealed(self) -> bool:
        """Whether the record that counts is encrypted."""
        return self.sealed.exists()

    @property
    def database(self) -> Path:
        """The file that counts."""
        return self.sealed if self.is_sealed else self.plain

    def prepare(self) -> None:
        """Make the folder, for the person alone. Raises `StoreError`."""
        try:
            self.folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            if self.folder.stat().st_mode & 0o077:
                self.folder.chmod(_PRIVATE_FOLDER)
        except OSError as error:
            raise _cannot(self.folder, error) from None

    def finish(self) -> None:
        """End what a crash interrupted: a plain copy beside a sealed record is wiped.

        The record was whole in both when it was interrupted, and nothing was written since.
        """
        if not self._unfinished():
            return
        with suppress(StoreError), self.alone():
            for leftover in self._unfinished():
                wipe(leftover)

    def _unfinished(self) -> tuple[Path, ...]:
        new = (*self.folder.glob("record*.new"), *self.folder.glob("record*.new-*"))
        if not self.is_sealed:
            return new
        plain = (self.plain.with_name(self.plain.name + end) for end in ("", *BESIDE))
        return (*new, *(path for path in plain if path.exists()))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While files change places: no other lumbago does the same. Raises `StoreError`."""
        path = self.folder / "record.lock"
        create_private(path)
        with path.open("r+b") as file:
            try:
                _lock(file.fileno())
            except OSError:
                hint = "Wait until it has finished."
                said = "Another lumbago is setting or removing the passphrase."
                raise StoreError(Problem(said, str(path), hint)) from None
            yield

    def files(self) -> tuple[Path, ...]:
        """Every file in the folder."""
        return tuple(sorted(path for path in self.folder.rglob("*") if path.is_file()))

    def mark(self) -> Mark | None:
        """What stands beside the record; None where nothing readable does."""
        try:
            writes, token = self.mark_file.read_text(encoding="ascii").split()
            return Mark(int(writes), token)
        except (OSError, ValueError):
            return None

    def set_mark(self, mark: Mark) -> None:
        """Note how far the record has come. Only after the write is safe, so it never runs ahead."""
        line = f"{mark.writes:020d} {mark.token}\n".encode("ascii")
        try:
            create_private(self.mark_file)
            with self.mark_file.open("r+b") as file:
                file.write(line)
                file.truncate()
        except OSError:
            return  # it is a help, not a part of the record: no entry is refused for it


def create_private(path: Path) -> None:
    """Make an empty file that only the person can read, unless it is there; then take others' rights."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE_FILE))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(_PRIVATE_FILE)
    except OSError as error:
        raise _cannot(path, error) from None


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for the person alone, and see it on the disk."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    create_private(new)
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise _cannot(path, error) from None


def _lock(handle: int) -> None:
    """Lock an open file until it is closed. Raises `OSError` if another process has it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sync_folder(folder: Path) -> None:
    """See the names in a folder on the disk, where the system can do that."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def wipe_database(path: Path) -> None:
    """Overwrite and remove a database and what SQLite keeps beside it."""
    for suffix in ("", *BESIDE):
        wipe(path.with_name(path.name + suffix))
    sync_folder(path.parent)


def wipe(path: Path) -> None:
    """Overwrite a file with zeros and remove it. Old blocks of a flash disk are out of its reach."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(left, _BLOCK)))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(0)
    path.unlink()


def _cannot(path: Path, error: OSError) -> StoreError:
    reason = (error.strerror or "it cannot be used").lower()
    hint = "Check the folder, or set LUMBAGO_HOME to another one."
    return StoreError(Problem(f"The record cannot be kept here: {reason}.", str(path), hint))
