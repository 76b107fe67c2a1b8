"""The ways in for queries, and how many there may be: checklist line 54 of the feed."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest

from adapters.mllp.client import connect
from adapters.v2_to_fhir.source import Source
from auth import moment
from auth.store import clients
from services.queries import queries as answered
from services.sources import Terms, register
from tests.support.certificates import Authority
from tests.support.feed import Feed, feeding
from tests.support.http_client import http_client
from tests.support.queries import P100, admit, ask, block, hospitals, pdq, pix, query, read, told
from tests.support.web import Web


async def test_strict_sources_ask_by_the_letter_of_the_standard(web: Web) -> None:
    await hospitals(web, strict=True, standard=True)
    async with feeding(web) as feed:
        await admit(feed)
        named = "Q22^Find Candidates^HL70471"
        good = query("QBP^Q22^QBP_Q21", f"QPD|{named}|T1|@PID.5.1^张三|||||^^^HQ1", "RCP|I|5^RD")
        assert told(await ask(feed, good)) == ("AA", "OK")
        assert told(await ask(feed, good.replace(b"RCP|I", b"ZZZ|I"))) == ("AE", "AE")


async def test_a_source_that_counts_leaves_its_queries_out(web: Web) -> None:
    await hospitals(web, numbered=True)
    async with feeding(web) as feed:
        await admit(feed)
        assert told(await ask(feed, pix(P100))) == ("AA", "OK")
        answer = await ask(feed, pix(P100, header="|P|2.5|7|||||UNICODE UTF-8"))
        assert (told(answer), str(read(answer).get("ERR-2"))) == (("AE", "AE"), "MSH^1^13")


async def test_by_certificate(web: Web, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pem = authority.sign("localhost")
    options = {"mllp_tls_certificate": pem, "mllp_tls_key": pem, "mllp_client_ca": authority.file}
    await hospitals(web)
    async with feeding(web) as feed:
        await admit(feed)
    await register(web.platform.database, Source("HQ1", "Organization/hq1"), certificate="hq1.htest.example")
    context = ssl.create_default_context(cafile=authority.file)
    context.load_cert_chain(authority.sign("hq1.htest.example"))
    async with (
        feeding(web, **options) as feed,
        await connect("localhost", feed.port, ssl=context, seconds=20) as connection,
    ):
        assert told(await connection.send(pix(P100))) == ("AA", "OK")
        assert read(await connection.send(pix("Q900^^^HQ2", source="HQ2"))).get("MSA-1").value == "AR"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("system/*.c system/Patient.rs", ("AA", "OK")), ("system/*.c", ("AR", "AR"))],
)
async def test_over_http_the_token_says_what_may_be_asked(
    region: Feed, scope: str, expected: tuple[str, str]
) -> None:
    web = region.web
    record, secret = await clients.register(
        web.platform.database, name="HIS", scope=scope, organization="Organization/hq1", regional=False
    )
    form = {"grant_type": "client_credentials"}
    reply = await web.http.post(f"{web.address}/oauth/token", data=form, auth=(record.id, secret or ""))
    await register(web.platform.database, Source("HQ1", "Organization/hq1"), terms=Terms(client=record.id))
    headers = {
        "Authorization": f"Bearer {reply.json()['access_token']}",
        "Content-Type": "application/hl7-v2; charset=UTF-8",
    }
    async with http_client(base_url=web.address, headers=headers) as http:
        answer = await http.post("/hl7v2", content=pix(P100))
    assert (answer.status_code, told(answer.content)) == (200, expected)
    assert (b"Q900" in answer.content) is (expected[0] == "AA")


async def test_a_query_in_a_file_is_answered_beside_it(web: Web, tmp_path: Path) -> None:
    await hospitals(web)
    folder = tmp_path / "drop" / "HQ1"
    folder.mkdir(parents=True)
    async with feeding(web) as feed:
        await admit(feed)
    async with feeding(web, watched_folder=tmp_path / "drop") as feed:
        (folder / "q.hl7").write_bytes(pix(P100))
        answer = folder / "done" / "q.hl7.ack"
        async with asyncio.timeout(40):
            while not answer.exists():  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        assert told(answer.read_bytes()) == ("AA", "OK")


async def test_a_batch_may_hold_queries(region: Feed) -> None:
    batch = b"BHS|^~\\&|HIS|HQ1\r" + pix(P100) + pdq("@PID.5.1^赵") + b"BTS|2\r"
    answer = (await ask(region, batch)).decode()
    assert [line[4:6] for line in answer.split("\r") if line.startswith("MSA")] == ["AA", "AA"]
    assert [line.split("|")[2] for line in answer.split("\r") if line.startswith("QAK")] == ["OK", "NF"]


async def test_more_queries_than_may_wait_are_refused_and_messages_go_on(
    region: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding, calls = asyncio.Event(), 0
    usual = answered.answer

    async def slow(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        await holding.wait()
        return await usual(*arguments)

    monkeypatch.setattr(answered, "answer", slow)
    flood = [asyncio.create_task(region.send(*[pix(P100)] * 10)) for _ in range(9)]
    while calls < 4:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    now = f"{moment.now():%Y%m%d%H%M%S}"
    message = (
        f"MSH|^~\\&|HIS|HQ1|F|R|{now}||ADT^A08^ADT_A01|M1|P|2.5||||||UNICODE UTF-8\nEVN|A08|{now}\n"
        "PID|1||P100^^^HQ1^PI||张^三\nPV1|1|I"
    )
    (acknowledged,) = await region.send(block(message))
    assert b"MSA|AA|M1" in acknowledged
    assert calls == 4
    holding.set()
    answers = [told(answer)[0] for each in flood for answer in await each]
    assert answers.count("AA") + answers.count("AR") == 90
    assert answers.count("AR") == 90 - 4 - 64


async def test_too_many_people_are_no_answer(region: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.queries.demographics.MOST", 5)
    answer = await ask(region, pdq("@PID.5.1^陈*"))
    assert told(answer) == ("AE", "AE")
    assert b"too-many-found" in answer


async def test_the_limit_of_requests_of_a_client_is_one_for_queries_too(web: Web) -> None:
    await hospitals(web)
    async with feeding(web) as feed:
        await admit(feed)
    limits = web.platform.limits
    limits._rates = limits._rates.__class__(client_requests=2)  # type: ignore[attr-defined]
    async with feeding(web) as feed:
        answers = [told(await ask(feed, pix(P100)))[0] for _ in range(3)]
    assert answers.count("AR") >= 1
