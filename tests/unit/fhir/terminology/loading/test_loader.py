"""A load counts as a whole or not at all, and tells what it changed."""

from datetime import timedelta
from pathlib import Path

import pytest

from fhir.interactions.context import Context
from fhir.operations import lookup
from fhir.operations.operation import Call, Parameter
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.store import EVERYONE, Store, concepts
from fhir.terminology import expansion, related
from fhir.terminology.loading import loader
from fhir.terminology.loading.code_file import BadFileError
from fhir.validation import errors
from tests.support.access import Granted
from tests.support.code_files import ATC, DRUGS, ICD9, ICD10, LOINC, loaded
from tests.support.refusal import refused

URL = "urn:oid:2.16.156.10011.2.3.3.11.3"
NEWER = (
    ICD10.replace("I10.x00x002,,HTEST高血压病\n", "").replace("HTEST一型", "HTEST1型")
    + "J18.900,,HTEST肺炎\n"
)


def context(store: Store) -> Context:
    return Context(store, Granted(), "https://x.example/fhir", "r")


async def told(store: Store, code: str, version: str | None = None, url: str = URL) -> Resource:
    given = {"code": code, "system": url} | ({"version": version} if version else {})
    call = Call("CodeSystem", parameters=tuple(Parameter(*each) for each in given.items()))
    found = await lookup.run(context(store), call)
    return {each["name"]: each.get("valueString") for each in found["parameter"]}


async def test_a_first_load(store: Store, tmp_path: Path) -> None:
    report = await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    assert (report.loaded, report.codes, report.new, report.refused, report.before) == (True, 7, 7, 0, None)
    assert await told(store, "E11.900") == {
        "name": "ICD10ClinicalChina", "version": "2.0", "display": "HTEST二型糖尿病", "property": None,
    }  # fmt: skip
    for type, id in (("CodeSystem", "icd10-clinical-2.0"), ("ValueSet", "icd10-clinical")):
        stored = await store.resources.read(type, id, EVERYONE)
        assert stored is not None
        assert errors(stored.resource()) == []


async def test_a_newer_version_takes_its_place_and_the_old_one_stays(store: Store, tmp_path: Path) -> None:
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    report = await loaded(store, tmp_path, "icd10-clinical", NEWER, "2.1")
    assert (report.before, report.new, report.changed, report.unchanged) == ("2.0", 1, 1, 5)
    assert (report.withdrawn, report.withdrawn_codes) == (1, ["I10.x00x002"])
    assert (await told(store, "E10.900"))["display"] == "HTEST1型糖尿病"
    assert (await told(store, "E10.900", "2.0"))["display"] == "HTEST一型糖尿病"
    await refused(told(store, "I10.x00x002"), Fault.NOT_FOUND)
    assert (await told(store, "I10.x00x002", "2.0"))["display"] == "HTEST高血压病"
    codes = await expansion(context(store), "urn:furong:value-set:icd10-clinical")
    assert (URL, "J18.900") in codes
    assert (URL, "I10.x00x002") not in codes


async def test_an_older_version_that_comes_later_does_not_count_without_its_name(
    store: Store, tmp_path: Path
) -> None:
    await loaded(store, tmp_path, "icd10-clinical", NEWER, "2.1")
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    assert (await told(store, "E10.900"))["version"] == "2.1"


async def test_the_same_version_again_is_mended(store: Store, tmp_path: Path) -> None:
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    report = await loaded(store, tmp_path, "icd10-clinical", NEWER, "2.0")
    assert (report.before, report.changed) == ("2.0", 1)
    assert (await told(store, "E10.900", "2.0"))["display"] == "HTEST1型糖尿病"


WRONG = ICD10 + "E11.900,,又一次\nXX,,错\n,,无码\nE12.900,,\n"


async def test_a_refused_line_keeps_everything_out(store: Store, tmp_path: Path) -> None:
    report = await loaded(store, tmp_path, "icd10-clinical", WRONG, "2.0")
    assert not report.loaded
    assert [str(each) for each in report.faults] == [
        "line 9, column 主要编码: the code E11.900 stands in the file before",
        "line 10, column 主要编码: this is not a code of ICD-10 such as A00.000 or A00.100x001",
        "line 11, column 主要编码: the code is missing",
        "line 12, column 诊断名称: the name is missing",
    ]
    await refused(told(store, "E11.900"), Fault.NOT_FOUND)
    assert await store.database["concepts"].count_documents({}) == 0
    report = await loaded(store, tmp_path, "icd10-clinical", WRONG, "2.0", skip=True)
    assert (report.loaded, report.codes, report.refused) == (True, 7, 4)


