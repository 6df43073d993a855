"""The key of a sealed record: random, and wrapped twice.

The record is encrypted with 32 random bytes. These lie in `record.key`, encrypted by AES-GCM once
under Argon2id of the passphrase and once under the recovery key (160 random bits, written down by
the person). Changing the passphrase wraps the same key again: an old copy of `record.key` still
opens with the old passphrase.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lumbago.errors import Problem, StoreError, UsageError
from lumbago.fields import dumps
from lumbago.store.engine import KEY_BYTES, cipher
from lumbago.store.place import Home, write_private

Dice = Callable[[int], bytes]
"""So many bytes that nobody can guess."""

FORMAT: Final = 1
SHORTEST: Final = 8
_SALT: Final = 16
_NONCE: Final = 12
_RECOVERY: Final = 20
_CHECK: Final = 2
_GROUP: Final = 4
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are misread
_STANDARD: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_MISREAD: Final = str.maketrans("ILOU", "110V")


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of Argon2id: memory in KiB, passes, lanes."""

    memory: int = 65_536
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (8 * self.lanes <= self.memory <= 1 << 20 and 1 <= self.passes <= 20):
            raise _damaged("its cost is out of bounds")
        if not 1 <= self.lanes <= 16:
            raise _damaged("its lanes are out of bounds")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The key, encrypted; `salt` and `nonce` belong to it."""

    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What `record.key` holds."""

    cost: Cost
    passphrase: Wrapped
    recovery: Wrapped


def fresh(passphrase: str, dice: Dice, cost: Cost | None = None) -> tuple[bytes, KeyFile, str]:
    """A new key, its file, and the recovery key to write down. Raises `UsageError` if too short."""
    key = dice(KEY_BYTES)
    cost = cost or Cost()
    recovery, shown = _recovery(dice)
    file = KeyFile(
        cost,
        _wrap(key, lambda salt: _stretched(passphrase, salt, cost), "passphrase", dice),
        _wrap(key, lambda salt: _expanded(recovery, salt), "recovery", dice),
    )
    return key, file, shown


def changed(file: KeyFile, key: bytes, passphrase: str, dice: Dice) -> KeyFile:
    """The file with another passphrase for the same key."""
    wrapped = _wrap(key, lambda salt: _stretched(passphrase, salt, file.cost), "passphrase", dice)
    return replace(file, passphrase=wrapped)


def renewed(file: KeyFile, key: bytes, dice: Dice) -> tuple[KeyFile, str]:
    """The file with another recovery key, and that key to write down."""
    recovery, shown = _recovery(dice)
    wrapped = _wrap(key, lambda salt: _expanded(recovery, salt), "recovery", dice)
    return replace(file, recovery=wrapped), shown


def opened(file: KeyFile, passphrase: str) -> bytes:
    """The key by the passphrase. Raises `StoreError` if it is another one."""
    stretched = _stretched(passphrase, file.passphrase.salt, file.cost, new=False)
    key = _unwrap(file.passphrase, stretched, "passphrase")
    if key is None:
        hint = "Try again, or use the recovery key: --recovery"
        raise StoreError(Problem("That is not the passphrase of this record.", hint=hint))
    return key


def recovered(file: KeyFile, shown: str) -> bytes:
    """The key by the recovery key. Raises `StoreError` if it is misspelt or another one."""
    _need_packages()
    recovery = _read_recovery(shown)
    key = _unwrap(file.recovery, _expanded(recovery, file.recovery.salt), "recovery")
    if key is None:
        hint = "Look for a newer one: each new recovery key ends the one before."
        raise StoreError(Problem("That is not the recovery key of this record.", hint=hint))
    return key


# ------------------------------------------------------------------------------------------ file


def read(home: Home) -> KeyFile:
    """The key file of a sealed record. Raises `StoreError` if it is missing or damaged."""
    try:
        data = json.loads(home.key.read_bytes())
        if data["format"] != FORMAT:
            said = f"A newer lumbago wrote this key (format {data['format']})."
            raise StoreError(Problem(said, str(home.key), "Install it to open the record."))
        cost = Cost(**{name: int(value) for name, value in data["argon2id"].items()})
        return KeyFile(cost, _wrapped(data["passphrase"]), _wrapped(data["recovery"]))
    except FileNotFoundError:
        hint = "Without it nobody can open the record. Put back a copy of it."
        raise StoreError(Problem("The key file is missing.", str(home.key), hint)) from None
    except OSError as error:
        said = f"The key file cannot be read: {(error.strerror or 'no reason given').lower()}."
        raise StoreError(Problem(said, str(home.key), "Check who may read it.")) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(str(error)) from None


