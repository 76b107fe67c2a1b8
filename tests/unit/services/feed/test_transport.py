import ssl
from pathlib import Path
from typing import Any

import pytest

from adapters.mllp.peer import Peer
from services.config import Settings
from services.failure import Failure, WrongArgument
from services.feed.transport import admission, context
from services.intake.proof import names, speaks_for
from tests.support.certificates import Authority

PROVED = Peer(
    "10.1.2.3", 1, {"subject": ((("commonName", "a"),),), "subjectAltName": (("DNS", "b"), ("URI", "c"))}
)
PLAIN = Peer("10.1.2.3", 1)


@pytest.mark.parametrize(
    ("peer", "certificate", "may"),
    [
        (PLAIN, None, True),
        (PLAIN, "a", False),
        (PROVED, "a", True),
        (PROVED, "b", True),
        (PROVED, "c", False),
        (PROVED, None, False),
    ],
)
def test_who_speaks_for_a_source(peer: Peer, certificate: str | None, may: bool) -> None:
    assert speaks_for(peer, certificate) is may


def test_names_of_a_certificate() -> None:
    assert names(PROVED) == {"a", "b"}
    assert names(PLAIN) == frozenset()


@pytest.mark.parametrize(
    ("networks", "host", "admitted"),
    [
        ("", "203.0.113.9", True),
        ("10.1.0.0/16", "10.1.2.3", True),
        ("10.1.0.0/16", "10.2.2.3", False),
        ("10.1.0.0/16", "::ffff:10.1.2.3", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "fe80::1%eth0", False),
    ],
)
def test_networks(networks: str, host: str, admitted: bool, tmp_path: Path) -> None:
    settings = Settings.read(data=tmp_path, mllp_networks=networks)
    assert admission(settings)(Peer(host, 1)) is admitted


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mllp_networks": "10.1"}, "FURONG_MLLP_NETWORKS: a network is written as"),
        ({"mllp_tls_key": "k.pem"}, "mllp_tls_certificate and mllp_tls_key go together"),
        ({"mllp_client_ca": "ca.pem"}, "mllp_client_ca needs mllp_tls_certificate"),
    ],
)
def test_wrong_settings(options: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongArgument, match=words):
        Settings.read(**options)


def test_certificates_that_are_none_are_named_in_one_line(tmp_path: Path) -> None:
    pem = tmp_path / "x.pem"
    pem.write_text("nothing")
    with pytest.raises(Failure, match="certificates of the feed can't be used"):
        context(Settings.read(data=tmp_path / "d", mllp_tls_certificate=pem, mllp_tls_key=pem))
    assert context(Settings.read(data=tmp_path / "d")) is None


def test_nothing_older_than_tls_1_2(tmp_path: Path) -> None:
    pem = Authority(tmp_path).sign("localhost")
    made = context(Settings.read(data=tmp_path / "d", mllp_tls_certificate=pem, mllp_tls_key=pem))
    assert made is not None
    assert made.minimum_version == ssl.TLSVersion.TLSv1_2
