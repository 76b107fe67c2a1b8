"""Codes that nothing maps: one Task each, and the messages run again once a map is there (checklist line 55).

Both codes are kept, ids and what is unchanged stay (line 38), and each message tells its maps (line 56).
"""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.v2_to_fhir.concept_map import Code
from adapters.v2_to_fhir.source import Source
from services import overlays, sources, unmapped_codes
from services.commands import map as command
from services.sources import Sources
from services.worker.processor import Processor
from services.worker.reruns import Reruns
from tests.functional.feed.test_feed import adt, entries, oru
from tests.support.feed import Feed, feeding, work
from tests.support.web import Web

LOCAL = "urn:furong:source:TEST1"
LOINC = "http://loinc.org"
Json = dict[str, Any]


def result(control: str, code: str = "GLU", value: str = "5.1") -> bytes:
    text = oru(control, value, id=f"P{control}").replace("O1|F1|", f"O{control}|F{control}|")
    return text.replace("OBX|1|NM|4548-4^HbA1c^LN", f"OBX|1|NM|{code}^葡萄糖^HXLIS").encode()


def concept_map(**codes: str) -> Json:
    elements = [
        {"code": code, "target": [{"code": to, "equivalence": "equivalent"}]} for code, to in codes.items()
    ]
    group = {"source": f"{LOCAL}:code:HXLIS", "target": LOINC, "element": elements}
    named = {"url": "http://hx.example/lis", "version": "1", "status": "active", "sourceUri": LOCAL}
    return {"resourceType": "ConceptMap", "id": "hx-lis", **named, "group": [group]}


async def put(feed: Feed, resource: Json) -> None:
    client = await feed.web.client("system/*.cruds")
    path = f"/{resource['resourceType']}/{resource['id']}"
    assert (await client.put(path, json=resource)).status_code in (200, 201)


async def tasks(feed: Feed, status: str = "requested") -> list[Json]:
    return await entries(feed, f"/Task?code={unmapped_codes.UNMAPPED}&status={status}")


async def mapped(feed: Feed, count: int = 1) -> None:
    """Wait until so many Tasks are completed and no message waits."""
    for _ in range(200):
        if len(await tasks(feed, "completed")) == count:
            break
        await asyncio.sleep(0.1)
    assert len(await tasks(feed, "completed")) == count
    await feed.settled()


def versions(resources: list[Json]) -> dict[str, str]:
    return {each["id"]: each["meta"]["versionId"] for each in resources}


async def test_one_task_for_a_code_until_a_map_is_there(feed: Feed) -> None:
    await feed.send(*(result(f"A{n}") for n in range(3)), result("B1", "CREA"))
    assert await feed.settled() == {"done": 4}
    assert len(await tasks(feed)) == 2
    before = versions(await entries(feed, "/Observation"))
    assert set(before.values()) == {"1"}

    await put(feed, concept_map(GLU="14749-6"))
    await mapped(feed)
    after = await entries(feed, "/Observation")
    assert before.keys() == versions(after).keys()
    found = [each for each in after if each["code"]["coding"][0]["system"] == LOINC]
    assert len(found) == 3
    for each in found:
        assert [one["code"] for one in each["code"]["coding"]] == ["14749-6", "GLU"]
        assert each["code"]["coding"][1] == {
            "system": f"{LOCAL}:code:HXLIS",
            "code": "GLU",
            "display": "葡萄糖",
        }
    policies = [each.get("policy") for each in await entries(feed, "/Provenance")]
    assert policies.count(["http://hx.example/lis|1"]) == 3
    (left,) = await tasks(feed)
    assert left["input"][0]["valueCoding"]["code"] == "CREA"
    assert [len(row.get("codes", ())) for row in await feed.rows()] == [0, 0, 0, 1]
    assert all(len(row["maps"]) == 16 for row in await feed.rows())


async def test_a_message_after_the_map_needs_no_task_and_a_replay_changes_nothing(feed: Feed) -> None:
    await put(feed, concept_map(GLU="14749-6"))
    await asyncio.sleep(1.2)
    await feed.send(result("A1"))
    await feed.settled()
    (observation,) = await entries(feed, f"/Observation?code={LOINC}|14749-6")
    assert await tasks(feed) == []
    await feed.inbox.replay({})
    await feed.settled()
    assert versions(await entries(feed, "/Observation")) == versions([observation])


async def test_what_the_task_tells_is_nobody_s(feed: Feed) -> None:
    await feed.send(result("A1"))
    await feed.settled()
    (task,) = await tasks(feed)
    (row,) = await feed.rows()
    told = {each["type"]["text"]: each for each in task["input"]}
    assert told["code"]["valueCoding"] == {"system": f"{LOCAL}:code:HXLIS", "code": "GLU"}
    assert told["place"]["valueString"] == "OBX-3"
    assert told["message"]["valueString"] == row["_id"]
    assert not {"for", "focus", "owner", "basedOn"} & task.keys()
    assert not any(word in json.dumps(task, ensure_ascii=False) for word in ("PA1", "张", "葡萄糖"))
    assert row["codes"] == [task["id"]]
    assert "GLU" not in str(row)


async def test_a_worker_that_was_away_finds_what_has_a_map_now(web: Web) -> None:
    async with feeding(web) as running:
        await running.send(result("A1"), result("A2"))
        await running.settled()
    async with feeding(web, working=False) as running:
        await put(running, concept_map(GLU="14749-6"))
        assert len(await tasks(running)) == 1
        known = Sources(web.platform.database, web.platform.store.vault.identify, accept_unregistered=True)
        async with known, work(running.inbox, known, web.platform.store):
            await mapped(running)
        assert len(await entries(running, f"/Observation?code={LOINC}|14749-6")) == 2


