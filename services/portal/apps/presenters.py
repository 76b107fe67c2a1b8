"""The question of an app, as its page shows it: who asks, for what, on whose file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from auth.authorization_server.authorization_endpoint import Asked
from auth.smart.granting import OFFLINE, ONLINE
from auth.smart.scope import Scope
from auth.smart.selection import choices
from auth.store.clients import ClientRecord
from auth.store.grants import Grant
from fhir.summary.patient import Banner
from services.portal.apps import wording


@dataclass(frozen=True, slots=True)
class Box:
    """One thing to tick: its name in the form, what the app does and with what, and the scope itself.

    `action` and `subject` are msgids; where there are no plain words for it, `plain` stands for the subject.
    """

    key: str
    action: str
    subject: str | None
    plain: str
    scope: str


@dataclass(frozen=True, slots=True)
class Line:
    """A scope that is asked for, and what may be allowed in its place."""

    box: Box
    parts: tuple[Box, ...]
    everyone: bool
    """Not the one file alone, but whomever the person may see."""


@dataclass(frozen=True, slots=True)
class Question:
    """The whole question."""

    app: str
    host: str
    native: bool
    lines: tuple[Line, ...]
    identity: tuple[str, ...]
    offline: bool
    online: bool
    patient: Banner | None


def question(asked: Asked, patient: Banner | None) -> Question:
    """What `asked` means for a person; `patient` is whose file it is about."""
    words = asked.scope.split()
    return Question(
        app=asked.client.name,
        host=urlsplit(asked.redirect_uri).netloc or asked.redirect_uri.partition(":")[0],
        native=asked.impersonable,
        lines=lines(asked.scope),
        identity=tuple(wording.identity(asked.scope)),
        offline=OFFLINE in words,
        online=ONLINE in words,
        patient=patient,
    )


def lines(scopes: str) -> tuple[Line, ...]:
    """The resource scopes of a list, each with its parts."""
    return tuple(
        Line(
            _box(choice.key, choice.scope),
            tuple(_box(part.key, part.scope) for part in choice.parts),
            choice.scope.level == "user",
        )
        for choice in choices(scopes)
    )


def _box(key: str, scope: Scope) -> Box:
    plain = f"{scope.type} ({scope.query})" if scope.query else scope.type
    return Box(key, wording.action(scope), wording.subject(scope), plain, scope.text)


@dataclass(frozen=True, slots=True)
class App:
    """An app that somebody has let in."""

    id: str
    name: str
    ended: bool
    given: datetime
    used: datetime
    allowed: tuple[Box, ...]
    offline: bool


def app(grant: Grant, client: ClientRecord | None) -> App:
    """A grant as its line shows it."""
    return App(
        id=grant.client,
        name=client.name if client else grant.client,
        ended=client is None or not client.usable,
        given=grant.given,
        used=grant.used,
        allowed=tuple(_box(choice.key, choice.scope) for choice in choices(grant.scope)),
        offline=OFFLINE in grant.scope.split(),
    )


def apps(grants: Sequence[Grant], clients: dict[str, ClientRecord]) -> list[App]:
    """All of them."""
    return [app(grant, clients.get(grant.client)) for grant in grants]
