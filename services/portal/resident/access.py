"""Access log entry: one look at the record as a sentence for the resident.

Screens, section 2; the names and roles are those of the day of the look.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from auth.audit.access_log import AccessEntry
from auth.audit.purpose import FAMILY
from auth.audit.record import WORKLIST, Interaction, Outcome
from auth.store.standing import Relation
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.summary.moment import CHENGDU
from services.portal.audit_terms import EMERGENCIES, OTHER, PURPOSES, ROLES, TYPES
from services.portal.catalogue import mark
from services.portal.resident.deciding import Deciding, deciding
from services.portal.resident.named import Named, single
from services.portal.shares.document import SECTIONS

_GROUNDS = {
    "consent": mark("您同意他们看"),
    "contract": mark("家庭医生签约"),
    "referral": mark("转诊"),
    "encounter": mark("在这里看过病"),
    "arrival": mark("到诊登记"),
    "registration": mark("在这里建过档"),
    "grant": mark("隐私专员按规定开放"),
}
"""What related the house to the resident at that moment (`auth.store.relations`)."""
_SYSTEM, _UNPROVED, _UNKNOWN = mark("医疗机构系统"), mark("身份未证实"), mark("说明不详")
_ANOTHER = mark("另一位居民")
_LINK = "link"
"""The kind of agent that opened a share (`services.portal.shares.endpoint`)."""
_DUTIES = {
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
_SHARED_FOR = mark("父母或监护人用二维码分享")
_HOLDER, _SHARED, _BY_LINK = mark("扫了您二维码的人，身份未证实"), mark("您用二维码分享"), mark("二维码")
_PASSCODE, _OVER = mark("口令不对"), mark("二维码已作废")
_HOLDERS = {"system": _SYSTEM, _LINK: _HOLDER}
_ARRIVAL, _EXCHANGE = mark("到诊登记"), mark("诊疗信息交换")
_CHANGES = {Interaction.CREATE, Interaction.UPDATE, Interaction.PATCH, Interaction.TRANSACTION}
_LOOKED_UP = {Interaction.SEARCH, Interaction.PIX, Interaction.PDQ, Interaction.PERSON_QUERY}
_TRIED, _FILLED = mark("想看"), mark("填了一张表，没有办成")
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
_MISTAKES = frozenset(each.name.lower() for each in Fault if each.status not in _REFUSALS) | {"unknown_type"}
"""Why a request came to nothing that nobody was refused: a form not complete, a thing that is gone."""
_ATTACHED = {"DocumentReference": mark("文书里的文件"), "DiagnosticReport": mark("检查报告里的文件")}
_LISTED, _WORK = mark("在工作清单上看到"), mark("姓名、诊断、转诊、新结果和随访到期")
_LISTS = frozenset((_SEARCHED, _LISTED))
_COMPARED = {
    "compare": mark("对照了登记信息（姓名、出生日期、遮住一部分的号码等）"),
    "link": mark("认定两份记录是同一个人的，合在一起"),
    "separate": mark("认定两份记录是两个人的，分开"),
    "postpone": mark("暂时没有认定两份记录是不是同一个人的"),
    "reopen": mark("撤回了以前对两份记录的认定"),
}
"""What a steward does of whom he looks at; of his reason, which may name others, nothing is told."""
_MESSAGES = {Interaction.PIX, Interaction.PDQ, Interaction.PERSON_QUERY}
_BY_PAGE, _BY_APP = mark("网页"), mark("应用")
_BY_SYSTEM, _BY_MESSAGE = mark("医疗机构系统的接口"), mark("医院发来的查询消息")
_FILES = {"ips.json": mark("下载（FHIR）"), "ips.pdf": mark("下载（PDF）")}
"""By which file somebody has taken a record along (`services.portal.downloads`)."""
_PREVIEWED = mark("规则会遮住什么")
_PRINTED, _DOWNLOADED, _NUMBERS = mark("打印"), mark("下载"), mark("完整的身份证号和电话")
_WHOLE, _PERSONAL = mark("整份档案"), mark("个人信息")
_FORMS = ("conflict", "invalid")
_NONE: Mapping[str, Named] = {}


@dataclass(frozen=True, slots=True)
class Look:
    """One look: who, where, as what, why, what exactly (`named`: which document or visit), with what result.

    `masked` where a part was hidden, `rules` those that decided: both are for the resident himself alone.
    """

    id: str
    when: datetime
    who: str
    organization: str | None
    role: str
    why: str
    action: str
    what: tuple[str, ...]
    refused: bool
    own: bool
    times: int = 1
    how: str = ""
    grounds: tuple[str, ...] = ()
    masked: bool = False
    rules: tuple[Deciding, ...] = ()
    named: tuple[Named, ...] = ()
    ended: str = ""
    """What became of it (a msgid), where it was neither allowed nor refused."""
    mine: bool = False
    """Is it the reader's own, for himself or for another?"""


