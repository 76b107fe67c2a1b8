"""Loading meets what is there: what feeds and the demonstration have told, what others change meanwhile."""

import io
from collections.abc import Mapping
from typing import Any

import pytest

from adapters.v2_to_fhir.source import Source
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store import accounts, posts
from fhir.identity import business_name
from fhir.matching import citizen_number
from fhir.store import EVERYONE
from services import sources
from services.commands.directory import _BY as BY
from services.demo.house import house
from services.demo.resources import registry
from services.demo.source import source
from services.directory.load import Checked, Directory
from services.directory.outcome import Action, Outcome
from services.failure import Failure
from services.platform import Platform
from tests.support.resources import put

HOUSES, STAFF = "urn:oid:2.16.156.10011.1.5", "urn:oid:2.16.156.10011.1.4"
OPERATOR = Principal(Kind.PERSON, "account-1", "HTEST operator", role=Role.OPERATOR)


Found = tuple[Directory, Checked, list[Outcome]]


async def check(platform: Platform, *lines: str, by: Principal = BY) -> Found:
    shown: list[Outcome] = []
    directory = Directory(platform, by, io.BytesIO("\n".join(lines).encode()))
    checked = await directory.check(shown.append)
    return directory, checked, shown


async def load(platform: Platform, *lines: str, by: Principal = BY) -> Mapping[Action, int]:
    directory, checked, _ = await check(platform, *lines, by=by)
    assert checked.faults == []
    await directory.apply(checked)
    return {action: count for action, count in checked.counts.items() if count}


async def stored(platform: Platform, type: str) -> list[dict[str, Any]]:
    found = await platform.store.resources.search({"tokens": type}, EVERYONE, limit=0)
    return [each.resource() for each in found]


async def test_the_houses_and_doctors_of_the_demonstration_are_found_and_not_doubled(
    platform: Platform,
) -> None:
    identify = platform.store.vault.identify
    known = list(registry(identify))
    await put(platform.store, *known)
    await sources.register(platform.database, source(house("JJZH")))
    done = await load(
        platform,
        "type,source,number,name,practitioner,organization,phone,licence,ends",
        "Organization,JJZH,,锦江综合医院（演示）,,,028-85550001,,",
        "Practitioner,JJZH,JJ1001,罗文涛,,,028-85550011,110510100000001,2030-12-31",
        "PractitionerRole,,,,JJZH|JJ1001,urn:oid:2.16.840.1.113883.19.9001|JJZH,028-85550012,,",
    )
    assert done == {Action.CHANGED: 3}
    assert {type: len(await stored(platform, type)) for type in ("Organization", "Practitioner")} == {
        "Organization": sum(each["resourceType"] == "Organization" for each in known),
        "Practitioner": sum(each["resourceType"] == "Practitioner" for each in known),
    }
    (luo,) = [each for each in await stored(platform, "Practitioner") if each["name"][0]["text"] == "罗文涛"]
    assert luo["name"] == [{"use": "official", "text": "罗文涛", "family": "罗", "given": ["文涛"]}]
    assert luo["meta"]["security"]
    assert luo["qualification"][0]["period"] == {"end": "2030-12-31"}


async def test_a_new_one_has_the_id_under_which_a_feed_will_know_it(platform: Platform) -> None:
    await sources.register(platform.database, Source("QYFY", "Organization/q"))
    await load(platform, "type,source,number,name", "Practitioner,QYFY,FY301,测试甲")
    (one,) = await stored(platform, "Practitioner")
    name = business_name("Practitioner", "urn:furong:source:QYFY:staff", "FY301")
    assert one["id"] == platform.store.vault.identify(name)
    assert one["name"] == [{"use": "official", "text": "测试甲", "family": "测", "given": ["试甲"]}]


async def test_element_by_element_and_what_a_line_does_not_speak_of_stays(platform: Platform) -> None:
    before = {
        "resourceType": "Organization", "id": "o1", "active": True, "name": "HTEST old",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">HTEST old</div>'},
        "identifier": [{"system": "urn:other", "value": "X"}, {"system": HOUSES, "value": "1"}],
        "type": [{"text": "HTEST kind"}], "telecom": [{"system": "email", "value": "htest@example.org"}],
        "address": [{"line": ["HTEST"], "district": "somewhere"}, {"text": "HTEST second"}],
    }  # fmt: skip
    await put(platform.store, before)
    _, _, (one,) = await check(
        platform, "type,number,name,kind,area,phone", "Organization,1,HTEST new,A100,510104,028-85550000"
    )
    assert (one.action, one.reference, one.version) == (Action.CHANGED, "Organization/o1", 1)
    assert str(one.changes[0]) == 'name: "HTEST old" -> "HTEST new"'
    assert {each.path for each in one.changes if each.old and not each.new} == {"text.status", "text.div"}
    assert one.resource["identifier"] == before["identifier"]
    kept, kind = one.resource["type"]
    assert kept == {"text": "HTEST kind"}
    assert kind["coding"][0]["display"] == "综合医院"
    address, second = one.resource["address"]
    assert (address["line"], address["city"], address["district"]) == (["HTEST"], "成都市", "锦江区")
    assert second == {"text": "HTEST second"}
    assert [each["system"] for each in one.resource["telecom"]] == ["email", "phone"]


