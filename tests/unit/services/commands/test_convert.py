import argparse
import json
from pathlib import Path

import pytest

from adapters.v2_to_fhir.source import Source
from services.commands import convert
from services.failure import Failure
from tests.support.messages import adt


async def run(path: Path) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    convert.add_arguments(parser)
    return await convert.run(parser.parse_args([str(path)]), None)


async def test_what_would_become_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.hl7"
    file.write_text(adt(name="李^䶮"), newline="")
    assert await run(file) == 0
    shown = json.loads(capsys.readouterr().out)
    resources = {each["resource"]["resourceType"]: each["resource"] for each in shown["bundle"]["entry"]}
    assert resources.keys() >= {"Patient", "Encounter"}
    assert resources["Patient"]["name"][0]["text"] == "李䶮"
    assert shown["findings"] == []
    origins = shown["origins"][f"Patient/{resources['Patient']['id']}"]
    assert origins["name"] == ["PID[1]-5"]
    assert origins["birthDate"] == ["PID[1]-7"]


async def test_why_a_message_must_not_be_followed_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.hl7"
    merge = adt(event="A40", id="P1") + "MRG|P1^^^TEST1^PI\r"
    file.write_text(merge, newline="")
    assert await run(file) == 0
    assert json.loads(capsys.readouterr().out)["faults"] == [
        "MRG[1]-1: a record cannot be merged into itself"
    ]


async def test_a_block_that_is_no_message_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.hl7"
    file.write_bytes(adt().encode().replace(b"\xe5\xbc\xa0", b"\xff\xff"))
    assert await run(file) == 1
    assert "error" in json.loads(capsys.readouterr().out)


def test_the_same_ids_each_time_and_others_for_another_source() -> None:
    def ids(source: Source | None) -> list[str]:
        entries = convert.dry_run(adt().encode(), source)["bundle"]["entry"]
        return [each["resource"]["id"] for each in entries]

    assert ids(None) == ids(None)
    assert not set(ids(None)) & set(ids(Source("OTHER", "Organization/x")))


async def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(Failure):
        await run(tmp_path / "nothing")
