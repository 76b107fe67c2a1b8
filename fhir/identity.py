"""Resource ids: UUIDs that name nobody (RFC 9562).

Those that the API makes are UUIDv7 (5.7), which sort by time; those that follow from a business identifier
are UUIDv8 (5.8) of a keyed hash, so that no URL can be turned back into a number.
"""

import os
import time
import uuid

_VERSION = 0xF << 76
_VARIANT = 0b11 << 62


def new_id() -> str:
    """A new logical id."""
    milliseconds = time.time_ns() // 1_000_000
    return _uuid(milliseconds << 80 | int.from_bytes(os.urandom(10)), 7)


def custom_id(digest: bytes) -> str:
    """The id that 16 bytes of a keyed hash stand for."""
    return _uuid(int.from_bytes(digest), 8)


def business_name(type: str, *key: str) -> str:
    """What the id of a resource follows from that a business identifier names: whoever tells of it by that
    number, a feed or the directory's file, means the same resource."""
    return "|".join((type, *(part.replace("|", "%7C") for part in key)))


def _uuid(value: int, version: int) -> str:
    value = value & ~_VERSION & ~_VARIANT | version << 76 | 0b10 << 62
    return str(uuid.UUID(int=value))