async def test_an_empty_cell_takes_away_and_an_absent_column_leaves(platform: Platform) -> None:
    await load(platform, "type,number,name,phone,area", "Organization,1,HTEST,028-85550000,510104")
    assert await load(platform, "type,number,name", "Organization,1,HTEST") == {Action.UNCHANGED: 1}
    emptied = await load(platform, "type,number,name,phone,area", "Organization,1,HTEST,,")
    assert emptied == {Action.CHANGED: 1}
    (one,) = await stored(platform, "Organization")
    assert one.keys() == {"resourceType", "id", "meta", "identifier", "active", "name"}


async def test_lines_may_name_each_other_in_any_order(platform: Platform) -> None:
    done = await load(
        platform,
        "type,number,name,organization,practitioner,endpoint,kind,address,part_of",
        "PractitionerRole,,,1,P1,,,,",
        "Organization,2,HTEST part,,,E1,,,1",
        "Practitioner,P1,HTEST Li,,,,,,",
        "Endpoint,E1,,2,,,hl7-fhir-rest,https://htest.example/fhir,",
        "Organization,1,HTEST whole,,,,,,",
    )
    assert done == {Action.CREATED: 5}
    (role,) = await stored(platform, "PractitionerRole")
    houses = {each["name"]: each for each in await stored(platform, "Organization")}
    assert role["organization"]["reference"] == f"Organization/{houses['HTEST whole']['id']}"
    assert houses["HTEST part"]["partOf"]["reference"] == f"Organization/{houses['HTEST whole']['id']}"


