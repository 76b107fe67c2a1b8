"""Choice of a hat: what somebody may act as, in words."""

from dataclasses import dataclass

from auth.login import hats
from auth.login.hats import Hat
from auth.store.accounts import AccountRecord
from fhir.outcome import Refusal
from services.platform import Platform
from services.portal.reading import organizations_of
from services.portal.roles import ROLES
from services.portal.visit import context_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One hat: its role as a msgid, and the name of the institution (None for a resident)."""

    id: str
    role: str
    organization: str | None


async def choices(platform: Platform, account: AccountRecord) -> list[Choice]:
    """The hats of an account, each with what its wearer may read of his institution."""
    return [
        Choice(hat.id, ROLES[hat.role], await _organization(platform, account, hat))
        for hat in hats.hats(account)
    ]


async def _organization(platform: Platform, account: AccountRecord, hat: Hat) -> str | None:
    reference = hat.post.organization if hat.post else None
    if reference is None:
        return None
    try:
        found = await organizations_of(
            context_of(platform, hats.principal(account, hat)), [{"reference": reference}]
        )
    except Refusal:
        found = {}
    return str(found.get(reference, {}).get("name", reference))
