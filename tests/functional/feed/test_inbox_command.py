"""`./furong inbox`: an operator sees the dead letters and has messages processed again."""

import argparse
import asyncio
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.v2_to_fhir.source import Source
from services import overlays, sources
from services.commands import inbox as command
from services.failure import WrongArgument
from tests.functional.feed.test_feed import NUMBER, adt, entries, oru
from tests.support.feed import Feed


async def inbox(feed: Feed, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    await command.run(parser.parse_args(words), feed.web.platform)
    return json.loads(capsys.readouterr().out)


async def test_a_dead_letter_is_listed_and_lives_again(
    feed: Feed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr("services.worker.processor.convert", broken)
        await feed.send(adt(control="D1").encode())
        assert await feed.settled() == {"dead": 1}
    (dead,) = await inbox(feed, capsys, "dead")
    assert (dead["control_id"], dead["state"]) == ("D1", "dead")
    assert "ValueError" in dead["reason"]["text"]
    assert await entries(feed, "/Patient") == []
    assert await inbox(feed, capsys, "replay", "--message", "D1") == {"replayed": 1}
    assert await feed.settled() == {"done": 1}
    assert len(await entries(feed, "/Patient")) == 1
    assert await inbox(feed, capsys, "count") == {"done": 1}


async def test_show_tells_the_way_of_a_message_without_its_content(
    feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    await feed.send(adt(control="S1").encode())
    await feed.settled()
    (row,) = await inbox(feed, capsys, "show", "S1")
    assert any(version.startswith("Encounter/") for version in row["versions"])
    assert "张" not in json.dumps(row, ensure_ascii=False)
    with pytest.raises(WrongArgument):
        await inbox(feed, capsys, "show", "nothing")


def merge(control: str, moment: str, loser: str = "L1", survivor: str = "S1") -> bytes:
    text = adt("A40", control, id=survivor, visit="", moment=moment).replace(f"~{NUMBER}^^^^NI", "")
    return (text.partition("PV1")[0] + f"MRG|{loser}^^^TEST1^PI\r").encode()


def own(patient: str, visit: str, control: str) -> bytes:
    return adt(control=control, id=patient, visit=visit).replace(f"~{NUMBER}^^^^NI", "").encode()


async def results(feed: Feed, patient: str) -> int:
    return len(await entries(feed, f"/Observation?patient={patient}"))


async def test_line_52_an_unmerge_gives_both_back_and_a_replay_does_not_merge_again(
    feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    await feed.send(own("S1", "V1", "C1"), own("L1", "V2", "C2"), oru("C3", id="L1").encode())
    await feed.settled()
    before = {one["id"]: one for one in await entries(feed, "/Patient")}
    await feed.send(merge("M1", "20260302080000"))
    await feed.settled()
    (loser,) = await entries(feed, "/Patient?active=false")
    (survivor,) = [each for each in before if each != loser["id"]]
    assert await results(feed, survivor) == 1
    done = await inbox(feed, capsys, "unmerge", "M1", "--reason", "typing error", "--by", "HTEST clerk")
    patient, other = f"Patient/{loser['id']}", f"Patient/{survivor}"
    assert done == {"unmerged": [{"patient": patient, "other": other, "one_person": False}]}
    for _ in range(2):
        patients = {one["id"]: one for one in await entries(feed, "/Patient")}
        assert {id: one | {"meta": None} for id, one in patients.items()} == {
            id: one | {"meta": None} for id, one in before.items()
        }
        assert (await results(feed, survivor), await results(feed, loser["id"])) == (0, 1)
        await inbox(feed, capsys, "replay", "--message", "M1")
        await feed.settled()
    (why,) = [one for one in await entries(feed, "/Provenance") if "reason" in one]
    assert (why["reason"][0]["text"], why["agent"][0]["who"]["display"]) == ("typing error", "HTEST clerk")
    assert {one["reference"] for one in why["target"]} == {patient, other}
    with pytest.raises(WrongArgument, match="taken back before"):
        await inbox(feed, capsys, "unmerge", "M1", "--reason", "again", "--by", "HTEST clerk")


async def test_line_52_a_newer_merge_merges_again_and_an_older_one_that_comes_late_does_not(
    feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    await feed.send(own("S1", "V1", "C1"), own("L1", "V2", "C2"), merge("M1", "20260302080000"))
    await feed.settled()
    await inbox(feed, capsys, "unmerge", "M1", "--reason", "typing error", "--by", "HTEST clerk")
    await feed.send(merge("M2", "20260301230000"))
    await feed.settled()
    assert await entries(feed, "/Patient?active=false") == []
    await feed.send(merge("M3", "20990101000000"))
    await feed.settled()
    assert len(await entries(feed, "/Patient?active=false")) == 1
    await inbox(feed, capsys, "unmerge", "M3", "--reason", "a clock far ahead", "--by", "HTEST clerk")
    assert await entries(feed, "/Patient?active=false") == []


async def test_what_merged_nobody_cannot_be_unmerged(feed: Feed, capsys: pytest.CaptureFixture[str]) -> None:
    await feed.send(own("S1", "V1", "C1"))
    await feed.settled()
    for words in (("C1", "x", "y"), ("nothing", "x", "y"), ("C1", " ", "y")):
        with pytest.raises(WrongArgument):
            await inbox(feed, capsys, "unmerge", words[0], "--reason", words[1], "--by", words[2])


OTHER = "51010819700101901X"


async def test_line_51_what_waited_for_a_clerk_is_merged_once_the_number_is_corrected(
    feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what is un-merged then still is one person by its equal citizen number, as the command says."""
    await feed.send(adt(control="C1", id="S1").encode())
    await feed.send(adt(control="C2", id="L1", visit="V2").replace(NUMBER, OTHER).encode())
    await feed.send(merge("M1", "20260302080000"))
    assert await feed.settled() == {"done": 2, "dead": 1}
    (dead,) = await inbox(feed, capsys, "dead")
    assert dead["reason"]["issues"][0]["path"] == "MRG[1]-1"
    for number in (NUMBER, OTHER):
        assert number not in json.dumps(dead, default=str)
    await feed.send(adt("A08", "C3", id="L1", visit="V2", moment="20260303080000").encode())
    await feed.settled()
    await inbox(feed, capsys, "replay", "--dead")
    assert await feed.settled() == {"done": 4}
    assert len(await entries(feed, "/Patient?active=false")) == 1
    done = await inbox(feed, capsys, "unmerge", "M1", "--reason", "typing error", "--by", "HTEST clerk")
    assert done["unmerged"][0]["one_person"]


async def test_line_38_a_replay_is_chosen_by_source_event_number_and_time(
    feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    await feed.send(own("S1", "V1", "C1"), own("S2", "V2", "C2"), oru("C3", id="S1").encode())
    await feed.settled()

    async def chosen(*words: str) -> list[str]:
        told = await inbox(feed, capsys, "replay", "--dry-run", *words)
        assert all(each["changes"] == {} for each in told)
        return [each["control_id"] for each in told]

    assert await chosen("--all") == ["C1", "C2", "C3"]
    assert await chosen("--event", "oru") == ["C3"]
    assert await chosen("--event", "ADT^A01", "--number", "S2") == ["C2"]
    assert await chosen("--source", "TEST1", "--number", "V1") == ["C1"]
    assert await chosen("--source", "OTHER") == []
    today = f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"
    assert await chosen("--since", today, "--until", today) == ["C1", "C2", "C3"]
    assert await chosen("--until", "2020-01-01") == []
    for wrong in ([], ["--since", "yesterday"]):
        with pytest.raises(WrongArgument):
            await inbox(feed, capsys, "replay", *wrong)


async def test_line_38_a_dry_run_shows_the_difference_and_changes_nothing(
    feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    """With other maps a replay changes what they change; twice is once."""
    await feed.send(own("S1", "V1", "C1"))
    await feed.settled()
    await sources.register(feed.web.platform.database, Source("TEST1", "Organization/t1", charset="UTF-8"))
    text = 'version: "1"\nsegments: {PID_Patient: ["PID-1 → extension[urn:oid:1].valueString, string, ST"]}'
    await overlays.activate(feed.web.platform.database, "TEST1", text)
    (told,) = await inbox(feed, capsys, "replay", "--message", "C1", "--dry-run")
    (patient,) = [lines for name, lines in told["changes"].items() if name.startswith("Patient/")]
    assert '+ extension[0].url = "urn:oid:1"' in patient
    (before,) = await entries(feed, "/Patient")
    assert before["meta"]["versionId"] == "1"
    await asyncio.sleep(2)
    for _ in range(2):
        assert await inbox(feed, capsys, "replay", "--message", "C1") == {"replayed": 1}
        await feed.settled()
        (after,) = await entries(feed, "/Patient")
        assert (after["meta"]["versionId"], after["extension"][0]["url"]) == ("2", "urn:oid:1")
    (told,) = await inbox(feed, capsys, "replay", "--message", "C1", "--dry-run")
    assert told["changes"] == {}
