"""Mail: plain text over SMTP, to a server that speaks on a real socket."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.alarms.alarm import Alarm, Kind, State
from services.alarms.mail import message, send
from services.config import Settings

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ALARM = Alarm("a1", Kind.DEAD_LETTERS, "A sentence.", {"source": "HTEST", "dead": 8}, NOW, NOW, 1,
              State.NONE, State.WAITING)  # fmt: skip
TO = {"alarm_mail_to": "one@x.example, two@x.example", "smtp_security": "none"}


@pytest.fixture
def server() -> Iterator[tuple[int, list[str]]]:
    """A port, and the lines that were said there."""
    listening, said = socket.create_server(("127.0.0.1", 0)), list[str]()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rw", newline="\r\n") as lines:
            lines.write("220 x\r\n")
            lines.flush()
            within = False
            for line in lines:
                said.append(line.rstrip())
                if within:
                    within = line.strip() != "."
                    if within:
                        continue
                word = line.strip().upper()
                within = word == "DATA"
                lines.write("354 go\r\n" if within else "221 bye\r\n" if word == "QUIT" else "250 ok\r\n")
                lines.flush()
                if word == "QUIT":
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    yield listening.getsockname()[1], said
    thread.join(10)
    listening.close()


def test_the_mail_says_what_the_alarm_says() -> None:
    mail = message(ALARM, Settings.read(**TO))
    assert (mail["Subject"], mail["To"]) == ("Furong: dead letters", "one@x.example, two@x.example")
    assert mail.get_content().splitlines()[:4] == ["A sentence.", "", "dead: 8", "source: HTEST"]


def test_it_is_sent_to_all(server: tuple[int, list[str]]) -> None:
    port, said = server
    send(ALARM, Settings.read(**TO, smtp_port=port))
    assert [line for line in said if line.lower().startswith("rcpt")] == [
        "rcpt TO:<one@x.example>", "rcpt TO:<two@x.example>",
    ]  # fmt: skip
    assert "A sentence." in said


def test_a_server_that_can_not_protect_the_connection_gets_nothing(server: tuple[int, list[str]]) -> None:
    port, said = server
    with pytest.raises(OSError, match="STARTTLS"):
        send(ALARM, Settings.read(**TO | {"smtp_security": "starttls"}, smtp_port=port))
    assert not any("sentence" in line for line in said)
