"""By what somebody looked."""

from auth.audit.record import Interaction
from tests.unit.services.portal.resident.test_access import look


def test_by_what_a_look_came() -> None:
    assert look().how == "网页"
    assert look(client="app-1").how == "应用"
    assert look(reason="print: TREAT").how == "打印"
    assert look(kind="system").how == "医疗机构系统的接口"
    assert look(kind="system", interaction=Interaction.PDQ).how == "医院发来的查询消息"


def test_what_was_taken_along_says_as_which_file() -> None:
    hows = [look(reason=f"download {name}: TREAT").how for name in ("ips.pdf", "ips.json")]
    assert hows == ["下载（PDF）", "下载（FHIR）"]
    assert look(reason="print: TREAT").how == "打印"
    assert look(kind="system").how == "医疗机构系统的接口"
