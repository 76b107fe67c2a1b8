"""Jurisdiction: which officer may see and change which accounts.

Design section 1. Security officers keep all accounts; an institution's administrator those of the clinicians
of his own house and nothing else: an account through which he would reach another house, a duty or somebody's
own file is not his to take over. Nobody changes his own account.
"""

from dataclasses import dataclass

from auth import moment
from auth.login.sessions import WebSession
from auth.roles import Role
from auth.store.accounts import AccountRecord
from auth.store.posts import Post


@dataclass(frozen=True, slots=True)
class Officer:
    """Who keeps accounts; `house` is the organisation of an administrator, None for all of them."""

    account: str
    house: str | None


def officer(session: WebSession) -> Officer | None:
    """The officer that somebody is under the hat that he wears; None for everybody else."""
    if session.principal.role is Role.SECURITY:
        return Officer(session.account.id, None)
    post = session.hat.post
    if post is not None and post.administrator and post.organization:
        return Officer(session.account.id, post.organization)
    return None


def may_see(by: Officer, account: AccountRecord) -> bool:
    """May he see that there is such an account?"""
    return by.house is None or any(post.organization == by.house for post in account.posts)


def may_take_over(by: Officer, account: AccountRecord) -> bool:
    """May he reset, disable, enable or unlock it?"""
    if account.id == by.account:
        return False
    if by.house is None:
        return True
    now = moment.now()
    current = [post for post in account.posts if not post.over(now)]
    return account.patient is None and bool(current) and all(_ordinary(by, post) for post in current)


def may_appoint(by: Officer, post: Post) -> bool:
    """May he give somebody this post?"""
    return by.house is None or _ordinary(by, post)


def may_end(by: Officer, account: AccountRecord, post: Post) -> bool:
    """May he end this post of an account?"""
    return account.id != by.account and may_appoint(by, post)


def _ordinary(by: Officer, post: Post) -> bool:
    return post.role is Role.CLINICIAN and post.organization == by.house and not post.administrator
