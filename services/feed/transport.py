"""Transport security of the feed: TLS, mutual TLS and the networks that may connect.

HL7 MLLP Release 1 leaves security to the layer below; IHE ITI-19 (Authenticate Node) asks for mutual TLS.
Which sender a certificate may speak for stands with the registered source.
"""

import ssl
from collections.abc import Callable

from adapters.mllp.peer import Peer
from services.config import Settings
from services.failure import Failure
from services.networks import within


def context(settings: Settings) -> ssl.SSLContext | None:
    """What the listener shakes hands with; None where it listens in plain text. A Failure says why not."""
    settings.demand_secure_feed()
    if settings.mllp_tls_certificate is None:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        made.load_cert_chain(settings.mllp_tls_certificate, settings.mllp_tls_key)
        if settings.mllp_client_ca is not None:
            made.load_verify_locations(settings.mllp_client_ca)
            made.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        raise _unusable(error) from None
    return made


def outgoing(settings: Settings) -> ssl.SSLContext:
    """What a reply over TLS shakes hands with: the receiver proves its name, and we show our certificate.

    A Failure says why not.
    """
    try:
        made = ssl.create_default_context(cafile=settings.mllp_reply_ca)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        if settings.mllp_tls_certificate is not None:
            made.load_cert_chain(settings.mllp_tls_certificate, settings.mllp_tls_key)
    except (OSError, ssl.SSLError) as error:
        raise _unusable(error) from None
    return made


def _unusable(error: Exception) -> Failure:
    return Failure(f"The certificates of the feed can't be used: {type(error).__name__}: {error}")


def admission(settings: Settings) -> Callable[[Peer], bool]:
    """Whether a peer's address lies in one of the networks of FURONG_MLLP_NETWORKS (empty: in any)."""
    networks = settings.listed_networks
    return lambda peer: within(peer.host, networks)
