"""The page of alarms: what sounded, how often, and whether it was sent."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from services.alarms.alarm import Kind, State
from services.portal.catalogue import mark
from services.portal.console.alarm_texts import FACTS, TEXTS, VALUES
from services.portal.page import page
from services.portal.visit import Visit, visited

READERS = (Role.PRIVACY, Role.OPERATOR, Role.SECURITY)
KINDS = {
    Kind.FEED_SILENT: mark("来源反常地没有消息"),
    Kind.FEED_LATE: mark("消息等待太久"),
    Kind.DEAD_LETTERS: mark("死信没有处理"),
    Kind.HELD_UP: mark("一条消息挡住了同一患者的其他消息"),
    Kind.AUDIT_INCOMPLETE: mark("审计记录不完整"),
    Kind.AUDIT_ROOT: mark("每日审计根没有做成"),
    Kind.SWEEP: mark("可疑的大量查看"),
    Kind.EMERGENCY: mark("紧急查看"),
    Kind.CASE: mark("居民的投诉或更正请求过期没有答复"),
    Kind.ACCOUNT: mark("账号"),
    Kind.CLIENT: mark("接入系统"),
    Kind.CLOCK: mark("时钟不准"),
    Kind.CERTIFICATE: mark("证书将要到期"),
}
STATES = {
    State.NONE: mark("没有设置"),
    State.WAITING: mark("等待发送"),
    State.SENT: mark("已发送"),
    State.FAILED: mark("发送失败"),
}
WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "texts": TEXTS,
    "facts": FACTS,
    "values": VALUES,
    "states": STATES,
}
"""How an alarm is told."""


async def alarms_page(request: Request) -> Response:
    """The newest alarms."""

    async def show(visit: Visit) -> Response:
        alarms = await visit.platform.alarms.newest()
        return page(request, "console/templates/alarms.html", reader=visit.reader, alarms=alarms, **WORDS)

    return await visited(request, READERS, show, type="Communication", interaction=Interaction.SEARCH)
