"""What the messages say, read back with the platform's own reader of HL7 v2."""

from uuid import NAMESPACE_URL, uuid5

import pytest

from adapters.hl7v2.charset import decode
from adapters.hl7v2.check import check
from adapters.hl7v2.message import Message
from adapters.hl7v2.structure import structure_of
from adapters.v2_to_fhir.conversion import convert
from adapters.v2_to_fhir.merge import merge
from fhir.matching import citizen_number
from fhir.validation import validate
from services.demo.house import House, houses
from services.demo.region import Region
from services.demo.source import source

HOUSES = {house.code: house for house in houses()}


def of(region: Region, house: House, trigger: str = "") -> list[Message]:
    found = [
        Message.parse(message.text)
        for event, message in zip(region.events, region.messages, strict=True)
        if event.house == house and trigger in ("", event.trigger)
    ]
    assert found
    return found


def test_every_message_keeps_its_text_in_its_character_set(region: Region) -> None:
    for message in region.messages:
        assert message.content.decode(message.house.dialect.charset) == message.text


def test_the_platform_reads_every_message_whatever_msh_18_says(region: Region) -> None:
    for message in region.messages:
        decoded = decode(message.content, message.house.dialect.charset)
        assert decoded.text.strip() == message.text.strip()


def test_every_message_is_complete(region: Region) -> None:
    for message in region.messages:
        assert check(Message.parse(message.text)) == []


def test_structures_are_found_with_and_without_msh_9_3(region: Region) -> None:
    expected = {"A28": "ADT_A05", "A01": "ADT_A01", "R01": "ORU_R01", "O11": "RDE_O11", "V04": "VXU_V04"}
    for event, message in zip(region.events, region.messages, strict=True):
        if event.trigger in expected:
            assert structure_of(Message.parse(message.text)) == expected[event.trigger]


@pytest.mark.parametrize("house", houses(), ids=lambda house: str(house.code))
def test_the_header_is_the_house_s(region: Region, house: House) -> None:
    for message in of(region, house):
        header = message.header
        assert str(header[4]) == house.code
        assert str(header[12]) == house.dialect.version
        assert str(header[18]) == house.dialect.msh18
        assert bool(header[9][3]) == house.dialect.structure
        assert str(header[7]).endswith("+0800") == house.dialect.zone
        assert str(header[11]) == "P"


@pytest.mark.parametrize("house", houses(), ids=lambda house: str(house.code))
def test_names_and_numbers_stand_where_the_house_writes_them(region: Region, house: House) -> None:
    resident = next(
        event.resident
        for event in region.events
        if event.house == house and event.resident.number and event.resident.family
    )
    message = next(
        each for each in of(region, house) if str(each["PID"][3][1]) == resident.hospital_number(house)
    )
    pid = message["PID"]
    whole = house.dialect.name == "whole"
    assert str(pid[5][1]) == (resident.name if whole else resident.family)
    assert str(pid[5][2]) == ("" if whole else resident.given)
    kinds = {str(each[5]): str(each[1]) for each in pid[3].repetitions}
    places = {
        "kinds": kinds.get("NNCHN", ""),
        "local_kinds": kinds.get("01", ""),
        "pid19": str(pid[19]),
        "outside": str(pid[4]),
    }
    found = {place for place, number in places.items() if number == resident.number}
    assert found == {house.dialect.identifiers}
    assert bool(pid[2]) == (house.dialect.identifiers == "outside")


def test_sex_is_coded_as_the_house_codes_it(region: Region) -> None:
    assert {str(each["PID"][8]) for each in of(region, HOUSES["JNSQ"])} == {"1", "2"}
    assert {str(each["PID"][8]) for each in of(region, HOUSES["JJZH"])} == {"M", "F"}


