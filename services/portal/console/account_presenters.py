"""An account as an officer sees it: its posts as days, its second factors, and what he may do with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from auth.login import jurisdiction
from auth.login.jurisdiction import Officer
from auth.roles import Role
from auth.store.accounts import AccountRecord
from auth.store.posts import Post
from services.portal.catalogue import mark
from services.portal.roles import ROLES

_BEGINS, _HELD, _OVER = mark("还未开始"), mark("在任"), mark("已结束")
_DISABLED, _FRESH, _OPEN = mark("已停用"), mark("还未首次登录"), mark("正常")


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post: `begins` and `ends` are its first and last moments, `state` a msgid."""

    id: str
    role: str
    organization: str | None
    practitioner: str | None
    begins: datetime
    ends: datetime | None
    state: str
    administrator: bool
    endable: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in a list."""

    id: str
    login: str
    name: str
    roles: list[str]
    state: str


@dataclass(frozen=True, slots=True)
class AccountCard:
    """One account on its own page; `takeable` is whether this officer may reset, disable and enable it."""

    line: AccountLine
    posts: list[PostLine]
    resident: bool
    passkeys: int
    code: bool
    reset: datetime | None
    disabled: bool
    takeable: bool


def line(account: AccountRecord) -> AccountLine:
    """The account in a list."""
    state = _DISABLED if account.disabled else _FRESH if account.one_time else _OPEN
    roles = [ROLES[role] for role in account.roles]
    return AccountLine(account.id, account.login, account.name, roles, state)


def card(account: AccountRecord, by: Officer, now: datetime) -> AccountCard:
    """The account on its page; an administrator sees the posts of his own house alone."""
    seen = [post for post in account.posts if by.house in (None, post.organization)]
    return AccountCard(
        line=line(account),
        posts=[_post(account, post, by, now) for post in seen],
        resident=by.house is None and account.patient is not None,
        passkeys=len(account.passkeys),
        code=account.totp is not None,
        reset=account.reset,
        disabled=account.disabled,
        takeable=jurisdiction.may_take_over(by, account),
    )


def _post(account: AccountRecord, post: Post, by: Officer, now: datetime) -> PostLine:
    state = _OVER if post.over(now) else _HELD if post.held(now) else _BEGINS
    return PostLine(
        id=post.id,
        role=ROLES[post.role],
        organization=post.organization,
        practitioner=post.practitioner,
        begins=post.begins,
        ends=post.until - timedelta(milliseconds=1) if post.until else None,
        state=state,
        administrator=post.administrator,
        endable=not post.over(now) and jurisdiction.may_end(by, account, post),
    )


def offered(by: Officer) -> list[tuple[str, str]]:
    """The roles that an officer may give, each with its msgid."""
    given = [Role.CLINICIAN] if by.house else list(Role)
    return [(role.value, ROLES[role]) for role in given]
