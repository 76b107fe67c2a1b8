"""Transport security of the feed: TLS, mutual TLS and the networks that may connect.

HL7 MLLP Release 1 leaves security to the layer below; IHE ITI-19 (Authenticate Node) asks for mutual TLS.
Which sender a certificate may speak for stands with the registered source.
"""

import ipaddress
import ssl
from collections.abc import Callable

from adapters.mllp.peer import Peer
from services.config import Settings
from services.failure import Failure


def context(settings: Settings) -> ssl.SSLContext | None:
    """What the listener shakes hands with; None where it listens in plain text. A Failure says why not."""
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
        raise Failure(
            f"The certificates of the feed can't be used: {type(error).__name__}: {error}"
        ) from None
    return made


def admission(settings: Settings) -> Callable[[Peer], bool]:
    """Whether a peer's address lies in one of the networks of FURONG_MLLP_NETWORKS (empty: in any)."""
    networks = [ipaddress.ip_network(each) for each in settings.listed_networks]

    def admitted(peer: Peer) -> bool:
        address = ipaddress.ip_address(peer.host.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        return not networks or any(mapped in network for network in networks)

    return admitted


def speaks_for(peer: Peer, certificate: str | None) -> bool:
    """May the peer send as a source that is registered with `certificate`?

    Under mutual TLS only with the certificate named there; without a name nobody may.
    """
    if peer.certificate is None and certificate is None:
        return True
    return certificate in names(peer)


def names(peer: Peer) -> frozenset[str]:
    """The common name and the DNS names of the certificate that the peer has proved to own."""
    certificate = peer.certificate or {}
    subject = {value for part in certificate.get("subject", ()) for key, value in part if key == "commonName"}
    return frozenset(
        subject | {value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"}
    )