def looks(
    entries: Iterable[AccessEntry],
    organizations: Mapping[str, Resource],
    grounds: Collection[tuple[str, Relation]] = (),
    consents: Collection[Resource] | None = None,
    names: Mapping[str, Named] = _NONE,
    reader: str = "",
) -> list[Look]:
    """The entries as sentences, in their order; what is alike is folded into one, which says how many times:
    the reader's own looks in a row, and how often on one day somebody had him in a list.

    `grounds` are the relations of houses to the resident, by reference; `consents` are his, where he himself
    is told what they hid. `names` are of what the reader of the log may see,
    `reader` is his account.
    """
    found: list[Look] = []
    lists: dict[object, int] = {}
    for look in (_look(entry, organizations, grounds, consents, names, reader) for entry in entries):
        at = lists.get(_list(look)) if look.action in _LISTS and not look.refused else None
        if look.own and found and _same(found[-1], look):
            at = len(found) - 1
        if at is None:
            lists[_list(look)] = len(found)
            found.append(look)
            continue
        found[at] = replace(
            found[at],
            times=found[at].times + 1,
            what=tuple(dict.fromkeys((*found[at].what, *look.what))),
            named=tuple(dict.fromkeys((*found[at].named, *look.named))),
        )
    return found


def _list(look: Look) -> object:
    """What the looks of one day at one kind of list have in common."""
    day = look.when.astimezone(CHENGDU).date()
    return day, look.who, look.organization, look.action, look.how, look.refused


_ALIKE = ("own", "action", "how", "refused", "ended")


def _same(one: Look, other: Look) -> bool:
    return all(getattr(one, each) == getattr(other, each) for each in _ALIKE)


def _look(
    entry: AccessEntry,
    organizations: Mapping[str, Resource],
    grounds: Collection[tuple[str, Relation]],
    consents: Collection[Resource] | None,
    names: Mapping[str, Named],
    reader: str,
) -> Look:
    held, ended = _grounds(entry, grounds), _ended(entry, names)
    permitted = _GROUNDS["consent"] in held
    return Look(
        id=entry.id,
        when=entry.moment,
        who=entry.name,
        organization=organizations.get(entry.organization or "", {}).get("name"),
        role=_role(entry),
        why=_why(entry),
        action=_action(entry),
        what=_what(entry),
        refused=entry.result is not Outcome.SUCCESS and not ended,
        own=entry.own,
        how=_how(entry),
        grounds=held,
        masked=entry.masked and consents is not None,
        rules=() if ended else deciding(consents or (), entry, permitted=permitted),
        named=_named(entry, names),
        ended=ended,
        mine=is_mine(entry, reader),
    )


def is_mine(entry: AccessEntry, reader: str) -> bool:
    """Did the reader of the log look himself, as whatever?"""
    return entry.own or entry.by == reader != ""


def _named(entry: AccessEntry, names: Mapping[str, Named]) -> tuple[Named, ...]:
    one, what = names.get(single(entry)), _what(entry)
    return (replace(one, kind=what[0]),) if one and what else ()


def _grounds(entry: AccessEntry, grounds: Collection[tuple[str, Relation]]) -> tuple[str, ...]:
    """What let the house in; nothing of a refused look, of an emergency, or of who is of no house."""
    if entry.result is not Outcome.SUCCESS or entry.purpose in EMERGENCIES:
        return ()
    held = {
        each.kind
        for house, each in grounds
        if house == entry.organization and each.holds(entry.practitioner, entry.moment)
    }
    return tuple(text for kind, text in _GROUNDS.items() if kind in held)


def _how(entry: AccessEntry) -> str:
    """By what: paper, a page, an app, a hospital's message, a system."""
    if (entry.reason or "").startswith("print: "):
        return _PRINTED
    if entry.kind == _LINK:
        return _BY_LINK
    if (file := _downloaded(entry).partition(":")[0]) in _FILES:
        return _FILES[file]
    if entry.interaction in _MESSAGES:
        return _BY_MESSAGE
    if entry.kind == "system":
        return _BY_SYSTEM
    return _BY_APP if entry.client else _BY_PAGE