async def test_a_dry_run_keeps_nothing(store: Store, tmp_path: Path) -> None:
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    report = await loaded(store, tmp_path, "icd10-clinical", NEWER, "2.1", dry=True)
    assert (report.loaded, report.new, report.changed, report.withdrawn) == (False, 1, 1, 1)
    assert (await told(store, "E10.900"))["version"] == "2.0"
    assert await store.database["concepts"].count_documents({}) == 7


@pytest.mark.parametrize(
    ("text", "why"), [("编码,名称\n", "no line with a code"), ("编码,名称\n1,x\n", "(line 2")]
)
async def test_a_file_without_codes(store: Store, tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BadFileError) as raised:
        await loaded(store, tmp_path, "icd10-clinical", text)
    assert why in str(raised.value)


async def test_a_version_has_to_be_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadFileError):
        await loaded(store, tmp_path, "icd10-clinical", ICD10, "")
    assert (await loaded(store, tmp_path, "loinc", LOINC, "")).version == "2.80"


async def test_a_load_that_breaks_off_leaves_what_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")

    def broken(*told: object) -> Resource:
        raise OSError("HTEST")

    monkeypatch.setattr(loader, "value_set", broken)
    with pytest.raises(OSError, match="HTEST"):
        await loaded(store, tmp_path, "icd10-clinical", NEWER, "2.1")
    assert (await told(store, "E10.900"))["version"] == "2.0"
    assert await store.database["concepts"].count_documents({}) == 7


async def test_what_a_killed_load_left_is_swept(store: Store, tmp_path: Path) -> None:
    await store.database["concepts"].insert_one(
        {"_id": "0000000000001|X", "r": "0000000000001", "n": 1, "c": "X"}
    )
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    assert await store.database["concepts"].count_documents({"c": "X"}) == 0


async def test_what_counts_is_never_swept_and_what_was_replaced_is(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concepts, "_GRACE", timedelta(0))
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    await loaded(store, tmp_path, "icd10-clinical", NEWER, "2.1")
    await loaded(store, tmp_path, "icd10-clinical", NEWER, "2.0")
    await loaded(store, tmp_path, "loinc", LOINC)
    assert (await told(store, "E10.900", "2.0"))["display"] == "HTEST1型糖尿病"
    assert (await told(store, "E10.900", "2.1"))["display"] == "HTEST1型糖尿病"
    assert len(await store.database["concepts"].distinct("r")) == 3
    known = await loader.loaded(store)
    assert [each["version"] for each in known] == ["1", "2.0", "2.1"]


async def test_the_other_kinds(store: Store, tmp_path: Path) -> None:
    await loaded(store, tmp_path, "loinc", LOINC)
    assert (await told(store, "718-7", url="http://loinc.org"))[
        "display"
    ] == "Hemoglobin [Mass/volume] in Blood"
    report = await loaded(store, tmp_path, "atc", ATC)
    assert (report.codes, report.refused) == (4, 0)
    codes = await related(context(store), "http://www.whocc.no/atc", "A10", above=False)
    assert {code for _, code in codes} == {"A10", "A10BA02", "A10AB01"}
    await loaded(store, tmp_path, "drugs", DRUGS)
    url = "urn:furong:table:national-drug-code"
    assert (await told(store, "86900000000017", url=url))["display"] == "HTEST二甲双胍片"


async def test_an_oid_of_two_tables_needs_the_table_s_name(store: Store, tmp_path: Path) -> None:
    url = "urn:oid:2.16.156.10011.2.3.3.12"
    await loaded(store, tmp_path, "icd9cm3", ICD9, "3.0")
    await refused(told(store, "47.0100", url=url), Fault.UNPROCESSABLE)
    assert (await told(store, "47.0100", "3.0", url=url))["display"] == "HTEST腹腔镜阑尾切除术"
    assert (await told(store, "47.0100", "ICD-9-CM-3", url=url))["display"] == "HTEST腹腔镜阑尾切除术"
    assert (url, "47.0100") in await expansion(context(store), "urn:furong:value-set:icd9cm3")


async def test_headings_above_are_codes_too(store: Store, tmp_path: Path) -> None:
    text = (
        "类目代码,类目名称,亚目代码,亚目名称,诊断代码,诊断名称\n"
        "E11,HTEST二型糖尿病,E11.9,HTEST无并发症,E11.900,HTEST二型糖尿病\n"
        "E11,HTEST二型糖尿病,E11.9,HTEST无并发症,E11.901,HTEST二型\n"
    )
    report = await loaded(store, tmp_path, "icd10-clinical", text)
    assert (report.codes, report.refused) == (4, 0)
    assert (await told(store, "E11"))["display"] == "HTEST二型糖尿病"
    above = await related(context(store), URL, "E11.900", above=True)
    assert {code for _, code in above} == {"E11.900", "E11.9", "E11"}
