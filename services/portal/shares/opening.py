"""Opening: whoever has a link, and the passcode where there is one, is given what it shares.

SMART Health Links, "SHLink Manifest Request". Each answer about a link is recorded before it leaves.
"""

import hmac

from starlette.requests import Request

from auth.audit.purpose import FAMILY
from auth.audit.record import Agent, AuditRecord, Interaction, Outcome
from auth.login.passwords import Passwords
from auth.store.shares import RESIDENT, Share
from fhir.outcome import Refusal
from fhir.resource import Resource
from services.platform import Platform
from services.portal.errors import reference_of
from services.portal.shares.document import bundle
from services.portal.shares.passcode import typed
from services.portal.shares.reading import sharer, shown
from services.portal.visit import platform_of

LONGEST = 100
"""Characters of a recipient's name, or of a passcode."""
_passwords = Passwords()


class NoLinkError(Exception):
    """There is no such link, or it is over; nobody is told which."""


class WrongPasscodeError(Exception):
    """The passcode is wrong, or none was given; so many attempts are `left`."""

    def __init__(self, left: int) -> None:
        self.left = left


def named(text: str) -> str:
    """Who a recipient says that he is."""
    return "".join(sign for sign in text[:LONGEST] if sign.isprintable()).strip()


async def found(
    request: Request, token: str, recipient: str, passcode: str, key: bytes | None = None
) -> Share:
    """The link of an address, for one who may open it; a NoLinkError or WrongPasscodeError, recorded.

    `key` is that of the link where the recipient has sent it too.
    """
    platform = platform_of(request)
    share = await platform.shares.by_token(token)
    if share is None:
        raise NoLinkError
    if not await lasts(platform, share) or (key is not None and not hmac.compare_digest(key, share.key)):
        await _record(request, share, recipient, Outcome.REFUSED, "over")
        raise NoLinkError
    left = await _wrong(platform, share, passcode[:LONGEST])
    if left is not None:
        await _record(request, share, recipient, Outcome.REFUSED, "passcode")
        raise WrongPasscodeError(left)
    return share


async def content(request: Request, share: Share, recipient: str, *, fetched: bool = False) -> Resource:
    """What the link shares, once it is recorded that it was read; a NoLinkError, recorded, where it is over
    or the file is closed.

    It counts as opened, but where it is `fetched` after a manifest that did.
    """
    platform = platform_of(request)
    who = await sharer(platform, share)
    if who is None:
        await _record(request, share, recipient, Outcome.REFUSED, "over")
        raise NoLinkError
    context = shown(platform, who, sensitive=share.sensitive)
    try:
        made = await bundle(context, share.patient, share.sections)
    except Refusal:
        made = None
    if made is None or not (fetched or await platform.shares.open(share)):
        await _record(request, share, recipient, Outcome.REFUSED, "over")
        raise NoLinkError
    patients = tuple(sorted(context.trail.patients | {share.patient}))
    await _record(request, share, recipient, Outcome.SUCCESS, ",".join(share.sections), patients)
    return made


async def lasts(platform: Platform, share: Share) -> bool:
    """Does the link last, and may the account behind it still act as the resident, or as his parent?"""
    return await sharer(platform, share) is not None


async def _wrong(platform: Platform, share: Share, passcode: str) -> int | None:
    """None where the passcode is right or none is needed, else how many attempts are left."""
    if share.passcode is None:
        return None
    if not (said := typed(passcode)):
        return await platform.shares.attempts(share)
    if not await platform.shares.try_passcode(share):
        return 0
    if await _passwords.verify(share.passcode, said):
        await platform.shares.right_passcode(share)
        return None
    return await platform.shares.attempts(share)


async def _record(
    request: Request,
    share: Share,
    recipient: str,
    outcome: Outcome,
    what: str,
    patients: tuple[str, ...] = (),
) -> None:
    record = AuditRecord(
        agent=Agent("link", f"share {share.id[:16]}", recipient),
        interaction=Interaction.OPERATION,
        type="Bundle",
        patients=patients or (share.patient,),
        entity=share.patient,
        outcome=outcome,
        reason=f"share: {what}",
        purpose="PATRQT" if share.hat == RESIDENT else FAMILY,
        peer=request.client.host if request.client else None,
        request=reference_of(request),
    )
    await platform_of(request).recorder.record(record)