def _role(entry: AccessEntry) -> str:
    if entry.proxy in _PROXIES:
        return _PROXIES[entry.proxy]
    if entry.kind in _HOLDERS:
        return _HOLDERS[entry.kind]
    if _another(entry):
        return _ANOTHER
    return ROLES.get(entry.role or "", _UNKNOWN if entry.kind == "person" else _UNPROVED)


def _why(entry: AccessEntry) -> str:
    if _arrived(entry):
        return _ARRIVAL
    if entry.kind == _LINK:
        return _SHARED_FOR if entry.purpose == FAMILY else _SHARED
    if _another(entry):
        return _UNKNOWN
    known = PURPOSES.get(entry.purpose or "") or _DUTIES.get(entry.role or "")
    return known or (_EXCHANGE if entry.kind == "system" else _UNKNOWN)


def _action(entry: AccessEntry) -> str:
    if _arrived(entry):
        return _ARRIVED
    if _mistaken(entry) and entry.kind == "person" and entry.client is None and entry.reason in _FORMS:
        return _FILLED
    if entry.result is not Outcome.SUCCESS:
        return _TRIED
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
        return _PRINTED
    if _downloaded(entry):
        return _DOWNLOADED
    return _SEARCHED if entry.interaction in _LOOKED_UP and entry.type == "Patient" else _READ


def _what(entry: AccessEntry) -> tuple[str, ...]:
    if _arrived(entry) or entry.interaction in _EMERGENCIES or _compared(entry):
        return ()
    if entry.reason == SHEET_FORM and entry.result is Outcome.SUCCESS:
        return ()
    if entry.kind == _LINK:
        return _through_link(entry)
    if entry.reason == WORKLIST:
        return (_WORK,)
    if entry.type is None and entry.proxy:
        return (_PERSONAL,)
    if entry.type == "Patient":
        if entry.reason == "whole number":
            return (_NUMBERS,)
        if _downloaded(entry).startswith("ips.json"):
            return (_WHOLE, _NUMBERS)
        whole = entry.interaction in (Interaction.VIEW, Interaction.OPERATION) and entry.role not in _DUTIES
        return (_WHOLE if whole else _PERSONAL,)
    more = (_PREVIEWED,) if entry.reason == "preview" else ()
    named = _ATTACHED if entry.reason in (FILE, UNOPENED) else TYPES
    return (named.get(entry.type or "", OTHER), *more)


def _through_link(entry: AccessEntry) -> tuple[str, ...]:
    """The sections that were shared, or why nothing was."""
    told = (entry.reason or "").removeprefix("share: ")
    refused = {"passcode": (_PASSCODE,), "over": (_OVER,)}
    return refused.get(told) or tuple(SECTIONS[each][0] for each in told.split(",") if each in SECTIONS)


def _downloaded(entry: AccessEntry) -> str:
    """The file that was downloaded; "" where none was."""
    deed, _, name = (entry.reason or "").partition(" ")
    return name if deed == "download" and entry.result is Outcome.SUCCESS else ""


def _compared(entry: AccessEntry) -> str:
    """What a steward did who says which records are one person's."""
    did = (entry.reason or "").partition(":")[0]
    return did if entry.role == "steward" and did in _COMPARED else ""


def _ended(entry: AccessEntry, names: Mapping[str, Named]) -> str:
    """What became of a look that showed nothing though nobody was refused; else "".

    What the resident himself does not find can't be said to have been refused to another.
    """
    if entry.result is Outcome.SUCCESS:
        return ""
    one = single(entry)
    if entry.reason == UNOPENED or (entry.reason == "not_found" and one and one not in names):
        return _ABSENT
    return _UNFINISHED if entry.result is not Outcome.REFUSED or _mistaken(entry) else ""


def _another(entry: AccessEntry) -> bool:
    """Is it a resident who is not the one whose log it is, nor recorded as his proxy?"""
    return entry.role == "resident" and not entry.own and entry.proxy is None


def _mistaken(entry: AccessEntry) -> bool:
    return entry.result is Outcome.REFUSED and entry.reason in _MISTAKES


def _arrived(entry: AccessEntry) -> bool:
    return entry.interaction is Interaction.OPERATION and entry.reason == "arrival"
