"""Asker: a registered source as who asks, and whether it has proved to be that.

IHE ITI-19 (Authenticate Node). MSH-4 alone proves nothing: it is enough to take a message in, and not to
tell of anybody. What a source sees is what the one decision gives the system of its organisation.
"""

from adapters.mllp.peer import Peer
from auth.principal import Kind, Principal
from auth.smart.scope import parse_all
from services.intake.proof import Client, Sender
from services.sources import Registration

SCOPES = parse_all("system/Patient.rs system/Account.rs")
"""What a source may look at over MLLP and by files; over HTTP its token says that."""


def proved(sender: Sender, registration: Registration) -> bool:
    """Has the sender of this source shown more than a name: a certificate, token, network or folder?"""
    if not isinstance(sender, Peer):
        return True
    return sender.certificate is not None or bool(registration.terms.networks)


def principal(sender: Sender, registration: Registration) -> Principal:
    """Who asks."""
    source = registration.source
    name = f"source:{source.code}"
    return Principal(
        kind=Kind.SYSTEM,
        id=name,
        name=source.code,
        client_id=sender.client if isinstance(sender, Client) else name,
        organization=source.organization,
        regional=registration.terms.regional_queries,
        scopes=sender.scopes if isinstance(sender, Client) else SCOPES,
    )