HEAD = "type,number,citizen_number,name,kind"
WRONG = {
    "the same twice": (
        ["Organization,1,,HTEST,", "Organization,1,,HTEST,"], "line 3: number: is about the same",
    ),
    "one person by two numbers": (
        ["Practitioner,1,510104195803129013,HTEST,", "Practitioner,2,510104195803129013,HTEST,"],
        "line 3: number: is about the same Practitioner as line 2",
    ),
    "two people in one line": (
        ["Practitioner,known,510104195803129021,HTEST,"],
        "line 2: number: the numbers of this line are those of several: Practitioner/a, Practitioner/b",
    ),
    "a resident's device": (["Device,pump,,HTEST,pump"], "line 2: number: this device is a resident's"),
}  # fmt: skip
PUMP = {
    "resourceType": "Device", "id": "d", "patient": {"reference": "Patient/p"},
    "identifier": [{"system": "urn:furong:directory:device", "value": "pump"}],
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
async def test_numbers_that_do_not_tell_one(platform: Platform, case: str) -> None:
    await put(
        platform.store,
        {"resourceType": "Practitioner", "id": "a", "identifier": [{"system": STAFF, "value": "known"}]},
        {"resourceType": "Practitioner", "id": "b",
         "identifier": [{"system": citizen_number.SYSTEM, "value": "510104195803129021"}]},
        {"resourceType": "Patient", "id": "p"}, PUMP,
    )  # fmt: skip
    lines, expected = WRONG[case]
    _, checked, _ = await check(platform, HEAD, *lines)
    (fault,) = checked.faults
    assert str(fault).startswith(expected)


async def test_a_post_without_a_number_is_the_one_at_the_house(platform: Platform) -> None:
    head = "type,number,name,practitioner,organization,specialty"
    base = (head, "Organization,1,HTEST,,,", "Practitioner,P1,HTEST Li,,,")
    await load(platform, *base, "PractitionerRole,,,P1,1,HTEST a")
    assert await load(platform, head, "PractitionerRole,,,P1,1,HTEST b") == {Action.CHANGED: 1}
    assert len(await stored(platform, "PractitionerRole")) == 1
    twice = ("PractitionerRole,,,P1,1,HTEST c", "PractitionerRole,,,P1,1,HTEST d")
    _, checked, _ = await check(platform, head, *twice)
    assert [each.line for each in checked.faults] == [3]
    await load(platform, head, "PractitionerRole,R2,,P1,1,HTEST e")
    _, checked, _ = await check(platform, head, "PractitionerRole,,,P1,1,HTEST c")
    assert "there are several posts" in str(checked.faults[0])


async def test_a_line_that_ends_a_licence_ends_the_rights(platform: Platform) -> None:
    head = "type,number,name,licence,begins,ends"
    await load(platform, head, "Practitioner,P1,HTEST Li,L100001,2020-01-01,2099-12-31")
    (one,) = await stored(platform, "Practitioner")
    account = accounts.fresh(
        "li", "HTEST Li", [posts.fresh(Role.CLINICIAN, "Organization/h", f"Practitioner/{one['id']}")], "hash"
    )
    await accounts.insert(platform.database, account)
    done = await load(platform, head, "Practitioner,P1,HTEST Li,L100001,2020-01-01,2021-12-31")
    assert done == {Action.ENDED: 1}
    ended = await accounts.by_login(platform.database, "li")
    assert ended is not None
    assert ended.roles == ()
    done = await load(platform, head, "Practitioner,P1,HTEST Li,L200002,2022-01-01,2099-12-31")
    assert done == {Action.CHANGED: 1}
    renewed = await accounts.by_login(platform.database, "li")
    assert renewed is not None
    assert renewed.roles == (Role.CLINICIAN,)


async def test_who_changes_something_meanwhile_is_not_overwritten(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = "type,number,name"
    await load(platform, head, "Organization,1,HTEST a")
    directory, checked, _ = await check(platform, head, "Organization,1,HTEST b")
    write = directory._write

    async def late(*arguments: Any) -> None:
        (now,) = await stored(platform, "Organization")
        await put(platform.store, now | {"alias": ["HTEST meanwhile"]})
        await write(*arguments)

    monkeypatch.setattr(directory, "_write", late)
    with pytest.raises(Failure, match=r"lines 2 to 2 can't be written: .* load the file again"):
        await directory.apply(checked)
    (now,) = await stored(platform, "Organization")
    assert (now["name"], now["alias"]) == ("HTEST a", ["HTEST meanwhile"])


async def test_citizen_numbers_are_masked_in_what_is_shown(platform: Platform) -> None:
    _, checked, (one,) = await check(
        platform, "type,number,citizen_number,name,sex", "Practitioner,P1,51010419580312901３,HTEST,女"
    )
    told = "\n".join(one.lines())
    assert "510104195803129013" not in told
    assert "510104********9013" in told
    (warning,) = checked.warnings
    assert str(warning) == "line 2: sex: is not the one that the citizen number tells"


async def test_withdrawn_and_unknown_codes_are_taken_with_a_warning(platform: Platform) -> None:
    _, checked, _ = await check(
        platform, "type,number,name,area,kind",
        "Organization,1,HTEST,510124,A100", "Organization,2,HTEST,310101,Z999",
    )  # fmt: skip
    assert [str(each) for each in checked.warnings] == [
        "line 2: area: was withdrawn from GB/T 2260",
        "line 3: area: is not in the part of GB/T 2260 that ships with Furong: not checked",
        "line 3: kind: is not in the part of WS 218 that ships with Furong: not checked",
    ]
    assert checked.faults == []


async def test_an_operator_loads_all_but_devices(platform: Platform) -> None:
    head = "type,number,name,kind"
    lines = (head, "Practitioner,1,HTEST,", "Organization,1,HTEST,A100")
    assert await load(platform, *lines, by=OPERATOR) == {Action.CREATED: 2}
    assert await load(platform, *lines, by=OPERATOR) == {Action.UNCHANGED: 2}
    _, checked, _ = await check(platform, head, "Device,1,HTEST,pump", by=OPERATOR)
    assert [str(each) for each in checked.faults] == [
        "line 2: type: a Device is loaded by the command, not by this role"
    ]


async def test_a_long_file_goes_in_pieces(platform: Platform) -> None:
    lines = [f"Practitioner,HTEST{n},测试{n % 97},110{n:012},2020-01-01,2030-12-31" for n in range(1001)]
    seen: list[int] = []
    directory, checked, _ = await check(platform, "type,number,name,licence,begins,ends", *lines)
    await directory.apply(checked, seen.append)
    assert checked.counts[Action.CREATED] == sum(seen) == 1001
    assert max(seen) == 200
    assert len(await stored(platform, "Provenance")) == 6
