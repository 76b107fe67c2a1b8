"""The master keys: 32 bytes each, outside the data folder; the first is the present one, others still unwrap.

They come from FURONG_MASTER_KEY or from a file of mode 0600 that is made at the first start. Who loses them
loses every health file; who copies the data folder alone has nothing.
"""

import base64
import binascii
import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from fhir.store.cipher import Suite
from fhir.store.key_ring import LENGTH, KeyRing
from services.config import Settings
from services.failure import Failure

_FAULT = (
    "{} is not a master key: 32 bytes as 64 hexadecimal digits or base64 (several with commas or line breaks "
    "between: the first seals, all open)."
)


def key_ring(settings: Settings) -> KeyRing:
    """The ring of these settings; a process that runs takes over what is rotated in the file."""
    reread = None if settings.master_key else lambda: read(settings)
    return KeyRing(read(settings), Suite(settings.cipher), reread)


def read(settings: Settings) -> tuple[bytes, ...]:
    """The keys; one is made, and announced on stderr, when there is none and no data yet. Or a Failure."""
    if settings.master_key:
        return _decode(settings.master_key.get_secret_value(), "FURONG_MASTER_KEY")
    path = settings.key_file
    if not path.exists():
        _refuse_when_in_use(settings, path)
        _create(path)
    try:
        return _decode(path.read_text("ascii", errors="replace"), str(path))
    except OSError as error:
        raise Failure(f"The master key {path} cannot be read: {error.strerror}.") from None


def _decode(text: str, origin: str) -> tuple[bytes, ...]:
    keys = tuple(_key(each, origin) for each in text.replace(",", "\n").splitlines() if each.strip())
    if not keys:
        raise Failure(_FAULT.format(origin))
    return keys


def _key(text: str, origin: str) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * LENGTH else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != LENGTH:
        raise Failure(_FAULT.format(origin))
    return key


def _refuse_when_in_use(settings: Settings, path: Path) -> None:
    """A second key would make everything unreadable that the first one encrypted."""
    if not settings.mongodb_uri and settings.database_folder.exists():
        raise Failure(
            f"The master key {path} of the data in {settings.data} is missing: put it back, or give it in "
            "FURONG_MASTER_KEY."
        )


def _create(path: Path) -> None:
    # link, unlike rename, does not overwrite: of two programs that start at once one wins.
    with contextlib.suppress(FileExistsError):
        _write(path, [secrets.token_bytes(LENGTH)], os.link)
        print(
            f"A new master key lies in {path}. Back it up: without it no health file can be read.",
            file=sys.stderr,
        )


def replace(path: Path, keys: Sequence[bytes]) -> None:
    """Write the key file anew, whole or not at all; a Failure where that can't be."""
    _write(path, keys, os.replace)


def _write(path: Path, keys: Sequence[bytes], put: Callable[[str, Path], None]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as part:  # of mode 0600
            try:
                part.write("".join(f"{key.hex()}\n" for key in keys))
                part.flush()
                os.fsync(part.fileno())
                put(part.name, path)
            finally:
                Path(part.name).unlink(missing_ok=True)
    except FileExistsError:
        raise
    except OSError as error:
        raise Failure(f"The master key {path} cannot be written: {error.strerror}.") from None
