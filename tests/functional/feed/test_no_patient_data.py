"""No patient in logs, answers and metrics, by the program itself: checklist lines 28 and 69 of the feed."""

import urllib.request

import pytest

from tests.functional.feed.test_feed import adt, oru
from tests.functional.feed.test_ways_in import Conversation
from tests.support.serving import wait_until

NAME, NUMBER, VISIT, ROOM = "欧阳^试验", "P7771234", "V8881234", "9Z-777"
SECRETS = ("欧阳", "试验", NUMBER, VISIT, ROOM, "OUYANG", "510104195803129013", "19580312", "李^四", "诸葛")


@pytest.fixture
def environment(environment):
    ours = {"FURONG_UNREGISTERED_SOURCES": "accept", "FURONG_LOG_LEVEL": "DEBUG"}
    return environment | ours | {"FURONG_MAX_MESSAGE_BYTES": "20000"}


def blocks():
    """Good ones, and one for each way in which a message can fail."""
    good = adt(id=NUMBER, name=NAME, visit=VISIT).replace("3B^301^1", ROOM)
    other = oru("C2", id=NUMBER).replace("张^三", "诸葛^四").replace("19580312", "19900101")
    return [
        good.encode(),
        other.encode(),
        adt("A08", "C3", id=NUMBER, name=NAME, visit=VISIT, moment="yesterday").encode(),
        adt("A01", "C4", id=NUMBER, name=NAME).replace("ADT^A01", "XXX^A01").encode(),
        adt("A01", "C5", name=NAME, id="").replace("510104195803129013", "").encode(),
        adt("A01", "C6", id=NUMBER, name=NAME).encode() + b"NTE|1||\xff\xff\r",
        f"欧阳 试验 {NUMBER} is no message".encode(),
        f"BHS|^~\\&|HIS|TEST1|||||||B1\r{adt('A01', 'C7', id=NUMBER, name=NAME)}BTS|9\r".encode(),
        adt("A01", "C8", id=NUMBER, name=NAME, visit=VISIT).encode()
        + b"ZZ1|"
        + NAME.encode() * 3_000
        + b"\r",
        adt("A40", "C9", id=NUMBER, name=NAME).encode(),
    ]


def misplaced():
    """Somebody's name or number where the sender's, the message's or its kind's should be."""
    return [
        adt("A28", "M1", id=NUMBER, name=NAME, facility="欧阳试验").encode(),
        adt("A28", "M2", id=NUMBER, name=NAME, facility="510104195803129013").encode(),
        adt("A28", NUMBER, id=NUMBER, name=NAME).encode(),
        adt("A28", "M4", id=NUMBER, name=NAME).replace("|HIS|", "|欧阳试验|").encode(),
        adt("欧阳", "M5", id=NUMBER, name=NAME).encode(),
    ]


def test_line_69_nobody_is_named_in_a_log_an_answer_or_a_metric(serve, data):
    with serve() as platform:
        conversation = Conversation(platform.mllp)
        answers = []
        for block in blocks():
            conversation.send(block)
            answers.append(conversation.next().decode("utf-8", "replace"))
        for block in misplaced():  # an answer repeats what stood in the header
            conversation.send(block)
            conversation.next()
        conversation.close()

        def metrics():
            with urllib.request.urlopen(f"http://127.0.0.1:{platform.http}/metrics", timeout=30) as reply:
                return reply.read().decode()

        wait_until(lambda: 'furong_source_dead_letters_total{source="TEST1"}' in metrics())
        told = metrics()
        logs = {path.name: path.read_text() for path in (data / "log").iterdir()}
        logs["mongod"] = (data / "mongodb" / "mongod.log").read_text()
    codes = [line.split("|")[1] for each in answers for line in each.split("\r") if line.startswith("MSA")]
    assert {"AA", "AE", "AR"} == set(codes), codes
    assert len(codes) >= len(blocks())
    assert "processed" in logs["worker.log"]
    for place, text in logs.items() | {"metrics": told, "answers": "\n".join(answers)}.items():
        assert [secret for secret in SECRETS if secret in text] == [], place
