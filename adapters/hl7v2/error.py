"""Error: what is wrong with a message, where, and in which words.

HL7 v2 table 0357 (Message error condition codes) and the ERL data type (error location). One table holds
every text in English and Chinese; a text never contains anything from the message.
"""

from typing import Literal, NamedTuple

Severity = Literal["E", "W", "I"]

CONDITIONS = {
    "0": "Message accepted",
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "104": "Value too long",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "206": "Application record locked",
    "207": "Application internal error",
}


class Text(NamedTuple):
    """One row of the table: the condition, whether the message is rejected, and both texts."""

    code: str
    rejected: bool
    english: str
    chinese: str


TEXTS = {
    "no-header": Text("100", True, "The message does not begin with an MSH segment", "消息不以 MSH 段开头"),
    "segment-missing": Text("100", False, "A required segment is missing", "缺少必需的段"),
    "field-missing": Text("101", False, "A required field is empty", "必填字段为空"),
    "control-id-missing": Text("101", False, "The message control ID is empty", "消息控制号(MSH-10)为空"),
    "patient-identifier-missing": Text("101", False, "No patient identifier was sent", "未提供任何患者标识"),
    "undecodable": Text("102", False, "The bytes do not fit the character set", "字节与字符集不符,无法解码"),
    "wide-characters": Text("102", True, "UTF-16 and UTF-32 are not allowed in HL7 v2",
                            "HL7 v2 不允许使用 UTF-16 或 UTF-32 编码"),
    "timestamp": Text("102", False, "The value is not a valid date or time", "日期或时间格式不正确"),
    "number": Text("102", False, "The value is not a number", "数值格式不正确"),
    "segment-unexpected": Text("100", False, "The message structure has no such segment here",
                               "消息结构中此处不应有该段"),
    "too-many-repetitions": Text("102", False, "The field may not repeat so often", "字段重复次数超过规定"),
    "beyond-the-standard": Text("102", False, "The standard defines no such field or component",
                                "标准未定义该字段或组件"),
    "structure-unknown": Text("201", False, "The version has no structure of this name",
                              "该版本没有此消息结构"),
    "version-nearest": Text("203", False, "Checked by the nearest earlier version", "按最接近的较早版本检查"),
    "code-unknown": Text("103", False, "The code is not in its table", "代码不在对应的代码表中"),
    "too-long": Text("104", False, "The value is too long", "值过长"),
    "type-unsupported": Text("200", True, "The message type is not supported", "不支持该消息类型"),
    "event-unsupported": Text("201", True, "The event is not supported", "不支持该触发事件"),
    "processing-id": Text("202", True, "This processing ID is not accepted here", "不接受该处理标识"),
    "version": Text("203", True, "This HL7 version is not supported", "不支持该 HL7 版本"),
    "unknown-patient": Text("204", False, "The patient is not known", "患者未登记"),
    "authorities-differ": Text("204", False, "The two numbers are of different assigning authorities",
                               "两个标识的分配机构不同"),
    "merge-with-itself": Text("205", False, "A record cannot be merged into itself", "记录不能与自身合并"),
    "duplicate": Text("205", False, "The key already exists", "标识重复"),
    "another-patients": Text("205", False, "The number is that of another patient; a person looks at it",
                             "号码已属于另一位患者,等待人工处理"),
    "merge-refused": Text("205", False, "The merge contradicts what is stored; a person looks at it",
                          "合并与已存信息矛盾,等待人工处理"),
    "locked": Text("206", True, "The record is in use, please send again later", "记录正被占用,请稍后重发"),
    "internal": Text("207", True, "The message is not stored, send it again", "消息未保存,请稍后重发"),
    "busy": Text("207", True, "The receiver is busy, please send again later", "接收方繁忙,请稍后重发"),
    "too-large": Text("207", True, "The message is larger than the limit", "消息超过大小限制"),
    "unknown-source": Text("207", True, "The sender is not registered", "发送方未登记"),
    "too-many-sources": Text("207", True, "The sender is not registered, and there is no more room for such",
                             "发送方未登记,且未登记发送方的名额已满"),
    "sender-unproven": Text("207", True, "The sender has not proved to be this source",
                            "发送方未能证明属于该来源"),
    "sender-network": Text("207", True, "The sender's address is not one of this source",
                           "发送方地址不在该来源允许的范围内"),
    "pending": Text("207", True, "The message is kept and not processed yet; sent again, it is answered anew",
                    "消息已保存,尚未处理完;重发可得到处理结果"),
    "not-filed": Text("207", False, "The message is kept, but could not be filed; a person looks at it",
                      "消息已保存,但未能归档,等待人工处理"),
    "control-id-reused": Text("205", False, "The control ID was used before, for another message",
                              "消息控制号此前已用于另一条消息"),
    "unexpected-acknowledgement": Text("100", False, "Nobody waits for this acknowledgement",
                                       "没有等待此应答的消息"),
    "batch-count": Text("102", False, "The trailer counts something else", "批尾计数与实际数量不符"),
    "query-unproven": Text("207", True, "Queries are answered to a source that proves itself by "
                           "certificate, token or network", "只应答以证书、令牌或网络证明身份的来源的查询"),
    "query-not-permitted": Text("207", True, "The sender may not ask for this", "发送方无权作此查询"),
    "query-numbered": Text("100", False, "A query is not counted: leave the sequence number empty",
                           "查询不计入序列号,请勿填写 MSH-13"),
    "query-failed": Text("207", True, "The query is not answered, send it again later",
                         "查询未能应答,请稍后重发"),
    "query-parameter": Text("103", False, "The query parameter is not supported here", "不支持该查询参数"),
    "query-value": Text("102", False, "The value is not one that can be searched for; * may end a name",
                        "该值无法用于查询;* 只能用在姓名末尾"),
    "unknown-identifier": Text("204", False, "The identifier is not known", "标识号未知"),
    "unknown-domain": Text("204", False, "The identifier domain is not known", "标识域未知"),
    "several-people": Text("205", False, "The identifier is of several people; a person looks at it",
                           "该标识号对应多人,等待人工处理"),
    "too-many-found": Text("207", False, "Too many people match: say more of whom you look for",
                           "符合条件的人过多,请增加查询条件"),
    "query-continuation": Text("204", False, "The continuation pointer is of another query, or has ended",
                               "续查标记无效、已过期或属于其他查询"),
    "sequence-number": Text("100", False, "The sequence number is not the expected one", "序列号与期望不符"),
}  # fmt: skip


