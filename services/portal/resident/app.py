"""App: through what a person looked, or what he let in, by the name under which it is registered.

SMART App Launch 2.2. Whoever looks for another is told that it was an app, not which.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auth.audit.access_log import AccessEntry
from auth.audit.record import Interaction, Outcome
from auth.store import clients
from auth.store.database import Database
from services.portal.apps.deeds import Deed, deed

_DEEDS = (Interaction.TOKEN, Interaction.CONFIGURE, Interaction.OPERATION)


@dataclass(frozen=True, slots=True)
class App:
    """One app; without a `name` it is registered no longer, without an `id` the reader is not told which."""

    id: str = ""
    name: str = ""


def app_deed(entry: AccessEntry) -> Deed | None:
    """What was done with an app, where that is what the record tells of."""
    by_page = entry.role in ("resident", "clinician") and entry.client is None
    done = entry.result is Outcome.SUCCESS and entry.interaction in _DEEDS and entry.proxy is None
    return deed(entry.reason) if by_page and done else None


def app_of(entry: AccessEntry, apps: Mapping[str, App]) -> App | None:
    """The app of a look; None where there was none."""
    id = _client(entry)
    return (apps.get(id) or App(id)) if id else None


def caller(entry: AccessEntry, apps: Mapping[str, App]) -> str:
    """What whoever looked is called: a person, or the app that acts for the resident; "" where that has no
    name."""
    app = app_of(entry, apps)
    return app.name if entry.app and app else entry.name


async def apps_of(
    database: Database, entries: Iterable[AccessEntry], *, named: bool = True
) -> dict[str, App]:
    """The apps of some looks by the ids of their clients; without names where they are not to be `named`."""
    wanted = sorted(set(filter(None, map(_client, entries))))
    if not named:
        return dict.fromkeys(wanted, App())
    known = {id: await clients.by_id(database, id) for id in wanted}
    return {id: App(id, client.name if client else "") for id, client in known.items()}


def _client(entry: AccessEntry) -> str:
    """Of a system the entry itself holds the name."""
    done = app_deed(entry)
    return done.client if done else (entry.client or "") if entry.kind == "person" else ""
