"""Lapse: that rights end with a licence or a post, in the transaction that writes its end in the directory.

Collections `accounts` and `tokens`. A web session is over at its next request, since its hat can't be worn
any more; access tokens under the post expire with it.
"""

from collections.abc import Iterable

from auth import moment
from auth.roles import DUTIES
from auth.store import accounts, authorizations, posts, practices
from auth.store.accounts import AccountRecord
from auth.store.database import Database, Session, collection
from auth.store.posts import Post


async def settle(session: Session, database: Database, practitioners: Iterable[str]) -> None:
    """Bring the posts of these practitioners to what the directory says."""
    wanted = sorted(set(practitioners))
    known = await practices.of(database, wanted, session)
    rows = collection(database, "accounts").find({"posts.practitioner": {"$in": wanted}}, session=session)
    for row in await rows.to_list():
        account = accounts.record(row)
        if account is not None:
            await _settle(session, database, account, {each: known.get(each, ()) for each in wanted})


async def _settle(
    session: Session, database: Database, account: AccountRecord, known: practices.Known
) -> None:
    held = tuple(_bound(post, known) for post in account.posts)
    if held == account.posts:
        return
    change = accounts.with_duty({"posts": posts.rows(held)}, held)
    await collection(database, "accounts").update_one({"_id": account.id}, change, session=session)
    for before, post in zip(account.posts, held, strict=True):
        if post.lapses is not None and post.lapses != before.lapses:
            await authorizations.cap(database, account.id, post.id, post.lapses, session)


def _bound(post: Post, known: practices.Known) -> Post:
    """A duty that is over does not come back by itself: its holder may have another one by now."""
    if post.practitioner not in known or (post.role in DUTIES and post.over(moment.now())):
        return post
    return practices.bound(post, known)
