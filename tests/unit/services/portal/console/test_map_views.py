"""The page of a source's maps over a real store: checklist lines 55 and 56."""

from adapters.v2_to_fhir.map_version import shipped_version
from auth.roles import Role
from services import overlays
from services.inbox import DONE
from services.portal.codes.views import codes_page
from services.portal.console.map_views import maps_page
from services.portal.console.message_views import message_page
from tests.support.messages import adt
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform

__all__ = ["desk", "platform"]
OVERLAY = "version: 2026-11\nsystems:\n  99HIS: http://test1.example/local\n"
CODED = adt() + "DG1|1||QX7^某病^99LOCAL\r"


async def test_line_56_the_versions_are_listed_and_the_active_one_is_marked(desk: Desk) -> None:
    empty = body(await desk.get(maps_page, source="TEST1"))
    assert "这个来源从未有过叠加" in empty
    assert "没有等待映射的代码" in empty
    await overlays.activate(desk.platform.database, "TEST1", OVERLAY, "上线")
    await overlays.activate(desk.platform.database, "TEST1", None, "撤回")
    text = body(await desk.get(maps_page, source="TEST1"))
    assert text.index("撤回") < text.index("上线")
    assert text.count("现用</span>") == 1
    assert "2026-11" in text
    assert shipped_version() in text
    assert (await desk.get(maps_page, source="NOBODY")).status_code == 404


async def test_line_55_open_codes_are_counted_and_only_a_steward_reads_them(desk: Desk) -> None:
    for control in ("C1", "C2"):
        id = await desk.arrive(CODED.replace("|C1|", f"|{control}|"))
        assert await desk.process(id) == DONE
    text = body(await desk.get(maps_page, source="TEST1"))
    assert 'href="/console/codes?source=TEST1"' in text
    assert "等待映射的代码 1<" in text
    assert "QX7" not in text, "the workbench shows the codes"
    assert "1 个代码等待映射" in body(await desk.get(message_page, id=id))
    await desk.log_in(Role.OPERATOR)
    text = body(await desk.get(maps_page, source="TEST1"))
    assert "QX7" not in text
    assert "DG1-3" in text
    assert "2 条消息" in text
    assert "/console/codes" not in text


async def test_line_55_messages_that_wait_for_a_person_are_counted(desk: Desk) -> None:
    id = await desk.arrive(CODED)
    await desk.process(id)
    await desk.inbox.collection.update_one({"_id": id}, {"$set": {"held": "other maps"}})
    assert "1 条等人查看" in body(await desk.get(codes_page))
    assert "以别的编号再存一份" in body(await desk.get(message_page, id=id))


async def test_line_56_a_message_tells_the_maps_that_it_was_read_by(desk: Desk) -> None:
    await overlays.activate(desk.platform.database, "TEST1", OVERLAY, "上线")
    id = await desk.arrive(adt())
    await desk.process(id)
    text = body(await desk.get(message_page, id=id))
    assert (await desk.row(id))["maps"] in text
    assert "叠加 1（2026-11）" in text
    assert "就是现在的映射" in text
    await overlays.activate(desk.platform.database, "TEST1", None, "撤回")
    text = body(await desk.get(message_page, id=id))
    assert "叠加 1（2026-11）" in text
    assert "映射后来改过" in text
