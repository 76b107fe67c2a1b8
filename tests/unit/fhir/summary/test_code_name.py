"""Codes of fixed tables are called in both languages, whatever words a source sent with them."""

from typing import Any

import pytest

from fhir.definitions.chinese_tables import chinese_tables
from fhir.summary.code_name import code_name, place_name
from fhir.summary.wording import named, speaks_chinese

GBT = "urn:oid:2.16.156.10011.2.3.3"
THO = "http://terminology.hl7.org/CodeSystem"


def coded(system: str, code: str, **more: Any) -> dict[str, Any]:
    told = {"display": more.pop("display")} if "display" in more else {}
    told |= {"version": more.pop("version")} if "version" in more else {}
    return {"coding": [{"system": system, "code": code} | told]} | more


@pytest.mark.parametrize(
    ("concept", "chinese", "english"),
    [
        (coded(f"{THO}/v3-MaritalStatus", "M", display="Married"), "已婚", "Married"),
        (coded(f"{THO}/v3-MaritalStatus", "M"), "已婚", "Married"),
        (coded(f"{THO}/v3-MaritalStatus", "M", text="已婚"), "已婚", "Married"),
        (coded(f"{THO}/v3-MaritalStatus", "M", text="Married", display="Married"), "已婚", "Married"),
        (coded(f"{THO}/v3-MaritalStatus", "M", text="已婚，分居"), "已婚，分居", "Married (已婚，分居)"),
        (coded(f"{THO}/v3-MaritalStatus", "M", text="HTEST apart"), "已婚（HTEST apart）", "HTEST apart"),
        (coded(f"{THO}/v3-NullFlavor", "UNK", display="Unknown"), "不详", "Unknown"),
        (coded(f"{GBT}.5", "21"), "初婚", "First marriage"),
        (coded(f"{GBT}.3", "01", display="汉族"), "汉族", "Han"),
        (coded(f"{GBT}.3", "07"), "彝族", "Yi"),
        (coded(f"{GBT}.8", "5"), "父母", "Parent"),
        (coded(f"{GBT}.13", "27"), "农民", "Farmer"),
        (coded(f"{THO}/v3-RoleCode", "PRN", display="parent", text="parent"), "父母", "Parent"),
        (coded(f"{THO}/v2-0131", "C", display="Emergency Contact"), "紧急联系人", "Emergency contact"),
        (coded(f"{THO}/v3-ActCode", "AMB", display="ambulatory"), "门诊", "Outpatient"),
        (coded("http://hl7.org/fhir/administrative-gender", "female"), "女", "Female"),
        (coded("http://loinc.org", "34131-3", text="门诊记录"), "门诊记录", "Outpatient note"),
        (coded("urn:oid:2.16.156.10011.2.4", "C0053"), "出院小结", "Discharge summary"),
    ],
)
def test_a_code_of_a_fixed_table_is_called_in_both_languages(
    concept: dict[str, Any], chinese: str, english: str
) -> None:
    found = named(concept)
    assert (found, found.english) == (chinese, english)


SNOMED = {"system": "http://snomed.info/sct", "code": "1", "display": "Penicillin"}
LOCAL = {"system": "urn:htest", "code": "1", "display": "HIV-1 confirmatory test"}


@pytest.mark.parametrize(
    ("concept", "chinese", "english"),
    [
        ({"coding": [{"system": f"{THO}/v3-NullFlavor", "code": "OTH", "display": "Other"}, SNOMED]},
         "Penicillin", "Penicillin"),
        ({"coding": [{"system": f"{THO}/v3-NullFlavor", "code": "UNK"},
                     {"system": "urn:htest", "code": "1", "display": "Cefazolin"}], "text": "Cefazolin"},
         "Cefazolin", "Cefazolin"),
        (coded(f"{THO}/v3-NullFlavor", "OTH", text="头孢唑林"), "头孢唑林", "头孢唑林"),
        (coded(f"{THO}/v3-NullFlavor", "OTH", display="Cefazolin", text="Cefazolin"),
         "Cefazolin", "Cefazolin"),
        (coded(f"{THO}/v3-NullFlavor", "OTH", display="Cefazolin"), "Cefazolin", "Cefazolin"),
        ({"coding": [{"system": f"{THO}/v3-NullFlavor", "code": "UNK"},
                     {"system": f"{THO}/v3-MaritalStatus", "code": "M"}]}, "已婚", "Married"),
        (coded("http://loinc.org", "11502-2", display=LOCAL["display"], text=LOCAL["display"]),
         "检验报告（HIV-1 confirmatory test）", "HIV-1 confirmatory test"),
        (coded(f"{THO}/v3-NullFlavor", "UNK", text="不详"), "不详", "Unknown"),
        ({"coding": [{"system": "http://loinc.org", "code": "11502-2"}, LOCAL], "text": LOCAL["display"]},
         "检验报告（HIV-1 confirmatory test）", "HIV-1 confirmatory test"),
    ],
)  # fmt: skip
def test_what_a_source_says_besides_a_code_of_a_fixed_table_is_not_lost(
    concept: dict[str, Any], chinese: str, english: str
) -> None:
    found = named(concept)
    assert (found, found.english) == (chinese, english)


def test_an_oid_of_two_tables_names_nothing_without_the_table() -> None:
    oid = "urn:oid:2.16.156.10011.2.3.1.85"
    assert code_name(coded(oid, "3")) is None
    assert code_name(coded(oid, "3", version="CV04.50.005")) == ("O型", "O")


def test_a_code_that_no_table_has_is_called_as_its_source_calls_it() -> None:
    assert code_name(coded("urn:furong:source:HTEST", "01", display="汉族"), None, {}) is None
    assert named(coded(f"{GBT}.3", "57", display="未识别民族")) == "未识别民族"


def test_all_nationalities_have_english() -> None:
    (table,) = (each for each in chinese_tables() if each["id"] == "gbt-3304" and "concept" in each)
    found = [code_name(coded(table["url"], each["code"])) for each in table["concept"]]
    assert len([each for each in found if each and each.chinese.endswith("族")]) == 56
    assert not [each for each in found if each is None or speaks_chinese(each.english)]


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("锦江区", "Jinjiang District"),
        ("四川省成都市金牛区", "Jinniu District, Chengdu, Sichuan"),
        ("四川省绵阳市江油市", ""),
        ("成都市锦江区演示路1号", ""),
        ("", ""),
    ],
)
def test_places_of_chengdu_and_provinces_have_english(chinese: str, english: str) -> None:
    assert place_name(chinese) == english
