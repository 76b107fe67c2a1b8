"""key: the master key, which data keys lie under it, and its rotation while the platform runs.

`key rotate` puts a new master key before the others in the key file, wraps all data keys anew, `key retire`
takes the former ones out. Where people keep the keys (FURONG_MASTER_KEY, several machines), they change by
restarts: `old,new`, then `new,old`, then `key rotate`, then `new`.
"""

import argparse
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from auth.audit.record import Agent, AuditRecord, Interaction
from fhir.store.key_ring import LENGTH, LostKeyError
from fhir.store.rewrapping import left, rewrap, under
from services import master_key
from services.commands import Needs
from services.config import Settings
from services.failure import Failure
from services.platform import Platform

NEEDS = Needs.DATA
SETTLED = 60.0
"""Seconds after which every process has met the new key."""
_BY = Agent("system", "command-line", "./furong key")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`show`, `rotate` and `retire`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("show", help="ids of the master keys, and how many data keys lie under each")
    actions.add_parser(
        "rotate",
        help="make a new master key and wrap all data keys under it, or go on with it",
    )
    actions.add_parser("retire", help="take the former master keys out of the key file")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it; then all is shown, as JSON."""
    assert platform is not None
    if arguments.action in _ACTIONS:
        await _ACTIONS[arguments.action](platform, arguments.settings)
    print(json.dumps(await _shown(platform), indent=2))
    return 0


async def _rotate(platform: Platform, settings: Settings) -> None:
    keys, ring = platform.database["keys"], platform.store.vault.ring
    with _alone(settings):
        ring.refresh()
        if not await left(keys, ring):
            path = _file(settings, "Put a new one before it and")
            master_key.replace(path, (secrets.token_bytes(LENGTH), *ring.keys))
            ring.refresh()
    await _note(platform, f"data keys are wrapped under master key {ring.current}")
    try:
        async for _ in rewrap(keys, ring):
            pass
    except LostKeyError:
        raise Failure("A data key lies under a master key that is missing here: add that one.") from None


async def _retire(platform: Platform, settings: Settings) -> None:
    keys, ring = platform.database["keys"], platform.store.vault.ring
    path = _file(settings, "Leave the first alone there and")
    with _alone(settings):
        ring.refresh()
        if time.time() - path.stat().st_mtime < SETTLED:
            raise Failure(
                f"The master key has just changed: wait {SETTLED:.0f} s till every process knows it."
            )
        if await left(keys, ring):
            raise Failure("Data keys still lie under a former master key: `furong key rotate` first.")
        await _note(platform, f"former master keys taken out: {' '.join(ring.former) or 'none'}")
        master_key.replace(path, ring.keys[:1])
        ring.refresh()


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Of two that change the key file one waits: else a key could vanish that has wrapped already."""
    folder = os.open(settings.key_file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _file(settings: Settings, first: str) -> Path:
    """The key file of a platform on one machine; elsewhere people change the keys."""
    if settings.master_key or settings.mongodb_uri:
        where = "FURONG_MASTER_KEY" if settings.master_key else "the key file of each machine"
        raise Failure(f"The master key comes from {where}. {first} restart, as deploy/README.md says (keys).")
    return settings.key_file


async def _note(platform: Platform, reason: str) -> None:
    await platform.recorder.record(AuditRecord(_BY, Interaction.CONFIGURE, reason=reason))


async def _shown(platform: Platform) -> dict[str, Any]:
    ring = platform.store.vault.ring
    counts = await under(platform.database["keys"])
    return {
        "current": ring.current,
        "former": list(ring.former),
        "cipher": ring.suite.value,
        "data_keys": counts,
    }


_ACTIONS = {"rotate": _rotate, "retire": _retire}
