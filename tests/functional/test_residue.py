"""Nothing of what people sent is left when a process ends or dies; security-and-scale.md, line 42."""

import asyncio
import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from services.database.process import Process
from services.platform import Platform
from services.portal import csrf
from tests.support.http_client import http_client
from tests.support.serving import data, environment, mongod, processes, serve
from tests.support.web_process import web_child
from tests.unit.services.portal.test_visit import CHIEF, platform

__all__ = ["data", "environment", "platform", "serve"]
HEAD = "login,name,role,organization,practitioner,patient,begins,ends,administrator\n"
SECRET = "残留HTEST"


async def _officer(platform: Platform) -> str:
    account = await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="officer", name="HTEST",
        roles=(Role.SECURITY,), password=CHIEF, totp_secret=None,
    )  # fmt: skip
    return await sessions.start(platform.database, account, amr=("pwd", "hwk"))


def _open_files(pid: int) -> list[str]:
    """What the process holds open that has a place on a disk, deleted files too."""
    found = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(os.readlink(each))
        except FileNotFoundError:
            continue
    return [each for each in found if each.startswith("/")]


def _unread(port: int) -> bool:
    """Has the kernel still bytes for the connections to `port` that nobody has read?"""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    queues = [row[4].split(":") for row in rows if int(row[1].split(":")[1], 16) == port and row[3] == "01"]
    return any(int(received, 16) for _, received in queues)


def _files(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in folder.rglob("*") if each.is_file()]


async def test_line_42_an_upload_is_never_a_file_not_even_of_a_process_that_is_killed(
    platform: Platform, database: tuple[str, str], tmp_path: Path
) -> None:
    """2.5 MB of a roster arrive, the process is looked at, and killed before the rest comes."""
    session = await _officer(platform)
    spool = tmp_path / "spool"
    spool.mkdir()
    roster = HEAD + "".join(f"u{n},{SECRET}{n},resident,,,Patient/{n},,,\n" for n in range(60_000))
    form = {"csrf": csrf.token(session), "partial": "no"}
    whole = httpx.Request("POST", "http://x", data=form, files={"file": ("r.csv", roster.encode())})
    body = whole.read()
    assert len(body) > 2_500_000
    more = {"TMPDIR": str(spool), "FURONG_MASTER_KEY": "30" * 32}
    async with web_child(*database, tmp_path / "data", **more) as (address, child):
        quiet = set(_open_files(child.pid))
        port = urlsplit(address).port or 0
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"POST /console/accounts/import HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: furong_session={session}\r\n"
            f"Content-Type: {whole.headers['content-type']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body[:-1000])
        await writer.drain()
        while _unread(port):  # noqa: ASYNC110 - the kernel is asked, which tells nobody
            await asyncio.sleep(0.05)
        assert set(_open_files(child.pid)) - quiet == set()
        assert list(spool.iterdir()) == []
        os.kill(child.pid, signal.SIGKILL)
        await child.wait()
        writer.close()
    assert list(spool.rglob("*")) == []


async def test_line_42_one_that_comes_whole_leaves_nothing_either(
    platform: Platform, database: tuple[str, str], tmp_path: Path
) -> None:
    session, spool = await _officer(platform), tmp_path / "spool"
    spool.mkdir()
    roster = (HEAD + "".join(f"u{n},{SECRET}{n},nobody,,,,,,\n" for n in range(60_000))).encode()
    more = {"TMPDIR": str(spool), "FURONG_MASTER_KEY": "30" * 32}
    async with (
        web_child(*database, tmp_path / "data", **more) as (address, _),
        http_client(base_url=address) as http,
    ):
        http.cookies.set("furong_session", session)
        form = {"csrf": csrf.token(session), "partial": "no"}
        reply = await http.post("/console/accounts/import", data=form, files={"file": ("r.csv", roster)})
        assert reply.status_code == 422, reply.text[:200]
    assert not any(SECRET.encode() in held for held in _files(tmp_path))
    assert list(spool.rglob("*")) == []


def test_line_42_no_process_writes_a_core_file_and_mongod_leaves_no_spill(serve, data, environment, tmp_path):
    with serve() as supervisor:
        born = [*processes(supervisor).values(), mongod(data), Process.of(supervisor.pid)]
        assert len(born) >= 5
        for each in born:
            limits = Path(f"/proc/{each.pid}/limits").read_text()
            assert limits.split("Max core file size")[1].split()[0] == "0", each
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(30)
    spill = data / "mongodb" / "_tmp"
    assert not spill.exists() or list(spill.rglob("*")) == []
