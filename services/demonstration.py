"""The demonstration of `serve --demo`: claim the database, load the region, say whom to log in as."""

from typing import TYPE_CHECKING

from services.config import Settings
from services.failure import Failure
from services.platform import connect
from services.readiness import local

if TYPE_CHECKING:
    from services.demo.cast import Member


async def claim(settings: Settings) -> None:
    """Take an empty database for the demonstration, or find it taken; a Failure when it holds other data."""
    from services.demo.claim import claim

    async with connect(settings) as platform:
        await claim(platform.database)


async def load(settings: Settings) -> str:
    """Load what is not there yet through the MLLP listener; returns the accounts as lines of text."""
    from services.demo import cast
    from services.demo.load import load

    async with connect(settings) as platform:
        try:
            await load(platform.store, local(settings), settings.mllp_port)
        except ExceptionGroup as several:
            raise _first_failure(several) from None
        return _introduce(await cast.members(platform.store))


def _first_failure(several: ExceptionGroup[Exception]) -> Exception:
    """One of many connections that failed stands for all."""
    failures = several.subgroup(Failure)
    first: Exception = failures.exceptions[0] if failures else several.exceptions[0]
    return _first_failure(first) if isinstance(first, ExceptionGroup) else first


def _introduce(members: "list[Member]") -> str:
    lines = [f"  {each.login:16} {each.password:20} {each.role:10} {each.name}" for each in members]
    head = "Log in as (login, password, role, name):"
    foot = (
        "  second factor: ./furong demo code LOGIN; security and operator make a passkey at the first log-in"
    )
    return "\n".join([head, *lines, foot])
