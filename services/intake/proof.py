"""Proof: who sends, and whether he may send as the source that his message names.

IHE ITI-19 (Authenticate Node), RFC 6750 for HTTP. What a sender has to prove stands with the
registered source; MSH-3 and MSH-4 alone prove nothing.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from adapters.mllp.peer import Peer
from auth.smart.scope import Scope
from services.networks import within
from services.sources import Registration


class Client(NamedTuple):
    """A sender over HTTP, and the OAuth client whose token it showed.

    `asked`: the server asks for certificates; `certificate`: what the sender has proved to own, if anything;
    `scopes`: what the token may do, which a query is held to.
    """

    host: str
    port: int
    client: str
    asked: bool = False
    certificate: Mapping[str, Any] | None = None
    scopes: tuple[Scope, ...] = ()


class Folder(NamedTuple):
    """A watched folder, which stands for one source."""

    code: str
    host: str = "folder"
    port: int = 0


Sender = Peer | Client | Folder


def fault(sender: Sender, registration: Registration) -> str | None:
    """Why the sender may not send as this source, as a text key of the errors; None where he may."""
    if isinstance(sender, Folder):
        return None if sender.code == registration.source.code else "sender-unproven"
    if not within(sender.host, registration.terms.networks):
        return "sender-network"
    if isinstance(sender, Client):
        proved = sender.client == registration.terms.client and _shows(sender, registration.certificate)
        return None if proved else "sender-unproven"
    return None if speaks_for(sender, registration.certificate) else "sender-unproven"


def speaks_for(peer: Peer, certificate: str | None) -> bool:
    """May the peer send as a source that is registered with `certificate`?

    Under mutual TLS only with the certificate named there; without a name nobody may.
    """
    if peer.certificate is None and certificate is None:
        return True
    return certificate in names(peer)


def _shows(client: Client, certificate: str | None) -> bool:
    """Has it proved the certificate of the source, where the server asks and the source has one?"""
    return not client.asked or certificate is None or certificate in names(client)


def names(sender: Peer | Client) -> frozenset[str]:
    """The common name and the DNS names of the certificate that the sender has proved to own."""
    certificate = sender.certificate or {}
    subject = {value for part in certificate.get("subject", ()) for key, value in part if key == "commonName"}
    return frozenset(
        subject | {value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"}
    )
