"""What somebody did, with what, and what became of it."""

from typing import Any

from auth.audit.record import Interaction, Outcome
from services.portal.resident.access import looks
from services.portal.resident.app import App
from services.portal.resident.deed import UNOPENED
from services.portal.resident.named import Named
from tests.support.people import entry
from tests.unit.services.portal.resident.test_access import look


def test_a_refused_look_was_only_tried() -> None:
    seen = look(result=Outcome.REFUSED)
    assert (seen.action, seen.refused, seen.ended) == ("想看", True, "")
    for reason in ("role", "network", "forbidden", "not_found", "throttled", "share: passcode"):
        assert look(result=Outcome.REFUSED, reason=reason).refused, reason


def test_what_failed_was_not_refused() -> None:
    seen = look(result=Outcome.FAILED)
    assert (seen.action, seen.refused, seen.ended) == ("想看", False, "没有完成")


def test_writing_is_not_looking() -> None:
    assert look(interaction=Interaction.CREATE, type="Observation").action == "写入"
    assert look(interaction=Interaction.DELETE, type="Observation").action == "删除"


def test_an_emergency_is_told_with_its_beginning_and_end() -> None:
    opened = look(interaction=Interaction.EMERGENCY, purpose="BTG")
    assert (opened.action, opened.why, opened.what) == ("紧急打开档案", "紧急情况", ())
    assert look(interaction=Interaction.EMERGENCY_END, purpose="BTG").action == "关闭紧急查看"
    refused = look(interaction=Interaction.EMERGENCY, result=Outcome.REFUSED)
    assert (refused.action, refused.refused) == ("想看", True)


def test_what_a_steward_decides_of_records_is_told_without_his_reason() -> None:
    steward = {"role": "steward", "purpose": "HOPERAT", "interaction": Interaction.UPDATE}
    seen = look(**steward, reason="link: his sister said so")
    assert (seen.role, seen.why, seen.what) == ("数据管理员", "核对哪些记录是同一个人的", ())
    assert seen.action == "认定两份记录是同一个人的，合在一起"
    assert look(**steward | {"interaction": Interaction.VIEW}, reason="compare").action.startswith("对照了")
    assert look(**steward, reason="link: x", result=Outcome.REFUSED).action == "想看"
    assert look(reason="link: x").action == "看过", "of others it means nothing"


def test_whoever_opened_a_share_is_told_with_what_was_in_it() -> None:
    shared = {"kind": "link", "role": None, "purpose": "PATRQT", "interaction": Interaction.OPERATION}
    seen = look(**shared, type="Bundle", reason="share: allergies,results")
    assert (seen.role, seen.why, seen.how) == ("扫了您二维码的人，身份未证实", "您用二维码分享", "二维码")
    assert seen.what == ("过敏情况", "检查结果")
    refused = look(**shared, type="Bundle", reason="share: passcode", result=Outcome.REFUSED)
    assert (refused.refused, refused.action, refused.what) == (True, "打开分享链接", ("口令不对",))


def test_a_form_that_was_not_complete_is_no_refusal() -> None:
    for who in ({"own": True, "role": "resident"}, {"proxy": "parent", "role": "resident"}, {}):
        seen = look(**who, result=Outcome.REFUSED, reason="invalid", type="Consent")
        assert (seen.action, seen.refused, seen.ended) == ("写查看规则，没有办成", False, "没有完成")
        assert seen.what == ()
        assert look(**who, result=Outcome.REFUSED, reason="not_found").refused
    by_app = look(result=Outcome.REFUSED, reason="parameter", client="app-1")
    assert (by_app.action, by_app.refused) == ("想看", False)


def test_a_document_that_is_not_there_was_not_refused() -> None:
    tried: dict[str, Any] = {"result": Outcome.REFUSED, "reason": "not_found", "type": "DocumentReference"}
    tried["entity"] = "DocumentReference/d/_history/2"
    names = {"DocumentReference/d": Named("HTEST 小结", None)}
    absent = look(**tried)
    assert (absent.action, absent.refused, absent.named) == ("想看", False, ())
    assert "没有这一项" in absent.ended
    (hidden,) = looks([entry(**tried)], {}, names=names)
    assert (hidden.refused, hidden.named) == (True, (Named("HTEST 小结", None, "文书"),))
    assert look(**tried | {"reason": "role"}).refused
    damaged = look(**tried | {"reason": UNOPENED})
    assert (damaged.refused, damaged.what) == (False, ("文书里的文件",))


def test_what_was_asked_and_answered_is_told_as_that() -> None:
    asked: dict[str, Any] = {"own": True, "role": "resident", "interaction": Interaction.CREATE}
    seen = look(**asked, type="AuditEvent", reason="complaint")
    assert (seen.action, seen.what) == ("请隐私专员查一次查看", ())
    assert look(**asked, type="Task", reason="correction").action == "请求更正一条内容"
    review: dict[str, Any] = {"interaction": Interaction.REVIEW, "type": "Task", "purpose": None}
    seen = look(**review, role="steward", reason="correction granted")
    assert (seen.action, seen.what, seen.why) == ("答复了更正请求", (), "办理更正请求")
    assert look(**review, role="privacy", reason="complaint justified").action == "答复了投诉"
    assert look(role="steward", purpose=None).why == "核对登记信息"


def test_what_was_done_with_an_app_names_it_and_what_it_may_see() -> None:
    own: dict[str, Any] = {"own": True, "role": "resident", "type": None}
    scope = "openid launch/patient patient/Condition.rs patient/Basic.rs"
    seen = look(**own, interaction=Interaction.TOKEN, reason=f"allowed to the app a1: {scope}")
    assert (seen.action, seen.what) == ("允许%(app)s 查看", ("诊断和健康问题", "其他内容"))
    assert seen.app == App("a1")
    writes = look(**own, interaction=Interaction.TOKEN, reason="allowed to the app a1: patient/*.cruds")
    assert (writes.action, writes.what) == ("允许%(app)s 查看和修改", ("全部健康档案",))
    knows = look(**own, interaction=Interaction.TOKEN, reason="allowed to the app a1: openid")
    assert knows.action == "允许%(app)s 知道您是谁"
    back = look(**own, interaction=Interaction.CONFIGURE, reason="withdrawn from the app a1")
    assert (back.action, back.what) == ("收回了%(app)s 的许可", ())
    refused = look(**own, interaction=Interaction.CONFIGURE, result=Outcome.REFUSED, reason="not_found")
    assert refused.app is None
