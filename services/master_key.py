"""The master key: 32 bytes that lie outside the data folder.

It comes from FURONG_MASTER_KEY or from a file of mode 0600 that is made at the first start. Who loses it
loses every health file; who copies the data folder alone has nothing.
"""

import base64
import binascii
import os
import secrets
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

from services.config import Settings
from services.failure import Failure

LENGTH = 32


def master_key(settings: Settings) -> bytes:
    """The key; made, and announced on stderr, when there is none and no data yet. Or a Failure."""
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


def _decode(text: str, origin: str) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * LENGTH else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != LENGTH:
        raise Failure(f"{origin} is not a master key: 32 bytes as 64 hexadecimal digits or base64.")
    return key


def _refuse_when_in_use(settings: Settings, path: Path) -> None:
    """A second key would make everything unreadable that the first one encrypted."""
    if not settings.mongodb_uri and settings.database_folder.exists():
        raise Failure(
            f"The master key {path} of the data in {settings.data} is missing: put it back, or give it in "
            "FURONG_MASTER_KEY."
        )


def _create(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent, prefix=path.name) as part:  # of mode 0600
            part.write(secrets.token_hex(LENGTH) + "\n")
            part.flush()
            os.fsync(part.fileno())
            # link, unlike rename, does not overwrite: of two programs that start at once one wins.
            os.link(part.name, path)
    except FileExistsError:
        return
    except OSError as error:
        raise Failure(f"The master key {path} cannot be written: {error.strerror}.") from None
    print(
        f"A new master key lies in {path}. Back it up: without it no health file can be read.",
        file=sys.stderr,
    )