# Our own faults: the sender may send the message again as it is.
TRANSIENT = frozenset({"internal", "busy", "locked", "pending", "query-failed"})


class Location(NamedTuple):
    """Where an error is (ERL): all positions from 1, None where it is not so exact."""

    segment: str = ""
    sequence: int | None = None
    field: int | None = None
    repetition: int | None = None
    component: int | None = None
    subcomponent: int | None = None

    def __str__(self) -> str:
        """A path such as PID-3 or OBX(2)-5(1).1, for people."""
        nth = f"({self.sequence})" if self.sequence and self.sequence > 1 else ""
        field = f"-{self.field}" if self.field else ""
        repetition = f"({self.repetition})" if self.repetition and self.repetition > 1 else ""
        inner = "".join(f".{n}" for n in (self.component, self.subcomponent) if n)
        return f"{self.segment}{nth}{field}{repetition}{inner}"


class Error(NamedTuple):
    """One finding; a warning (`W`) or a hint (`I`) does not refuse the message."""

    text_key: str
    location: Location = Location()
    severity: Severity = "E"

    @property
    def text(self) -> Text:
        """Its row of the table."""
        return TEXTS[self.text_key]

    @property
    def code(self) -> str:
        """Its condition code of table 0357."""
        return self.text.code

    @property
    def rejected(self) -> bool:
        """Whether it rejects the message (AR, CR); else it is an error to correct (AE, CE)."""
        return self.text.rejected

    @property
    def transient(self) -> bool:
        """Whether the fault is ours and passes: the same message may be sent again."""
        return self.text_key in TRANSIENT
