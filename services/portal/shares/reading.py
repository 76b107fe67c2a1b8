"""Reading: as whom a share or a sheet is read: as who shares it, a resident or his parent.

Where nothing sensitive is to go along, no more than a help desk of the resident is shown.
"""

from dataclasses import replace

from auth.access import AccessOf, Common
from auth.login import hats
from auth.principal import Principal, Proxied
from auth.roles import Role
from auth.store import accounts
from auth.store.shares import Share
from fhir.interactions.context import Context
from services.platform import Platform
from services.portal.visit import context_of

SHARING = (Proxied.PARENT,)
"""Who may share of another's file: no adult whom he has let look, and no help desk."""


async def sharer(platform: Platform, share: Share) -> Principal | None:
    """Who has shared it, while the link lasts and he may still act as the resident or for him."""
    account = await accounts.by_id(platform.database, share.account) if share.lasts else None
    worn = hats.hat(account, share.hat) if account else None
    if account is None or worn is None or worn.role is not Role.RESIDENT:
        return None
    who = replace(hats.principal(account, worn), name="", patient=share.patient)
    if who.proxy is None or (who.proxy in SHARING and worn.proxy and worn.proxy.patient == share.patient):
        return who
    return None


def shown(platform: Platform, who: Principal, *, sensitive: bool) -> Context:
    """What `who` may share, with what is sensitive or without it."""
    context, helper = context_of(platform, who), replace(who, proxy=Proxied.HELP_DESK, related=frozenset())
    if sensitive:
        return context
    few = AccessOf(helper, platform.grounds)
    return replace(context, access=few if who.proxy is None else Common(context.access, few))