async def test_an_overlay_maps_a_code_too(feed: Feed) -> None:
    database = feed.web.platform.database
    await sources.register(database, Source("TEST1", "Organization/t1", charset="UTF-8"))
    await feed.send(adt(control="A1").replace("|19580312|M", "|19580312|M||||||||Z9").encode())
    await feed.settled()
    (task,) = await tasks(feed)
    assert task["input"][0]["valueCoding"] == {"system": f"{LOCAL}:table:MaritalStatus", "code": "Z9"}
    await overlays.activate(database, "TEST1", 'version: "1"\ntables: {MaritalStatus: {"Z9": "W"}}')
    await mapped(feed)
    (patient,) = await entries(feed, "/Patient?family=张")
    assert [one["code"] for one in patient["maritalStatus"]["coding"]] == ["W", "Z9"]


async def test_a_task_that_the_mapper_cancelled_stays_so(feed: Feed) -> None:
    await feed.send(result("A1"))
    await feed.settled()
    (task,) = await tasks(feed)
    await put(feed, task | {"status": "cancelled"})
    await feed.send(result("A2"))
    await feed.settled()
    assert versions(await tasks(feed, "cancelled")) == {task["id"]: "2"}


async def test_a_code_that_loses_its_map_waits_again(feed: Feed) -> None:
    await feed.send(result("A1"))
    await feed.settled()
    await put(feed, concept_map(GLU="14749-6"))
    await mapped(feed)
    await put(feed, concept_map(GLU="14749-6") | {"status": "retired"})
    await asyncio.sleep(1.2)
    await feed.send(result("A2"))
    await feed.settled()
    (task,) = await tasks(feed)
    assert task["meta"]["versionId"] == "3"


async def test_a_source_that_sends_numbers_for_codes_has_few_tasks(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmapped_codes, "MOST", 2)
    for number in range(4):
        await feed.send(result(f"A{number}", f"N{number}"))
        await feed.settled()
    found = await tasks(feed)
    assert len(found) == 3
    assert len([each for each in found if "does OBX-3 hold codes at all" in each["description"]]) == 1


async def test_messages_that_still_have_no_map_are_run_once(feed: Feed) -> None:
    """A map of the wrong kind: the Task stays, and nothing goes round in circles."""
    system = f"{LOCAL}:table:AdministrativeSex"
    await feed.send(adt(control="A1").replace("|19580312|M", "|19580312|Z9").encode())
    await feed.settled()
    wrong = concept_map(Z9="14749-6")
    wrong["group"][0]["source"] = system
    await put(feed, wrong)
    store, inbox = feed.web.platform.store, feed.inbox
    known = Sources(store.database, store.vault.identify, accept_unregistered=True)
    async with known:
        reruns = Reruns(store, inbox, Processor(store, inbox, known))
        for _ in range(3):
            await asyncio.sleep(1.1)
            await reruns.look()
            await feed.settled()
    (row,) = await feed.rows()
    assert row["codes"] == [unmapped_codes.task_id(store.vault.identify, "TEST1", Code(system, "Z9"))]
    assert len(await tasks(feed)) == 1
    replayed = row["replayed"]
    await asyncio.sleep(1.2)
    assert (await feed.rows())[0]["replayed"] == replayed


async def test_the_mapper_s_list(feed: Feed, capsys: pytest.CaptureFixture[str]) -> None:
    await feed.send(result("A1"), result("A2"), result("A3", "CREA"))
    await feed.settled()
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert await command.run(parser.parse_args(["codes"]), feed.web.platform) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["place"], one["code"], one["messages"]) for one in told] == [
        ("OBX-3", "CREA", 1),
        ("OBX-3", "GLU", 2),
    ]
    await command.run(parser.parse_args(["codes", "NOBODY"]), feed.web.platform)
    assert json.loads(capsys.readouterr().out) == []


async def test_maps_that_would_file_everything_a_second_time_run_nothing_again(feed: Feed) -> None:
    """Another authority for the patient's number is another patient: a person has to decide that."""
    database = feed.web.platform.database
    await sources.register(database, Source("TEST1", "Organization/t1", charset="UTF-8"))
    await feed.send(adt(control="A1").replace("|19580312|M", "|19580312|M||||||||Z9").encode())
    await feed.settled()
    text = 'version: "1"\nauthorities: {TEST1: "urn:oid:1.2.3"}\ntables: {MaritalStatus: {"Z9": "W"}}'
    await overlays.activate(database, "TEST1", text)
    for _ in range(100):
        if (await feed.rows())[0].get("held"):
            break
        await asyncio.sleep(0.1)
    (row,) = await feed.rows()
    assert (row["state"], "held" in row, "replayed" in row) == ("done", True, False)
    assert len(await entries(feed, "/Patient")) == 1
    assert len(await tasks(feed)) == 1


async def test_a_dry_run_reads_by_the_source_s_concept_maps_too(
    feed: Feed, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`map try` compares with today's maps, and today has the ConceptMap."""
    await sources.register(feed.web.platform.database, Source("TEST1", "Organization/t1", charset="UTF-8"))
    await put(feed, concept_map(GLU="14749-6"))
    (tmp_path / "o.yaml").write_text('version: "1"\nsystems: {HXLIS: "http://hx.example"}')
    (tmp_path / "s.hl7").write_bytes(result("A1"))
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    words = ["try", "TEST1", str(tmp_path / "o.yaml"), str(tmp_path / "s.hl7")]
    await command.run(parser.parse_args(words), feed.web.platform)
    told = json.loads(capsys.readouterr().out)
    lines = "\n".join(line for lines in told["changes"].values() for line in lines)
    assert '- code.coding[0].system = "http://loinc.org"' in lines
    assert told["other_ids"] == []
