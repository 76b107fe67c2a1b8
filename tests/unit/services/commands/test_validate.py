import argparse
import asyncio
import json
from pathlib import Path

import pytest

from services.commands import validate
from services.failure import WrongArgument
from tests.support.messages import adt


def run(path: Path, *words: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    validate.add_arguments(parser)
    return asyncio.run(validate.run(parser.parse_args([str(path), *words]), None))


def test_a_good_resource(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "patient.json"
    file.write_text(' {"resourceType": "Patient"}')
    assert run(file) == 0
    assert capsys.readouterr().out == "Nothing is wrong.\n"


@pytest.mark.parametrize(
    ("content", "place"),
    [('{"resourceType":"Patient","gender":"x"}', "Patient.gender"), ("{", "the file"), ("[]", "the file")],
)
def test_a_bad_resource_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, place: str
) -> None:
    file = tmp_path / "patient.json"
    file.write_text(content)
    assert run(file, "--json") == 1
    assert [each["place"] for each in json.loads(capsys.readouterr().out)] == [place]


def test_a_bad_message_among_good_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "messages.hl7"
    file.write_text(adt() + adt("C2").replace("ADT^A01", "XXX^A01"), newline="")
    assert run(file) == 1
    assert "error: " in capsys.readouterr().out


def test_what_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(WrongArgument):
        run(tmp_path / "nothing")


def test_a_profile_of_r4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "observation.json"
    file.write_text('{"resourceType":"Observation","status":"final","code":{"text":"x"}}')
    assert run(file) == 0
    capsys.readouterr()
    assert run(file, "--json", "--profile", "http://hl7.org/fhir/StructureDefinition/heartrate") == 1
    places = {each["place"] for each in json.loads(capsys.readouterr().out)}
    assert "Observation.category" in places


def test_a_profile_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elements = [{"path": "Patient"}, {"path": "Patient.birthDate", "min": 1}]
    profile = tmp_path / "profile.json"
    definition = {"resourceType": "StructureDefinition", "url": "http://example.org/p", "type": "Patient"}
    profile.write_text(json.dumps(definition | {"snapshot": {"element": elements}}))
    file = tmp_path / "patient.json"
    file.write_text('{"resourceType":"Patient"}')
    assert run(file, "--profile", str(profile)) == 1
    assert "Patient.birthDate: birthDate is required" in capsys.readouterr().out
    with pytest.raises(WrongArgument, match="no StructureDefinition"):
        run(file, "--profile", str(file))


def test_a_message_has_no_profile(tmp_path: Path) -> None:
    file = tmp_path / "messages.hl7"
    file.write_text(adt(), newline="")
    with pytest.raises(WrongArgument, match="v2 message"):
        run(file, "--profile", "http://example.org/p")


def test_a_message_is_told_to_the_field_and_no_value_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messages.hl7"
    good = "MSH|^~\\&|HIS|HTEST|||20260105||ORU^R01^ORU_R01|1|P|2.5.1\rPID|1||1||张三\rZPI|x\rOBR|1|||X\r"
    file.write_text(good + "OBX|1|ST|X||5||||||F\rZRS|1\rOBX|2|ST|X||5||||||F\r", newline="")
    assert run(file) == 0
    assert capsys.readouterr().out == "Nothing is wrong.\n"
    file.write_text(good.replace("张三", "") + "OBX|1|NM|X||秘密||||||F\rOBX|2|ST|X||5\r", newline="")
    assert run(file, "--json") == 1
    told = capsys.readouterr().out
    places = {(each["place"], each["severity"], each["code"]) for each in json.loads(told)}
    assert places == {("PID-5", "error", "101"), ("OBX-5", "error", "102"), ("OBX(2)-11", "error", "101")}
    assert "秘密" not in told


def test_of_several_messages_the_number_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "messages.hl7"
    file.write_text(adt() + adt("C2").replace("PID|", "PXX|"), newline="")
    assert run(file, "--json") == 1
    assert "2: PID" in {each["place"] for each in json.loads(capsys.readouterr().out)}