def write(home: Home, file: KeyFile) -> None:
    """Keep the key file, whole or not at all."""
    data = {
        "format": FORMAT,
        "argon2id": {
            "memory": file.cost.memory,
            "passes": file.cost.passes,
            "lanes": file.cost.lanes,
        },
        "passphrase": _wrapped_json(file.passphrase),
        "recovery": _wrapped_json(file.recovery),
    }
    write_private(home.key, dumps(data, indent=2).encode() + b"\n")


def _wrapped(data: Mapping[str, Any]) -> Wrapped:
    parts = {
        name: base64.b64decode(data[name], validate=True) for name in ("salt", "nonce", "sealed")
    }
    if len(parts["salt"]) != _SALT or len(parts["nonce"]) != _NONCE:
        raise ValueError("a part has the wrong length")
    return Wrapped(**parts)


def _wrapped_json(wrapped: Wrapped) -> dict[str, str]:
    parts = {"salt": wrapped.salt, "nonce": wrapped.nonce, "sealed": wrapped.sealed}
    return {name: base64.b64encode(part).decode() for name, part in parts.items()}


def _damaged(why: str) -> StoreError:
    hint = "Put back a copy of record.key. The record itself was left as it is."
    return StoreError(Problem(f"The key file is damaged ({why}).", "record.key", hint))


# ---------------------------------------------------------------------------------------- crypto


def _need_packages() -> None:
    """Raise `UsageError` unless everything that a passphrase takes is installed."""
    cipher()
    if not all(importlib.util.find_spec(name) for name in ("argon2", "cryptography")):
        hint = "pip install 'lumbago[store]'"
        raise UsageError(Problem("A passphrase needs more packages.", hint=hint))


def _wrap(key: bytes, derive: Callable[[bytes], bytes], slot: str, dice: Dice) -> Wrapped:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = dice(_SALT), dice(_NONCE)
    return Wrapped(salt, nonce, AESGCM(derive(salt)).encrypt(nonce, key, _bound(slot)))


def _unwrap(wrapped: Wrapped, derived: bytes, slot: str) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(derived).decrypt(wrapped.nonce, wrapped.sealed, _bound(slot))
    except InvalidTag:
        return None


def _bound(slot: str) -> bytes:
    """What a wrapped key is bound to, so that one slot cannot stand in for the other."""
    return f"lumbago record key {FORMAT} {slot}".encode()


def _stretched(passphrase: str, salt: bytes, cost: Cost, *, new: bool = True) -> bytes:
    """Argon2id of the passphrase, the same however its letters are composed."""
    _need_packages()
    from argon2.low_level import Type, hash_secret_raw

    secret = unicodedata.normalize("NFKC", passphrase)
    if new and len(secret) < SHORTEST:
        hint = "Four or five random words are easy to keep."
        raise UsageError(Problem(f"A passphrase has at least {SHORTEST} characters.", hint=hint))
    return hash_secret_raw(
        secret.encode(), salt, cost.passes, cost.memory, cost.lanes, KEY_BYTES, Type.ID
    )


def _expanded(recovery: bytes, salt: bytes) -> bytes:
    """HKDF-SHA256: the recovery key is random already, so it needs no stretching."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, b"lumbago recovery").derive(recovery)


# ---------------------------------------------------------------------------------- recovery key


def _recovery(dice: Dice) -> tuple[bytes, str]:
    """160 random bits, and how they are written: nine groups of four with a check at the end."""
    recovery = dice(_RECOVERY)
    letters = _letters(recovery) + _letters(_check(recovery))
    groups = [letters[n : n + _GROUP] for n in range(0, len(letters), _GROUP)]
    return recovery, "-".join(groups)


def _check(recovery: bytes) -> bytes:
    return hashlib.sha256(b"lumbago recovery" + recovery).digest()[:_CHECK]


def _letters(data: bytes) -> str:
    text = base64.b32encode(data).decode().rstrip("=")
    return text.translate(str.maketrans(_STANDARD, _LETTERS))


def _read_recovery(shown: str) -> bytes:
    letters = "".join(shown.split()).replace("-", "").upper().translate(_MISREAD)
    wanted = len(_letters(bytes(_RECOVERY))) + len(_letters(bytes(_CHECK)))
    if len(letters) == wanted and set(letters) <= set(_LETTERS):
        body = letters[: len(_letters(bytes(_RECOVERY)))]
        recovery = base64.b32decode(body.translate(str.maketrans(_LETTERS, _STANDARD)))
        if _letters(recovery) + _letters(_check(recovery)) == letters:
            return recovery
    hint = f"It has {wanted // _GROUP} groups of {_GROUP} letters and numbers."
    raise StoreError(Problem("The recovery key is misspelt.", hint=hint))
