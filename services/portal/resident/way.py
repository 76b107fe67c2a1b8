"""Way: by what somebody looked: paper, a page, an app, a link, a message, a system."""

from auth.audit.access_log import AccessEntry
from auth.audit.record import Interaction
from services.portal.catalogue import mark
from services.portal.resident.capacity import LINK
from services.portal.resident.deed import PRINTED, downloaded

_BY_LINK = mark("二维码")
_MESSAGES = {Interaction.PIX, Interaction.PDQ, Interaction.PERSON_QUERY}
_BY_PAGE, _BY_APP = mark("网页"), mark("应用")
_BY_SYSTEM, _BY_MESSAGE = mark("医疗机构系统的接口"), mark("医院发来的查询消息")
_FILES = {"ips.json": mark("下载（FHIR）"), "ips.pdf": mark("下载（PDF）")}
"""By which file somebody has taken a record along (`services.portal.downloads`)."""


def how(entry: AccessEntry) -> str:
    """By what: paper, a page, an app, a hospital's message, a system."""
    if (entry.reason or "").startswith("print: "):
        return PRINTED
    if entry.kind == LINK:
        return _BY_LINK
    if (file := downloaded(entry).partition(":")[0]) in _FILES:
        return _FILES[file]
    if entry.interaction in _MESSAGES:
        return _BY_MESSAGE
    if entry.kind == "system":
        return _BY_SYSTEM
    return _BY_APP if entry.client else _BY_PAGE
