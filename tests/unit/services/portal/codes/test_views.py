"""The workbench over a real store and real messages (hl7v2.md, checklist 55)."""

import re
from pathlib import Path
from typing import Any

from auth.roles import Role
from fhir.store import EVERYONE
from services import unmapped_codes
from services.inbox import DONE
from services.mapping import Target
from services.platform import sources_of
from services.portal.codes.exact_views import accept, exact_page
from services.portal.codes.views import act, code_page, codes_page, target_of
from services.sources import Source, register
from services.worker.processor import Processor
from services.worker.reruns import Reruns
from tests.support.code_files import ICD10, LOINC, loaded
from tests.support.messages import adt
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform

__all__ = ["desk", "platform"]
ICD = "urn:oid:2.16.156.10011.2.3.3.11.3"
CODED = adt() + "DG1|1||QX7^HTEST二型糖尿病^99LOCAL\r"
TARGET = f"{ICD}\n\nE11.900\nHTEST二型糖尿病"


async def arrived(desk: Desk, text: str = CODED, count: int = 2) -> str:
    """So many messages with a code that nothing translates; the id of its Task."""
    for number in range(count):
        id = await desk.arrive(text.replace("|C1|", f"|C{number}-{len(text)}|"))
        assert await desk.process(id) == DONE
    return (await unmapped_codes.newest(desk.platform.store, unmapped_codes.OPEN, 1))[0].id


async def run_again(desk: Desk) -> None:
    """What the worker does by itself."""
    async with sources_of(desk.platform) as sources:
        processor = Processor(desk.platform.store, desk.inbox, sources)
        await Reruns(desk.platform.store, desk.inbox, processor).look()
        async for row in desk.inbox.collection.find({"state": "received"}):
            await processor.process(row["_id"])
        await Reruns(desk.platform.store, desk.inbox, processor).look()


async def condition(desk: Desk) -> list[dict[str, Any]]:
    (stored,) = await desk.platform.store.resources.search({"tokens": "Condition"}, EVERYONE, limit=0)
    found: list[dict[str, Any]] = stored.resource()["code"]["coding"]
    return found


async def test_a_code_is_listed_with_its_names_and_the_likeliest_target(desk: Desk, tmp_path: Path) -> None:
    await loaded(desk.platform.store, tmp_path, "icd10-clinical", ICD10, "2.0")
    id = await arrived(desk)
    text = body(await desk.get(codes_page))
    assert "QX7" in text
    assert "HTEST二型糖尿病" in text
    assert "2 条消息" in text
    assert "名称相同" in text
    assert "E11.900" in text
    one = body(await desk.get(code_page, id=id))
    assert one.index("E11.900") < one.index("E11.000")
    assert "本区域已用" not in one


async def test_one_click_maps_and_the_messages_are_run_again(desk: Desk, tmp_path: Path) -> None:
    await loaded(desk.platform.store, tmp_path, "icd10-clinical", ICD10, "2.0")
    id = await arrived(desk)
    reply = await desk.post(act, {"action": "map", "target": TARGET}, id=id)
    assert (reply.status_code, reply.headers["location"]) == (303, f"/console/codes/{id}")
    assert "2 条消息，已完成 0 条" in body(await desk.get(codes_page))
    await run_again(desk)
    assert (await condition(desk))[0] == {"system": ICD, "code": "E11.900", "display": "HTEST二型糖尿病"}
    text = body(await desk.get(codes_page))
    assert "最近映射的" in text
    assert "没有等待映射的代码" in text
    text = body(await desk.get(code_page, id=id))
    assert "已映射" in text
    assert "mapped to" in text
    events = await desk.platform.archive.search(None)
    deeds = [each for each in events if each.get("outcomeDesc") == "map of a code"]
    assert [f"Task/{id}" in str(each["entity"]) for each in deeds] == [True]


