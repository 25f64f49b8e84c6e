"""Encryption at rest: a key per conversation, wrapped by a master key.

Erasing a conversation's wrapped key makes what it sealed unreadable, in backups as well. AES-256-GCM throughout; what a
sealed value belongs to is bound into it, so a value moved to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12  # bytes, the size AES-GCM is specified for


class SealBroken(Exception):
    """The value was not sealed with this key, or was changed since."""


class KeyMissing(Exception):
    """The master key cannot be had; the message says what to do."""


def read_or_make_master_key(path: Path, *, make: bool) -> bytes:
    """The 32-byte master key in *path*, made when *make* is true and there is none.

    Raises KeyMissing: no key while there is data sealed with one, or a file that is not a key.
    """
    if not path.exists():
        if not make:
            raise KeyMissing(f"The key file {path} is missing, but the database was sealed with it. Put it back.")
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(32).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise KeyMissing(f"{path} does not hold a key: 64 hexadecimal digits are expected.") from error
    if len(key) != 32:
        raise KeyMissing(f"{path} does not hold a key: 64 hexadecimal digits are expected.")
    return key


class Seal:
    """Seals and opens short byte strings with one key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, plain: bytes, belongs_to: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> bytes:
        """Raises SealBroken."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], belongs_to.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(belongs_to) from error


class Keyring:
    """Makes and opens the keys of conversations, and hashes addresses so that they can be found but not read."""

    def __init__(self, master_key: bytes) -> None:
        self._wrapping = Seal(_derive(master_key, b"hotline wrap"))
        self._lookup = _derive(master_key, b"hotline lookup")
        #: For what belongs to the hotline itself and to no conversation.
        self.own = Seal(_derive(master_key, b"hotline own"))

    def new(self, conversation_id: str) -> tuple[Seal, bytes]:
        """A fresh seal and its wrapped key, which the conversation's row keeps."""
        key = AESGCM.generate_key(256)
        return Seal(key), self._wrapping.close(key, conversation_id)

    def unwrap(self, wrapped: bytes, conversation_id: str) -> Seal:
        """Raises SealBroken."""
        return Seal(self._wrapping.open(wrapped, conversation_id))

    def lookup(self, *parts: str) -> str:
        """A keyed hash (64 hexadecimal digits) of *parts*, the same for the same parts under the same master key."""
        return hmac.new(self._lookup, "\x00".join(parts).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(master_key)
