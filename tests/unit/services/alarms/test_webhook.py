"""Webhook: signed JSON to one address, over a real socket."""

import json
from datetime import UTC, datetime

import pytest

from auth.audit.signing import Signer, signed
from services.alarms.alarm import Alarm, Kind, State
from services.alarms.webhook import post
from tests.support.receiver import Receiver

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ALARM = Alarm("a1", Kind.SWEEP, "警 A sentence.", {"count": 8}, NOW, NOW, 1, State.WAITING, State.NONE)
SIGNER = Signer(b"0" * 32)


def test_the_body_is_the_alarm_and_is_signed(receiver: Receiver) -> None:
    post(ALARM, receiver.address, SIGNER)
    ((header, body),) = receiver.got
    assert json.loads(body) == ALARM.as_json()
    time, signature = (part.partition("=")[2] for part in header.split(","))
    assert signed(time.encode() + b"." + body, signature, SIGNER.public)
    assert not signed(time.encode() + b"." + body + b" ", signature, SIGNER.public)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500, 503])
def test_whoever_does_not_take_it_is_told_apart(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.location = status, receiver.address
    with pytest.raises(OSError, match=r"HTTP Error"):
        post(ALARM, receiver.address, SIGNER)
    assert len(receiver.got) == 1, "a redirect is not followed"


def test_nobody_there() -> None:
    with pytest.raises(OSError, match="refused"):
        post(ALARM, "http://127.0.0.1:9/x", SIGNER)