def test_loinc_stands_first_second_or_nowhere(region: Region) -> None:
    first, second, none = (of(region, HOUSES[code], "R01") for code in ("JJZH", "WHZX", "DJYSQ"))
    assert all(
        str(obx[3][3]) == "LN" and str(obx[3][6]) == "99JJZH"
        for each in first
        for obx in each.all("OBX")
        if str(obx[3][1]) != "DR-WRIST"
    )
    assert any(str(obx[3][6]) == "LN" for each in second for obx in each.all("OBX"))
    assert all(str(obx[3][3]) != "LN" for each in second for obx in each.all("OBX"))
    assert all("LN" not in (str(obx[3][3]), str(obx[3][6])) for each in none for obx in each.all("OBX"))


def test_units_are_ucum_or_the_house_s_own(region: Region) -> None:
    def units(code: str) -> set[str]:
        return {str(obx[6][1]) for each in of(region, HOUSES[code], "R01") for obx in each.all("OBX")}

    assert "mm[Hg]" in units("JJZH")
    assert "mmHg" in units("CHZXY")
    assert "10^9/L" in units("CHZXY")


def test_flags_are_letters_or_arrows(region: Region) -> None:
    def flags(code: str) -> set[str]:
        return {str(obx[8]) for each in of(region, HOUSES[code], "R01") for obx in each.all("OBX")}

    assert flags("JJZH") <= {"", "N", "H", "L", "A"}
    assert flags("WHZX") & {"↑", "↓"}


def test_own_segments_are_sent_by_the_houses_that_have_them(region: Region) -> None:
    for house in houses():
        own = {
            segment.name
            for message in of(region, house)
            for segment in message.segments
            if segment.name[0] == "Z"
        }
        assert own == set(house.dialect.z)


def test_lines_end_as_the_house_ends_them(region: Region) -> None:
    for message in region.messages:
        assert message.text.endswith("\r\n") == (message.house.code == "CHZXY")


def test_a_house_that_tells_afterwards_gives_both_times_at_once(region: Region) -> None:
    for message in of(region, HOUSES["JNSQ"], "A04"):
        assert str(message["PV1"][44])
        assert str(message["PV1"][45]) >= str(message["PV1"][44])


def test_every_citizen_number_in_the_messages_is_valid(region: Region) -> None:
    for message in region.messages:
        pid = Message.parse(message.text)["PID"]
        number = str(pid[19]) or str(pid[4])
        if number:
            assert citizen_number.valid(number) == number


def test_intolerances_are_told_at_every_opening(region: Region) -> None:
    for event, message in zip(region.events, region.messages, strict=True):
        if event.trigger in ("A01", "A04", "A08", "A28", "A31"):
            assert len(Message.parse(message.text).all("AL1")) == len(event.resident.allergies)


def test_every_kind_of_message_of_every_house_becomes_valid_fhir(region: Region) -> None:
    kinds = {
        (event.house.code, event.trigger): message
        for event, message in zip(region.events, region.messages, strict=True)
    }
    assert len(kinds) > 80
    for message in kinds.values():
        conversion = convert(Message.parse(message.text), source(message.house), identify)
        assert conversion.drafts
        for draft in conversion.drafts:
            resource, _ = merge(None, {}, draft)
            assert [issue for issue in validate(resource) if issue.severity in ("error", "fatal")] == []


def test_a_patient_s_citizen_number_and_name_come_through_every_house(region: Region) -> None:
    for house in houses():
        event, message = next(
            (event, message)
            for event, message in zip(region.events, region.messages, strict=True)
            if event.house == house and event.resident.number and event.resident.family
        )
        conversion = convert(Message.parse(message.text), source(house), identify)
        patient = next(merge(None, {}, each)[0] for each in conversion.drafts if each.type == "Patient")
        numbers = {each["value"] for each in patient["identifier"] if each["system"] == citizen_number.SYSTEM}
        assert numbers == {event.resident.number}
        assert patient["name"][0]["text"] == event.resident.name
        assert patient["gender"] == event.resident.sex
        assert patient["birthDate"] == event.resident.birth.isoformat()


def identify(text: str) -> str:
    return str(uuid5(NAMESPACE_URL, text))
