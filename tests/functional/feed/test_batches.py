"""Batches over MLLP, end to end: checklist line 7 of the feed."""

from tests.functional.feed.test_feed import adt, oru
from tests.support.feed import Feed

HEAD = "BHS|^~\\&|HIS|TEST1|FURONG|REGION|20260301||||B1\r"


def codes(answer: bytes) -> list[str]:
    lines = answer.decode().split("\r")
    return ["|".join(line.split("|")[1:3]) for line in lines if line.startswith("MSA")]


async def test_line_7_one_bad_message_does_not_sink_the_batch(feed: Feed) -> None:
    bad = adt(control="C2").replace("ADT^A01", "XXX^A01")
    batch = f"{HEAD}{adt()}{bad}{oru('C3')}BTS|3\r"
    (answer,) = await feed.send(batch.encode())
    assert codes(answer) == ["AA|C1", "AR|C2", "AA|C3"]
    assert answer.startswith(b"BHS|^~\\&|FURONG|REGION|HIS|TEST1|")
    assert await feed.settled() == {"done": 2, "refused": 1}


async def test_line_7_a_wrong_count_keeps_the_messages_and_is_an_error_of_the_batch(feed: Feed) -> None:
    (answer,) = await feed.send(f"{HEAD}{adt()}BTS|7\r".encode())
    assert codes(answer) == ["AA|C1", "AE|B1"]
    assert await feed.settled() == {"done": 1}


async def test_line_7_a_batch_sent_again_is_not_doubled(feed: Feed) -> None:
    batch = f"FHS|^~\\&|HIS|TEST1\r{HEAD}{adt()}{oru('C2')}BTS|2\rFTS|1\r".encode()
    first, again = await feed.send(batch, batch)
    assert codes(first) == codes(again) == ["AA|C1", "AA|C2"]
    assert await feed.settled() == {"done": 2}


async def test_line_7_every_message_of_a_batch_has_its_own_character_set(feed: Feed) -> None:
    first = adt(name="张^三").encode()
    second = adt(control="C2", id="P2", visit="V2", charset="GB18030", name="珅^琝").encode("gb18030")
    (answer,) = await feed.send(HEAD.encode() + first + second + b"BTS|2\r")
    assert b"MSA|AA|C1" in answer
    assert b"MSA|AA|C2" in answer
    assert [row["charset"] for row in await feed.rows()] == ["utf-8", "gb18030"]


async def test_line_7_a_large_batch_keeps_the_order_of_its_messages(feed: Feed) -> None:
    batch = "".join(adt("A08", f"C{number}", id=f"P{number}", visit=f"V{number}") for number in range(60))
    (answer,) = await feed.send(f"{HEAD}{batch}BTS|60\r".encode())
    assert codes(answer) == [f"AA|C{number}" for number in range(60)]
    assert [row["control_id"] for row in await feed.rows()] == [f"C{number}" for number in range(60)]
