"""A roster as the platform takes it: read, checked against what there is, made whole or in part."""

import asyncio
import hashlib
from dataclasses import dataclass
from functools import partial

from auth import moment
from auth.login import roster
from auth.login.roster import Allowed, Entry, Roster
from auth.store import accounts, directory, practices
from auth.store.accounts import AccountRecord
from fhir.csv_file import Fault
from services.platform import Platform

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would make, and what is wrong in it; `digest` is its SHA-256."""

    people: list[AccountRecord]
    passwords: list[str]
    faults: list[Fault]
    digest: str

    def credentials(self) -> str:
        """Login and one-time password of each, as CSV: shown or written this once."""
        lines = [f"{_cell(who.login)},{word}" for who, word in zip(self.people, self.passwords, strict=True)]
        return "\r\n".join(["login,password", *lines, ""])


async def check(platform: Platform, raw: bytes, allowed: Allowed = lambda post: True) -> Checked:
    """Read a file and check every line. BadFile when it can't be read at all."""
    found = await asyncio.to_thread(roster.read, raw, allowed=allowed)
    found.refuse(roster.missing(await _known(platform, found)))
    logins = await directory.taken(platform.database, (accounts.folded(e.login) for e in found.entries))
    held = (accounts.duties([e.post]) for e in found.entries if e.post)
    duties = await directory.on_duty(platform.database, (each for one in held for each in one))
    found.refuse(roster.taken(logins, duties))
    known = await practices.of(platform.database, (e.post.practitioner for e in found.entries if e.post))
    found.refuse(partial(_lapsed, known))
    people, passwords = await asyncio.to_thread(roster.people, found)
    faults = sorted(found.faults, key=lambda fault: fault.line)
    return Checked(people, passwords, faults, hashlib.sha256(raw).hexdigest())


async def make(platform: Platform, checked: Checked) -> None:
    """Make all of its people at once. AccountRefused when something was taken since it was checked."""
    await directory.insert_all(platform.database, checked.people)


async def _known(platform: Platform, found: Roster) -> set[str]:
    wanted = sorted(found.references())
    known: set[str] = set()
    for start in range(0, len(wanted), _BATCH):
        known |= (await platform.store.resources.judged(wanted[start : start + _BATCH])).keys()
    return known


def _lapsed(known: practices.Known, entry: Entry) -> str | None:
    post, now = entry.post, moment.now()
    over = post is not None and not post.over(now) and practices.bound(post, known).over(now)
    return f"practitioner: {accounts.LAPSED}" if over else None


def _cell(text: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula."""
    safe = f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
    return '"' + safe.replace('"', '""') + '"' if set(safe) & set('",\r\n') else safe
