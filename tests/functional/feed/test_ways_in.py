"""`./furong serve` takes messages by HTTP and by a watched folder; what it owes survives a kill -9."""

import json
import os
import signal
import socket
import urllib.parse
import urllib.request
from base64 import b64encode

import pytest

from adapters.mllp.frame import Block, Decoder, frame
from tests.functional.feed.test_feed import adt, answer, code
from tests.support.serving import furong, processes, wait_until

BATCH = "BHS|^~\\&|HIS|TEST1|FURONG|REGION|20260301||||B1\r"


@pytest.fixture
def environment(environment, tmp_path):
    (tmp_path / "drop" / "TEST1").mkdir(parents=True)
    return environment | {"FURONG_WATCHED_FOLDER": str(tmp_path / "drop")}


class Conversation:
    """One connection to the feed, on which everything that comes is read."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=90)
        self._decoder, self._came = Decoder(), []

    def send(self, block):
        self._socket.sendall(frame(block))

    def next(self):
        while not self._came:
            data = self._socket.recv(4096)
            assert data, "the feed closed the connection"
            self._came += [each.data for each in self._decoder.feed(data) if isinstance(each, Block)]
        return self._came.pop(0)

    def close(self):
        self._socket.close()


def program(data, environment, *words):
    """What a command of the program printed as JSON."""
    done = furong(environment, *words, "--data", str(data))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def posted(url, body, **headers):
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.read()


def bearer(port, client):
    basic = b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
    told = posted(f"http://127.0.0.1:{port}/oauth/token", form, Authorization=f"Basic {basic}")
    return f"Bearer {json.loads(told)['access_token']}"


def organization(port, token):
    body = json.dumps({"resourceType": "Organization", "active": True, "name": "HTEST"}).encode()
    headers = {"Content-Type": "application/fhir+json", "Authorization": token}
    return json.loads(posted(f"http://127.0.0.1:{port}/fhir/Organization", body, **headers))["id"]


def test_lines_7_8_and_23_by_the_program_itself(serve, data, environment, tmp_path):
    with serve() as platform:
        add = ["client", "add", "--name", "HIS", "--regional", "--scope", "system/*.cruds"]
        client = program(data, environment, *add)
        token = bearer(platform.http, client)
        source = ["source", "add", "--code", "TEST1", "--organization", organization(platform.http, token)]
        program(data, environment, *source, "--client", client["client_id"])
        drop = tmp_path / "drop" / "TEST1"
        (drop / "a.hl7").write_bytes(f"{BATCH}{adt(control='F1')}{adt(control='F2')}BTS|2\r".encode())

        headers = {"Content-Type": "application/hl7-v2", "Authorization": token}
        reply = posted(f"http://127.0.0.1:{platform.http}/hl7v2", adt(control="H1").encode(), **headers)
        assert code(reply) == "AA"

        enhanced = adt(control="E1").replace("|P|2.4||||||", "|P|2.4|||AL|AL||").encode()
        first, again = owed(platform, enhanced)
        assert code(first) == code(again) == "AA"
        assert answer(first).header[10].value == answer(again).header[10].value

        wait_until(lambda: (drop / "done" / "a.hl7").exists())
        told = (drop / "done" / "a.hl7.ack").read_bytes().decode()
        assert [line for line in told.split("\r") if line.startswith("MSA")] == ["MSA|AA|F1", "MSA|AA|F2"]


def answered(port):
    """Does the feed answer again?"""
    try:
        blocks = Conversation(port)
    except OSError:
        return False
    try:
        blocks.send(b"hello")
        return code(blocks.next()) == "AR"
    except (OSError, AssertionError):
        return False
    finally:
        blocks.close()


def owed(platform, enhanced):
    """The application acknowledgement, and the same after the feed was killed unanswered."""
    blocks = Conversation(platform.mllp)
    blocks.send(enhanced)
    assert code(blocks.next()) == "CA"
    first = blocks.next()
    blocks.close()
    os.kill(processes(platform)["services.feed"].pid, signal.SIGKILL)
    wait_until(lambda: answered(platform.mllp))
    blocks = Conversation(platform.mllp)
    blocks.send(adt(control="E2").encode())
    assert code(blocks.next()) == "AA"
    again = blocks.next()
    blocks.close()
    return first, again
