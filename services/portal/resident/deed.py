"""Deed: what somebody did with a file, with what of it, and what became of that, in the resident's words."""

from collections.abc import Mapping

from auth.audit.access_log import AccessEntry
from auth.audit.record import WORKLIST, Interaction, Outcome
from fhir.outcome import Fault
from services.portal.audit_terms import OTHER, TYPES
from services.portal.catalogue import mark
from services.portal.resident.app import app_deed
from services.portal.resident.capacity import DUTIES, LINK, arrived
from services.portal.resident.named import Named, single
from services.portal.shares.document import SECTIONS

_FAILURES = {"passcode": mark("口令不对"), "over": mark("二维码已作废")}
"""Why a share was not opened."""
_CHANGES = {Interaction.CREATE, Interaction.UPDATE, Interaction.PATCH, Interaction.TRANSACTION}
_LOOKED_UP = {Interaction.SEARCH, Interaction.PIX, Interaction.PDQ, Interaction.PERSON_QUERY}
_TRIED, _OPENED, _FILLED = mark("想看"), mark("打开分享链接"), mark("填了一张表，没有办成")
_FILLED_IN = {
    "AuditEvent": mark("请隐私专员查一次查看，没有办成"),
    "Bundle": mark("做二维码分享，没有办成"),
    "Consent": mark("写查看规则，没有办成"),
    "RelatedPerson": mark("办理代看授权，没有办成"),
    "Task": mark("请求更正一条内容，没有办成"),
}
_ASKED = {"complaint": mark("请隐私专员查一次查看"), "correction": mark("请求更正一条内容")}
"""What somebody has asked for, by the reason of the record."""
_ANSWERED = {"complaint": mark("答复了投诉"), "correction": mark("答复了更正请求")}
_UNFINISHED, _ABSENT = mark("没有完成"), mark("没有打开：没有这一项、打不开，或者不能看")
_READ, _SEARCHED, _WROTE = mark("看过"), mark("查找了"), mark("写入")
_SET = mark("更改了")
_DELETED, _ARRIVED = mark("删除"), mark("登记到诊并打开档案")
_EMERGENCIES = {
    Interaction.EMERGENCY: mark("紧急打开档案"),
    Interaction.EMERGENCY_END: mark("关闭紧急查看"),
}
FILE = "file"
"""The reason of a look at a file of a document."""
SHEET_FORM = "form: sheet"
"""The reason of a look at the form of a sheet to carry."""
_SHEET = mark("打开了“印一张带在身上”的页面")
UNOPENED = "unopened"
"""The reason of a look at one that is damaged, gone or elsewhere."""
_REFUSALS = (401, 403, 404, 429)
_NO_REFUSALS = {each.name.lower() for each in Fault if each.status not in _REFUSALS} | {"unknown_type"}
"""Why a request came to nothing that nobody was refused: a form not complete, a thing that is gone."""
_ATTACHED = {"DocumentReference": mark("文书里的文件"), "DiagnosticReport": mark("检查报告里的文件")}
_LISTED, _WORK = mark("在工作清单上看到"), mark("姓名、诊断、转诊、新结果和随访到期")
LISTS = frozenset((_SEARCHED, _LISTED))
_COMPARED = {
    "compare": mark("对照了登记信息（姓名、出生日期、遮住一部分的号码等）"),
    "link": mark("认定两份记录是同一个人的，合在一起"),
    "separate": mark("认定两份记录是两个人的，分开"),
    "postpone": mark("暂时没有认定两份记录是不是同一个人的"),
    "reopen": mark("撤回了以前对两份记录的认定"),
}
"""What a steward does of whom he looks at; of his reason, which may name others, nothing is told."""
_PREVIEWED = mark("规则会遮住什么")
PRINTED, _DOWNLOADED, _NUMBERS = mark("打印"), mark("下载"), mark("完整的身份证号和电话")
_WHOLE, _PERSONAL = mark("整份档案"), mark("个人信息")
_FORMS = ("conflict", "invalid")


