"""Choice of a hat: what somebody may act as, in words."""

from dataclasses import dataclass

from starlette.requests import Request

from auth.login import hats
from auth.login.hats import Hat
from auth.roles import STAFF
from auth.store.accounts import AccountRecord
from fhir.outcome import Refusal
from fhir.summary.reading import organizations_of
from services.portal.proxies.presenters import KINDS
from services.portal.proxies.whose import whose
from services.portal.roles import ROLES
from services.portal.visit import context_of, platform_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One hat: its role as a msgid, and the name of the institution, or of the resident for whom it acts."""

    id: str
    role: str
    organization: str | None


async def choices(request: Request, account: AccountRecord) -> list[Choice]:
    """The hats of an account, each with what its wearer may read of his institution."""
    return [
        Choice(
            hat.id,
            KINDS[hat.proxy.kind] if hat.proxy else ROLES[hat.role],
            await _organization(request, account, hat),
        )
        for hat in hats.hats(account)
    ]


def works(account: AccountRecord) -> bool:
    """Does one of the hats belong to a post?"""
    return any(hat.role in STAFF for hat in hats.hats(account))


async def _organization(request: Request, account: AccountRecord, hat: Hat) -> str | None:
    if hat.proxy is not None:
        return (await whose(request, account, hat.proxy)).name
    reference = hat.post.organization if hat.post else None
    if reference is None:
        return None
    try:
        context = context_of(platform_of(request), hats.principal(account, hat))
        found = await organizations_of(context, [{"reference": reference}])
    except Refusal:
        found = {}
    return str(found.get(reference, {}).get("name", reference))
