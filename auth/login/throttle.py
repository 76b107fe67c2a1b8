"""Throttle: a growing delay from the fifth failed log-in, a lock at the tenth.

Design, section 4. Counted for log-in name and address together, so that a stranger can't lock a doctor out
from elsewhere; wider limits stop guesses spread over many addresses or many names.
"""

import ipaddress
from datetime import datetime, timedelta

from auth.store import attempts
from auth.store.accounts import folded
from auth.store.attempts import Limit
from auth.store.database import Database

_HOLD = timedelta(minutes=30)
PAIR = Limit("pair", 5, 10, _HOLD)
ACCOUNT = Limit("account", 60, 64, _HOLD)
ADDRESS = Limit("address", 200, 204, _HOLD)
FACTOR = Limit("factor", 5, 10, _HOLD)


async def admit(database: Database, login: str, address: str) -> datetime | None:
    """Count an attempt; None when it may go on, else the moment from which the next may be made.

    The same for names that exist and names that don't.
    """
    name = folded(login)
    for limit, subject in _subjects(name, address):
        until = await attempts.count(database, limit, subject, name)
        if until is not None:
            return until
    return None


async def succeed(database: Database, login: str, address: str) -> None:
    """The password was right."""
    (pair, subject), *wide = _subjects(folded(login), address)
    await attempts.forget(database, pair, subject)
    for limit, subject in wide:
        await attempts.excuse(database, limit, subject)


async def admit_code(database: Database, account: str, login: str) -> datetime | None:
    """As `admit`, for the second factor of an account: whoever is here knows the password already."""
    return await attempts.count(database, FACTOR, account, folded(login))


async def succeed_code(database: Database, account: str) -> None:
    """The code was right."""
    await attempts.forget(database, FACTOR, account)


async def unlock(database: Database, login: str) -> None:
    """Forget all failures of a log-in name."""
    await attempts.unlock(database, folded(login))


def _subjects(name: str, address: str) -> list[tuple[Limit, str]]:
    where = place(address)
    return [(PAIR, f"{name} {where}"), (ACCOUNT, name), (ADDRESS, where)]


def place(address: str) -> str:
    """An IPv6 customer has a whole /64, so that counts as one address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if ip.version == 6 else str(ip)
