"""Who is at the other end (line 5 of the feed's checklist)."""

from asyncio import StreamWriter
from unittest.mock import create_autospec

from adapters.mllp.peer import Peer, peer_of


def writer(**extra: object) -> StreamWriter:
    mock = create_autospec(StreamWriter, instance=True)
    mock.get_extra_info.side_effect = extra.get
    return mock


def test_names_the_other_end() -> None:
    assert peer_of(writer(peername=("10.0.0.1", 4000, 0, 0))) == Peer("10.0.0.1", 4000, None)


def test_shows_the_certificate_that_was_proved() -> None:
    certificate = {"subject": ((("commonName", "HTEST1"),),)}
    assert peer_of(writer(peername=("::1", 1), peercert=certificate)).certificate == certificate


def test_a_lost_connection_has_no_address() -> None:
    assert peer_of(writer()) == Peer("", 0, None)
