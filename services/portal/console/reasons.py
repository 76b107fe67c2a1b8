"""Why a message became a dead letter, and what a steward can do about it (checklist 63)."""

from typing import NamedTuple

from services.portal.catalogue import mark
from services.reasons import code


class Advice(NamedTuple):
    """The reason and the action, as msgids of the catalogue."""

    reason: str
    action: str


_MERGE = Advice(
    mark("合并消息自相矛盾"), mark("向医院核对合并的两个号码；请医院改正后重发，或写明理由后放弃。")
)
_PEOPLE = Advice(
    mark("两位患者可能不是同一个人"),
    mark("核对证件号码、姓名和出生日期；改正后重试，或写明理由后放弃，也可撤销以前的合并。"),
)
_OTHER = Advice(mark("处理失败"), mark("重试；如果仍然失败，请联系运维人员。"))
_ADVICE = {
    "invalid-resource": Advice(
        mark("转换出的资源不符合 FHIR"), mark("按下面的位置改正内容后提交，或请接口方改正后重发。")
    ),
    "source-unregistered": Advice(mark("来源已不再登记"), mark("重新登记这个来源，然后重试。")),
    "overlay-unfit": Advice(mark("来源的叠加映射已不适用"), mark("改正这个来源的叠加映射并启用，然后重试。")),
    "not-mappable": Advice(
        mark("消息不能转换"), mark("请接口方查看消息结构；改正后提交，或更新映射后重试。")
    ),
    "segment-lost": Advice(
        mark("有一段会丢失"), mark("这是转换程序的错误：请联系运维人员；更新程序后重试。")
    ),
    "no-map": Advice(
        mark("还没有这类消息的映射"), mark("增加映射后重试；如果不需要这类消息，写明理由后放弃。")
    ),
    "not-storable": Advice(mark("资源不能保存"), mark("按下面的位置改正内容后提交，或稍后重试。")),
    "person-differs": Advice(
        mark("患者号码已属于另一个人"), mark("向医院核对患者号码；改正后提交，或请医院重发。")
    ),
    "number-of-another": Advice(
        mark("就诊号或单号已属于另一位患者"),
        mark("向医院核对患者和号码；换患者须发 A45 等移动消息，之后重试；填错的请改正后提交。"),
    ),
    "moved-by-steward": Advice(
        mark("已由数据管理员移到另一位患者"),
        mark("请医院改正患者后重发；如果原来的患者才对，先在“放错的记录”里移回，再重试。"),
    ),
    "kept-apart": Advice(
        mark("登记员已认定这两份记录不是同一个人"),
        mark("向医院核对；如果确是同一个人，先在“核对身份”里撤回决定，再重试。"),
    ),
    "unknown-patient": Advice(
        mark("患者未登记"), mark("该来源只接受已登记的患者：等 ADT 到达后重试，或核对患者号码后提交。")
    ),
    "number-missing": Advice(
        mark("缺少现在的号码"), mark("按下面的位置补上现在的就诊号或账户号后提交，或请医院重发。")
    ),
    "reply-undelivered": Advice(
        mark("应用层应答没有被接收"),
        mark("核对来源的应答地址和连接，然后再次发送；如果不再需要，写明理由后放弃。"),
    ),
    "held-up": Advice(
        mark("处理太久，挡住了同一患者的其他消息"),
        mark("查看消息是否过大；请运维人员查看数据库，然后重试。"),
    ),
    "fault-of-ours": _OTHER,
    "same-record": _MERGE,
    "authorities-differ": _MERGE,
    "merge-cycle": _MERGE,
    "visit-of-another": _MERGE,
    "people-differ": _PEOPLE,
    "citizen-numbers-differ": _PEOPLE,
}


def advice(text: str) -> Advice:
    """The advice for the words of a reason."""
    return _ADVICE.get(code(text), _OTHER)
