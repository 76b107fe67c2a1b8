"""The code tables of China as they ship; ../shared/reference/china.md has the facts."""

from typing import Any

import pytest

from fhir.definitions.chinese_tables import chinese_tables
from fhir.terminology.code_system import is_reused
from fhir.validation import errors

RESOURCES = list(chinese_tables())
SYSTEMS = [each for each in RESOURCES if each["resourceType"] == "CodeSystem"]
TABLES = {each["identifier"][0]["value"]: each for each in SYSTEMS}
OID = "urn:oid:2.16.156.10011.2."


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: f"{each['resourceType']}-{each['id']}")
def test_each_is_valid(resource: dict[str, Any]) -> None:
    assert errors(resource) == []


def codes(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = list(TABLES[table]["concept"])
    while waiting:
        concept = waiting.pop(0)
        found[concept["code"]] = concept["display"]
        waiting += concept.get("concept", ())
    return found


@pytest.mark.parametrize(
    ("table", "url", "count", "some"),
    [
        ("GB/T2261.1", f"{OID}3.3.4", 4, {"1": "男性", "2": "女性"}),
        ("GB/T2261.2", f"{OID}3.3.5", 8, {"10": "未婚", "21": "初婚", "30": "丧偶", "40": "离婚"}),
        ("GB/T3304", f"{OID}3.3.3", 58, {"01": "汉族", "54": "门巴族", "56": "基诺族"}),
        ("GB/T4761", f"{OID}3.3.8", 9, {"1": "配偶", "5": "父母"}),
        ("GB/T2261.4", f"{OID}3.3.13", 13, {"27": "农民"}),
        ("CV04.50.005", f"{OID}3.1.85", 5, {"3": "O型", "4": "AB型"}),
        ("RhD", f"{OID}3.1.250", 3, {"1": "阴性", "2": "阳性"}),
        ("WS/T500", f"{OID}4", 53, {"C0001": "病历概要", "C0037": "首次病程记录", "C0053": "出院小结"}),
        ("WS/T483", "urn:furong:table:WS/T483", 20, {"HSDC00.05": "转诊（院）记录"}),
        ("GB/T2260", "urn:furong:table:GB/T2260", 35, {"510104": "锦江区", "510124": "郫县"}),
    ],
)
def test_a_table_under_its_oid_and_name(table: str, url: str, count: int, some: dict[str, str]) -> None:
    found = codes(table)
    assert (TABLES[table]["url"], len(found)) == (url, count)
    assert some.items() <= found.items()


def test_oids_that_real_systems_reuse_are_flagged() -> None:
    flagged = {table for table, each in TABLES.items() if is_reused(each)}
    unnamed = "两个代码表共用的 OID（2.3.1.157）"
    assert flagged == {"CV04.50.005", "RhD", "GB/T14396", "ICD-9-CM-3", unnamed}
    assert {TABLES[each]["url"].removeprefix(OID) for each in flagged} == {
        "3.1.85", "3.1.157", "3.1.250", "3.3.11", "3.3.12"
    }  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_every_concept_has_a_name_in_both_languages(table: str) -> None:
    waiting = list(TABLES[table].get("concept", ()))
    while waiting:
        concept = waiting.pop()
        waiting += concept.get("concept", ())
        (english,) = concept["designation"]
        assert english["language"] == "en"
        assert english["value"].isascii()
        assert not concept["display"].isascii()


@pytest.mark.parametrize(
    ("table", "version"),
    [
        ("GB/T2261.1", "GB/T2261.1-2003"),
        ("GB/T3304", "GB/T3304-1991"),
        ("WS/T500", "WS/T500-2016"),
        ("CV04.50.005", "CV04.50.005-2011"),
        ("WS218", "WS218-2002"),
    ],
)
def test_the_version_is_the_standard_s_number_and_year(table: str, version: str) -> None:
    assert TABLES[table]["version"] == version


def test_a_withdrawn_area_code_names_what_took_its_place() -> None:
    areas = {each["code"]: each for each in TABLES["GB/T2260"]["concept"]}
    for code, area in areas.items():
        properties = area.get("property", ())
        retired = [each["valueCode"] for each in properties if each["code"] == "status"] == ["retired"]
        after = [each["valueCode"] for each in properties if each["code"] == "successor"]
        assert bool(after) == retired, code
        assert all("property" not in areas[each] for each in after)
    assert [each["valueCode"] for each in areas["512081"]["property"]] == ["retired", "510185"]


def test_document_types_carry_their_cda_template() -> None:
    first = TABLES["WS/T500"]["concept"][0]
    assert first["property"] == [{"code": "template", "valueString": "2.16.156.10011.2.1.1.21"}]