def action(entry: AccessEntry) -> str:
    """What he did (a msgid)."""
    if arrived(entry):
        return _ARRIVED
    if _mistaken(entry) and entry.kind == "person" and entry.client is None and entry.reason in _FORMS:
        return _FILLED_IN.get(entry.type or "", _FILLED)
    if entry.result is not Outcome.SUCCESS:
        return _OPENED if _failed_link(entry) else _TRIED
    if (done := app_deed(entry)) is not None:
        return done.action
    if _case(entry):
        return _case(entry)
    if entry.interaction in _EMERGENCIES:
        return _EMERGENCIES[entry.interaction]
    if entry.reason == WORKLIST:
        return _LISTED
    if entry.reason == SHEET_FORM:
        return _SHEET
    if _compared(entry):
        return _COMPARED[_compared(entry)]
    if entry.interaction is Interaction.DELETE:
        return _DELETED
    if entry.interaction is Interaction.CONFIGURE:
        return _SET
    if entry.interaction in _CHANGES:
        return _WROTE
    if (entry.reason or "").startswith("print: "):
        return PRINTED
    if downloaded(entry):
        return _DOWNLOADED
    return _SEARCHED if entry.interaction in _LOOKED_UP and entry.type == "Patient" else _READ


def what(entry: AccessEntry) -> tuple[str, ...]:
    """With what (msgids); nothing where the deed says all."""
    if arrived(entry) or entry.interaction in _EMERGENCIES or _compared(entry) or _case(entry):
        return ()
    if action(entry) in (_FILLED, *_FILLED_IN.values()):
        return ()
    if (done := app_deed(entry)) is not None:
        return done.what
    if entry.reason == SHEET_FORM and entry.result is Outcome.SUCCESS:
        return ()
    if entry.kind == LINK:
        return _through_link(entry)
    if entry.reason == WORKLIST:
        return (_WORK,)
    if entry.type is None and (entry.proxy or (entry.own and entry.interaction is Interaction.VIEW)):
        return (_PERSONAL,)
    if entry.type == "Patient":
        if entry.reason == "whole number":
            return (_NUMBERS,)
        if downloaded(entry).startswith("ips.json"):
            return (_WHOLE, _NUMBERS)
        whole = entry.interaction in (Interaction.VIEW, Interaction.OPERATION) and entry.role not in DUTIES
        return (_WHOLE if whole else _PERSONAL,)
    more = (_PREVIEWED,) if entry.reason == "preview" else ()
    named = _ATTACHED if entry.reason in (FILE, UNOPENED) else TYPES
    return (named.get(entry.type or "", OTHER), *more)


def _through_link(entry: AccessEntry) -> tuple[str, ...]:
    """The sections that were shared, or why nothing was."""
    told = (entry.reason or "").removeprefix("share: ")
    if _failed_link(entry):
        return (_FAILURES[told],)
    return tuple(SECTIONS[each][0] for each in told.split(",") if each in SECTIONS)


def _failed_link(entry: AccessEntry) -> bool:
    """Did a share open nothing, for a reason that is told?"""
    return entry.kind == LINK and (entry.reason or "").removeprefix("share: ") in _FAILURES


def _case(entry: AccessEntry) -> str:
    """What somebody asked of those who keep the file, or answered (a msgid)."""
    kind, _, verdict = (entry.reason or "").partition(" ")
    if entry.interaction is Interaction.CREATE and not verdict:
        return _ASKED.get(kind, "")
    return _ANSWERED.get(kind, "") if entry.interaction is Interaction.REVIEW and verdict else ""


def downloaded(entry: AccessEntry) -> str:
    """The file that was downloaded; "" where none was."""
    deed, _, name = (entry.reason or "").partition(" ")
    return name if deed == "download" and entry.result is Outcome.SUCCESS else ""


def _compared(entry: AccessEntry) -> str:
    """What a steward did who says which records are one person's."""
    did = (entry.reason or "").partition(":")[0]
    return did if entry.role == "steward" and did in _COMPARED else ""


def ended(entry: AccessEntry, names: Mapping[str, Named]) -> str:
    """What became of a look that showed nothing though nobody was refused; else "".

    What the resident himself does not find can't be said to have been refused to another.
    """
    if entry.result is Outcome.SUCCESS:
        return ""
    one = single(entry)
    if entry.reason == UNOPENED or (entry.reason == "not_found" and one and one not in names):
        return _ABSENT
    return _UNFINISHED if entry.result is not Outcome.REFUSED or _mistaken(entry) else ""


def _mistaken(entry: AccessEntry) -> bool:
    return entry.result is Outcome.REFUSED and entry.reason in _NO_REFUSALS
