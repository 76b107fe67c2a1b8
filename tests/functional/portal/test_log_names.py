"""Who looked: at which document, report or visit, as far as the reader of the log may see it."""

import re

import pytest

from auth.principal import Proxied
from fhir.interactions.context import Context
from fhir.operations import compartment
from fhir.resource import Resource
from tests.functional.portal.conftest import Site
from tests.functional.portal.papers import filed, papers
from tests.functional.portal.region import RESIDENT
from tests.functional.portal.test_untold import Reader, _closed, acts_for, reader
from tests.functional.portal.test_worklist import _put

__all__ = ["_closed"]

DOCTORS = f"/clinician/patients/{RESIDENT}"
PATHS = (
    "documents/DocumentReference/pdf",
    "documents/DiagnosticReport/htest-report",
    "documents/DiagnosticReport/htest-picture/files/0",
    "visits/htest-visit",
)
SAID = (
    "看过：文书：HTEST pdf（2026-11-20）",
    "看过：检查报告：HTEST 血常规（2026-11-20）",
    "看过：检查报告里的文件：HTEST 胸片（2026-11-20）",
    "看过：就诊记录（2026-11-20）",
)


@pytest.fixture
async def seen(site: Site) -> None:
    await filed(site)
    doctor = await reader(site, "doctor")
    for path in PATHS:
        assert (await doctor.get(f"{DOCTORS}/{path}")).status_code == 200, path


async def doctors(log: Reader, path: str = "/resident/access") -> str:
    """What the log says of the doctor, without marks."""
    lines = [each for each in (await log.get(path)).text.split("<li class")[1:] if "周敏" in each]
    return re.sub(r"<[^>]+>", "", "\n".join(lines))


def paper(id: str) -> Resource:
    return next(each for each in papers() if each["id"] == id)


async def test_the_log_names_what_was_opened_and_its_day(site: Site, seen: None) -> None:
    wang = await reader(site, "wang")
    for path in ("/resident/access", "/resident"):
        said = await doctors(wang, path)
        for each in SAID:
            assert each in said, path


async def test_what_is_withdrawn_or_hidden_from_the_reader_is_told_without_its_name(
    site: Site, seen: None
) -> None:
    secret = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]}
    await _put(site, paper("htest-report") | {"meta": secret})
    await _put(site, paper("pdf") | {"status": "entered-in-error"})
    parent = await acts_for(site, "li", f"Patient/{RESIDENT}", Proxied.PARENT)
    said = await doctors(parent)
    assert "HTEST 血常规" not in said
    assert "看过：检查报告\n" in said
    assert "HTEST pdf" not in said
    assert "看过：文书\n" in said
    assert "HTEST 胸片" in said, "the control"
    assert "HTEST pdf" not in await doctors(await reader(site, "wang"))


async def test_a_page_of_looks_asks_for_all_names_at_once(
    site: Site, seen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.portal.resident import named

    asked: list[set[str]] = []

    async def counted(context: Context, references: set[str], *more: object) -> list[object]:
        asked.append(references)
        return await compartment.resolved(context, references, *more)  # type: ignore[return-value, arg-type]

    monkeypatch.setattr(named, "resolved", counted)
    assert SAID[0] in await doctors(await reader(site, "wang"))
    assert [len(each) for each in asked] == [4]


async def test_a_privacy_officer_is_told_no_title(site: Site, seen: None) -> None:
    wang = await reader(site, "wang")
    page = (await wang.get("/resident/access")).text
    line = next(each for each in page.split("<li class")[1:] if "HTEST pdf" in each)
    (asks,) = re.findall(r'href="(/resident/access/[^"]+/complaint)"', line)
    assert "HTEST pdf" in (await wang.get(asks)).text
    assert (await wang.post(asks, words="HTEST")).status_code == 303
    desk = (await (await reader(site, "privacy")).get("/console/complaints")).text
    assert "周敏" in desk
    assert "文书" in desk
    assert "HTEST pdf" not in desk
