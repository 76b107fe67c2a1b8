"""Why a message became a dead letter, and what a steward can do about it (checklist 63)."""

from typing import NamedTuple

from services.portal.catalogue import mark


class Advice(NamedTuple):
    """The reason and the action, as msgids of the catalogue."""

    reason: str
    action: str


_NOT_VALID = Advice(
    mark("转换出的资源不符合 FHIR"), mark("按下面的位置改正内容后提交，或请接口方改正后重发。")
)
_ADVICE = {
    "the source is not registered any more": Advice(
        mark("来源已不再登记"), mark("重新登记这个来源，然后重试。")
    ),
    "the message can't be mapped": Advice(
        mark("消息不能转换"), mark("请接口方查看消息结构；改正后提交，或更新映射后重试。")
    ),
    "there is no map for this kind of message yet": Advice(
        mark("还没有这类消息的映射"), mark("增加映射后重试；如果不需要这类消息，写明理由后放弃。")
    ),
    "a resource can't be stored": Advice(
        mark("资源不能保存"), mark("按下面的位置改正内容后提交，或稍后重试。")
    ),
    "the patient's number is known for somebody else": Advice(
        mark("患者号码已属于另一个人"), mark("向医院核对患者号码；改正后提交，或请医院重发。")
    ),
    "the number is that of another patient": Advice(
        mark("就诊号或单号已属于另一位患者"),
        mark("向医院核对患者和号码；换患者须发 A45 等移动消息，之后重试；填错的请改正后提交。"),
    ),
    "the patient is not known": Advice(
        mark("患者未登记"), mark("该来源只接受已登记的患者：等 ADT 到达后重试，或核对患者号码后提交。")
    ),
    "the application acknowledgement was not taken": Advice(
        mark("应用层应答没有被接收"),
        mark("核对来源的应答地址和连接，然后再次发送；如果不再需要，写明理由后放弃。"),
    ),
}
_MERGE = Advice(
    mark("合并消息自相矛盾"), mark("向医院核对合并的两个号码；请医院改正后重发，或写明理由后放弃。")
)
_PEOPLE = Advice(
    mark("两位患者可能不是同一个人"),
    mark("核对证件号码、姓名和出生日期；改正后重试，或写明理由后放弃，也可撤销以前的合并。"),
)
_ADVICE |= {
    "a record cannot be": _MERGE,
    "the two numbers are of different assigning authorities": _MERGE,
    "the patient that remains has been merged": _MERGE,
    "the two patients differ": _PEOPLE,
    "the patients of one person carry": _PEOPLE,
    "the visit or account is that of another patient": _MERGE,
}
_OTHER = Advice(mark("处理失败"), mark("重试；如果仍然失败，请联系运维人员。"))


def advice(text: str) -> Advice:
    """The advice for the text that the worker wrote."""
    if text.endswith("would not be valid FHIR"):
        return _NOT_VALID
    return next((known for start, known in _ADVICE.items() if text.startswith(start)), _OTHER)
