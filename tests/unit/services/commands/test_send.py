import argparse
import json
from pathlib import Path

import pytest

from adapters.mllp.peer import Peer
from adapters.mllp.server import start
from services.commands import send
from services.commands.send import acknowledgement
from services.config import Settings
from services.database.port import free_port
from services.failure import Failure, WrongArgument
from services.feed.transport import context
from services.intake.proof import names
from tests.support.certificates import Authority
from tests.support.feed import Feed
from tests.support.messages import adt


async def run(port: int, *words: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    send.add_arguments(parser)
    arguments = parser.parse_args(["--host", "127.0.0.1", "--port", str(port), *words])
    return await send.run(arguments, None)


def file(folder: Path, *messages: str) -> str:
    path = folder / "messages.hl7"
    path.write_text("".join(messages), newline="")
    return str(path)


async def test_every_message_of_a_file_is_sent(
    feed: Feed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(feed.port, file(tmp_path, adt("C1"), adt("C2"))) == 0
    assert [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()] == ["AA C1", "AA C2"]
    assert len(await feed.rows()) == 2


async def test_one_that_is_refused_is_shown_with_its_place(
    feed: Feed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = adt("C2").replace("ADT^A01", "XXX^A01")
    assert await run(feed.port, file(tmp_path, adt("C1"), bad), "--json") == 1
    good, refused = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (good["code"], refused["code"]) == ("AA", "AR")
    assert refused["errors"][0]["location"].startswith("MSH^1^9")


async def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="Is the platform running"):
        await run(free_port(), file(tmp_path, adt()))


async def test_files_that_hold_nothing(tmp_path: Path) -> None:
    with pytest.raises(WrongArgument, match="empty"):
        await run(1, file(tmp_path, " \r\n"))
    with pytest.raises(WrongArgument, match="nothing"):
        await run(1, str(tmp_path / "nothing"))


def test_an_answer_that_is_no_message() -> None:
    assert acknowledgement(b"hello")["code"] == "?"


def test_an_old_error_segment() -> None:
    old = b"MSH|^~\\&|||||||ACK|1|P|2.3\rMSA|AE|C1|bad field\rERR|PID^1^7^102\r"
    assert acknowledgement(old) == {
        "code": "AE",
        "control_id": "C1",
        "errors": [{"location": "PID^1^7", "code": "102", "text": "bad field"}],
    }


async def test_over_tls_with_a_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    authority = Authority(tmp_path)
    pem = authority.sign("localhost")
    settings = Settings.read(
        data=tmp_path / "d", mllp_tls_certificate=pem, mllp_tls_key=pem, mllp_client_ca=authority.file
    )

    proven = []

    async def accept(block: bytes, peer: Peer) -> bytes:
        proven.extend(names(peer))
        return b"MSH|^~\\&|||||||ACK|1|P|2.4\rMSA|AA|C1\r"

    server = await start(accept, "127.0.0.1", 0, ssl=context(settings))
    trusted = ["--ca", str(authority.file), "--host", "localhost"]
    proved = ["--certificate", str(authority.sign("his.htest.example"))]
    assert await run(server.port, file(tmp_path, adt("C1")), *trusted, *proved) == 0
    assert "AA C1" in capsys.readouterr().out
    assert proven == ["his.htest.example"]
    with pytest.raises(Failure, match="localhost"):
        await run(server.port, file(tmp_path, adt("C1")), *trusted)
    with pytest.raises(WrongArgument, match="--ca and --certificate"):
        await run(server.port, file(tmp_path, adt("C1")), "--ca", str(tmp_path / "nothing.pem"))
    await server.close(1)


async def test_line_6_a_rejection_stops_or_is_skipped_and_what_was_not_accepted_is_kept(
    feed: Feed, tmp_path: Path
) -> None:
    rejected = adt("C1").replace("ADT^A01", "XXX^A01")
    erroneous = adt("C2").replace("|P100^", "|^")
    messages = file(tmp_path, erroneous, rejected, adt("C3"))
    letters = tmp_path / "letters.hl7"
    assert await run(feed.port, messages, "--on-reject", "stop", "--dead-letters", str(letters)) == 1
    assert [row["control_id"] for row in await feed.rows()] == ["C2", "C1"]
    assert letters.read_bytes() == (erroneous + rejected).encode()
    assert await run(feed.port, messages) == 1
    rows = [(row["control_id"], row.get("repeated", 0)) for row in await feed.rows()]
    assert rows == [("C2", 1), ("C1", 1), ("C3", 0)], "what is refused again is counted"


async def test_line_6_an_answer_that_was_lost_is_asked_for_again(tmp_path: Path) -> None:
    came = []

    async def accept(block: bytes, peer: Peer) -> bytes:
        came.append(block)
        return b"garbage" if len(came) == 1 else b"MSH|^~\\&|||||||ACK|1|P|2.4\rMSA|AA|C1\r"

    server = await start(accept, "127.0.0.1", 0)
    assert await run(server.port, file(tmp_path, adt("C1")), "--attempts", "3") == 0
    assert came[0] == came[1]
    with pytest.raises(WrongArgument, match="--attempts"):
        await run(server.port, file(tmp_path, adt("C1")), "--attempts", "0")
    await server.close(1)
