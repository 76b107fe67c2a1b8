"""Capacity: as what somebody looked, and for what reason, in words for the resident whose file it is."""

from auth.audit.access_log import AccessEntry
from auth.audit.purpose import FAMILY, TREATMENT
from auth.audit.record import Interaction
from services.portal.audit_terms import PURPOSES, ROLES
from services.portal.catalogue import mark

_SYSTEM, _UNPROVED, _UNKNOWN = mark("医疗机构系统"), mark("身份未证实"), mark("说明不详")
_ANOTHER = mark("另一位居民")
LINK = "link"
"""The kind of agent that opened a share (`services.portal.shares.endpoint`)."""
DUTIES = {
    "privacy": mark("办理您的授权、投诉、核查或家人的申请"),
    "steward": mark("核对登记信息"),
    "auditor": mark("检查查看记录"),
}
"""Why somebody of a role looks who looks for no purpose of care: none of them is shown the health file."""
_PROXIES = {
    "parent": mark("父母或监护人"),
    "adult": mark("您指定的成年人"),
    "help-desk": mark("帮办"),
}
_SENSITIVE = mark("特别敏感的内容，只有写下它的那一家看得到。")
_HIDDEN = {
    "parent": mark("孩子单独告诉医生的，或者您的规则不许看的，父母或监护人看不到。"),
    "adult": mark("您的规则不许他看这些。"),
    "help-desk": mark("特别敏感的内容，帮办看不到。"),
}
"""Why whoever looks for him does not see all."""
_SHARED_FOR = mark("父母或监护人用二维码分享")
_HOLDER, _SHARED = mark("扫了您二维码的人，身份未证实"), mark("您用二维码分享")
_HOLDERS = {"system": _SYSTEM, LINK: _HOLDER}
_APP, _ALLOWED = mark("应用，经您同意"), mark("您允许这个应用查看")
_CORRECTS = mark("办理更正请求")
_ARRIVAL, _EXCHANGE = mark("到诊登记"), mark("诊疗信息交换")


def role(entry: AccessEntry) -> str:
    """As what: a proxy of which kind, a role, an unproved holder of a link (a msgid)."""
    if entry.app:
        return _APP
    if entry.proxy in _PROXIES:
        return _PROXIES[entry.proxy]
    if entry.kind in _HOLDERS:
        return _HOLDERS[entry.kind]
    if _another(entry):
        return _ANOTHER
    return ROLES.get(entry.role or "", _UNKNOWN if entry.kind == "person" else _UNPROVED)


def why(entry: AccessEntry) -> str:
    """For what: a purpose, or the duty of an officer (a msgid)."""
    if entry.app:
        return _ALLOWED
    if entry.role == "steward" and entry.type == "Task":
        return _CORRECTS
    if arrived(entry):
        return _ARRIVAL
    if entry.kind == LINK:
        return _SHARED_FOR if entry.purpose == FAMILY else _SHARED
    if _another(entry):
        return _UNKNOWN
    care = TREATMENT if entry.role == "clinician" and entry.client else ""  # no token states a purpose
    known = PURPOSES.get(entry.purpose or care) or DUTIES.get(entry.role or "")
    return known or (_EXCHANGE if entry.kind == "system" else _UNKNOWN)


def hidden(entry: AccessEntry) -> str:
    """Why a part was not shown that no rule of his hides, for the resident himself (a msgid)."""
    return "" if entry.app else _HIDDEN.get(entry.proxy or "", _SENSITIVE)


def _another(entry: AccessEntry) -> bool:
    """Is it a resident who is not the one whose log it is, nor recorded as his proxy?"""
    return entry.role == "resident" and not (entry.own or entry.app) and entry.proxy is None


def arrived(entry: AccessEntry) -> bool:
    """Did a desk open the file to itself for who stood there?"""
    return entry.interaction is Interaction.OPERATION and entry.reason == "arrival"