async def test_a_mapping_is_taken_back_and_so_is_what_it_made(desk: Desk, tmp_path: Path) -> None:
    await loaded(desk.platform.store, tmp_path, "icd10-clinical", ICD10, "2.0")
    id = await arrived(desk)
    before = await condition(desk)
    await desk.post(act, {"action": "map", "target": TARGET}, id=id)
    await run_again(desk)
    assert await condition(desk) != before
    reply = await desk.post(act, {"action": "undo"}, id=id)
    assert reply.headers["location"] == f"/console/codes/{id}?again=2"
    await run_again(desk)
    assert await condition(desk) == before
    text = body(await desk.get(code_page, "again=2", id=id))
    assert "2 条消息会重新处理" in text
    assert "等待映射" in text
    assert "mapping taken back" in text


async def test_somebody_was_faster(desk: Desk, tmp_path: Path) -> None:
    await loaded(desk.platform.store, tmp_path, "icd10-clinical", ICD10, "2.0")
    id = await arrived(desk)
    await desk.post(act, {"action": "reject", "reason": "HTEST"}, id=id)
    assert (await desk.post(act, {"action": "map", "target": TARGET}, id=id)).status_code == 409


async def test_only_what_was_offered_is_mapped(desk: Desk, tmp_path: Path) -> None:
    await loaded(desk.platform.store, tmp_path, "icd10-clinical", ICD10, "2.0")
    id = await arrived(desk)
    for target in ("", "x", f"{ICD}\n\nNO\nx", f"http://a.example\n\nE11.900\n{'x'}"):
        assert (await desk.post(act, {"action": "map", "target": target}, id=id)).status_code == 422
    assert (await desk.post(act, {"action": "else"}, id=id)).status_code == 422


async def test_a_code_is_left_without_a_map_for_a_reason_and_opened_again(desk: Desk) -> None:
    id = await arrived(desk)
    assert (await desk.post(act, {"action": "reject", "reason": " "}, id=id)).status_code == 422
    await desk.post(act, {"action": "reject", "reason": "院内临时编码"}, id=id)
    text = body(await desk.get(code_page, id=id))
    assert "院内临时编码" in text
    assert "不映射" in text
    await arrived_more(desk)
    assert "没有等待映射的代码" in body(await desk.get(codes_page)), "it stays so"
    await desk.post(act, {"action": "reopen"}, id=id)
    assert "院内临时编码" not in body(await desk.get(code_page, id=id))
    assert "QX7" in body(await desk.get(codes_page))


async def arrived_more(desk: Desk) -> None:
    assert await desk.process(await desk.arrive(CODED.replace("|C1|", "|C9|"))) == DONE


async def test_any_target_can_be_searched_for(desk: Desk, tmp_path: Path) -> None:
    await loaded(desk.platform.store, tmp_path, "icd10-clinical", ICD10, "2.0")
    id = await arrived(desk)
    text = body(await desk.post(act, {"action": "search", "q": "高血压"}, id=id))
    assert "找到 2 个" in text
    assert "I10.x00x002" in text
    assert (
        await desk.post(act, {"action": "map", "target": f"{ICD}\n\nI10.x00\nHTEST"}, id=id)
    ).status_code == 303
    other = await arrived(desk, CODED.replace("QX7", "QX8"))
    assert "没有符合的代码" in body(await desk.post(act, {"action": "search", "q": "zzz"}, id=other))


async def test_exact_matches_are_shown_before_they_are_accepted_together(desk: Desk, tmp_path: Path) -> None:
    await loaded(desk.platform.store, tmp_path, "icd10-clinical", ICD10, "2.0")
    await arrived(desk)
    other = await arrived(desk, CODED.replace("QX7^HTEST二型糖尿病", "QX8^HTEST肺炎"))
    text = body(await desk.get(exact_page))
    assert "QX7" in text
    assert "QX8" not in text
    (id,) = re.findall(r'name="id" value="([^"]+)"', text)
    shown = {"id": [id, other], f"target-{id}": TARGET, f"target-{other}": TARGET, "source": ""}
    text = body(await desk.post(accept, shown))
    assert "已映射 1 个代码" in text
    assert "1 个没有映射" in text
    await run_again(desk)
    assert "QX8" in body(await desk.get(codes_page))
    task = await unmapped_codes.find(desk.platform.store, id)
    assert task is not None
    assert task.resource["status"] == "completed"


