"""Forms of accounts: from what an officer typed to a post, or to words about what is wrong."""

from dataclasses import dataclass
from datetime import date

from auth.login.accounts import check_post
from auth.login.jurisdiction import Officer, may_appoint
from auth.roles import Role
from auth.store import posts
from auth.store.accounts import AccountRefused
from auth.store.posts import Post
from fhir.resource import ID
from services.platform import Platform
from services.portal.catalogue import mark

_REFUSALS = (
    ("login has", mark("账号要有2到64个可见字符。")),
    ("login is taken", mark("这个账号已经有人用了。")),
    ("two of steward", mark("数据管理员、隐私专员、运维人员、安全管理员和审计员不能由一个人兼任。")),
    ("another account", mark("这位医务人员已在另一个账号担任这类职务。")),
    ("clinician needs", mark("医生要写明机构和医务人员的编号。")),
    ("needs a post", mark("居民要写明档案的编号。")),
    ("resident needs", mark("居民要写明档案的编号。")),
    ("ends after", mark("结束日期要在开始日期之后。")),
    ("administrator is", mark("只有医生和数据管理员可以兼任机构管理员。")),
    ("someone else", mark("这个账号刚被别人改过，请再看一遍。")),
    ("there is no such post", mark("没有这个职务，或者它已经结束。")),
)
_OTHER = mark("不能这样做。")
_NOT_YOURS = mark("您不能授予这个职务。")
_DAY = mark("日期要写成2026-01-31这样。")
_UNKNOWN = mark("没有这个编号的机构、医务人员或居民档案。")
_NAME = mark("请写姓名。")


class WrongForm(ValueError):
    """What was typed can't be; the text is a msgid."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a form asks for: a post, or (for a resident) a patient."""

    post: Post | None
    patient: str | None


def words(refused: AccountRefused) -> str:
    """The msgid for a refusal."""
    return next((text for part, text in _REFUSALS if part in str(refused)), _OTHER)


def name_of(form: dict[str, str]) -> str:
    """The name that was typed. WrongForm."""
    name = form.get("name", "").strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise WrongForm(_NAME)
    return name


async def appointment(platform: Platform, form: dict[str, str], by: Officer) -> Appointment:
    """What was typed, checked against what there is and what the officer may give. WrongForm."""
    try:
        role = Role(form.get("role", ""))
    except ValueError:
        raise WrongForm(_OTHER) from None
    if role is Role.RESIDENT:
        if by.house is not None:
            raise WrongForm(_NOT_YOURS)
        return Appointment(None, await _existing(platform, "Patient", form.get("patient", "")))
    post = await _post(platform, role, form, by)
    if not may_appoint(by, post):
        raise WrongForm(_NOT_YOURS)
    try:
        check_post(post)
    except AccountRefused as refused:
        raise WrongForm(words(refused)) from None
    return Appointment(post, None)


async def _post(platform: Platform, role: Role, form: dict[str, str], by: Officer) -> Post:
    begins, ends = _day(form.get("begins", "")), _day(form.get("ends", ""))
    organization = by.house or await _existing(platform, "Organization", form.get("organization", ""))
    return posts.fresh(
        role,
        organization,
        await _existing(platform, "Practitioner", form.get("practitioner", "")),
        begins=posts.first_moment(begins) if begins else None,
        ends=posts.end_of(ends) if ends else None,
        administrator=form.get("administrator") == "yes",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise WrongForm(_DAY) from None


async def _existing(platform: Platform, type: str, given: str) -> str | None:
    """The reference of an id that was typed; None for an empty field. WrongForm."""
    id = given.strip().removeprefix(f"{type}/")
    if not id:
        return None
    reference = f"{type}/{id}"
    if not ID.fullmatch(id) or reference not in await platform.store.resources.judged([reference]):
        raise WrongForm(_UNKNOWN)
    return reference