async def test_a_steward_of_a_house_sees_its_own_sources_alone(desk: Desk) -> None:
    id = await arrived(desk)
    await desk.log_in(Role.STEWARD, "Organization/o")
    assert "QX7" in body(await desk.get(codes_page))
    await desk.log_in(Role.STEWARD, "Organization/other")
    assert "QX7" not in body(await desk.get(codes_page))
    assert "QX7" not in body(await desk.get(exact_page))
    assert (await desk.get(codes_page, "source=TEST1")).status_code == 404
    assert (await desk.get(code_page, id=id)).status_code == 404
    assert (await desk.post(act, {"action": "reject", "reason": "x"}, id=id)).status_code == 404
    assert (await desk.post(accept, {"id": id, "source": "TEST1"})).status_code == 404
    await desk.log_in(Role.OPERATOR)
    assert (await desk.get(codes_page)).status_code == 403
    assert (await desk.get(code_page, id=id)).status_code == 403


async def test_what_other_hospitals_made_of_the_same_words_is_told_without_their_names(
    desk: Desk, tmp_path: Path
) -> None:
    await loaded(desk.platform.store, tmp_path, "icd10-clinical", ICD10, "2.0")
    await register(desk.platform.database, Source("TEST2", "Organization/o2", charset="UTF-8"))
    urn = "urn:furong:source:TEST2"
    element = {"code": "K1", "display": "某病", "target": [{"code": "I10.x00", "equivalence": "equivalent"}]}
    group = {"source": f"{urn}:code:99LOCAL", "target": ICD, "element": [element]}
    sent = {"resourceType": "ConceptMap", "id": "m", "status": "active", "sourceUri": urn, "group": [group]}
    await desk.platform.store.resources.transact(lambda tx: _put(tx, sent))
    await arrived(desk, CODED.replace("HTEST二型糖尿病", "某病"))
    text = body(await desk.get(codes_page))
    assert "另有 1 个来源把同样的名称映射到它" in text
    assert "I10.x00" in text
    assert "TEST2" not in text


async def _put(tx: Any, resource: dict[str, Any]) -> None:
    tx.put(resource)


async def test_a_table_offers_its_own_targets(desk: Desk) -> None:
    text = adt().replace("|19580312|M", "|19580312|M||||||||Z9^丧偶的")
    id = await arrived(desk, text)
    shown = body(await desk.post(act, {"action": "search", "q": "Widowed"}, id=id))
    assert "v3-MaritalStatus" in shown
    target = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\n\nW\nWidowed"
    assert (await desk.post(act, {"action": "map", "target": target}, id=id)).status_code == 303
    await run_again(desk)
    (stored,) = await desk.platform.store.resources.search({"tokens": "Patient"}, EVERYONE, limit=0)
    assert stored.resource()["maritalStatus"]["coding"][0]["code"] == "W"


async def test_loinc_is_offered_by_its_chinese_names_and_by_its_own(desk: Desk, tmp_path: Path) -> None:
    await loaded(desk.platform.store, tmp_path, "loinc", LOINC)
    order = adt().replace("ADT^A01", "ORU^R01") + "OBR|1||F1|X^X^LN\rOBX|1|NM|HB^血红蛋白^LIS||5||||||F\r"
    id = await arrived(desk, re.sub(r"EVN[^\r]*\r", "", order))
    shown = body(await desk.post(act, {"action": "search", "q": "hemoglobin"}, id=id))
    assert "718-7" in shown.split("搜索目标")[0]
    assert "Hemoglobin [Mass/volume] in Blood" in shown


def test_a_target_as_a_form_names_it() -> None:
    assert target_of("s\r\nv\r\nc\r\nd") == Target("s", "c", "d", "v")
    assert target_of("s\n\nc\n") == Target("s", "c", "", "")
    assert target_of("s\n\n\nd") is None
