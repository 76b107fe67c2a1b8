"""Whose file a proxy may look at: name and year of birth, read and recorded as the proxy that he is.

He may wear another hat meanwhile, or none yet: in the resident's log he stands as who looks for him.
"""

from dataclasses import dataclass

from starlette.requests import Request

from auth.audit.purpose import FAMILY
from auth.audit.record import Agent, AuditRecord, Interaction
from auth.login import hats
from auth.principal import Principal
from auth.store.accounts import AccountRecord
from auth.store.proxies import Proxy
from fhir.summary.moment import moment
from fhir.summary.patient import names_of
from fhir.summary.reading import patient_of
from services.portal.errors import reference_of
from services.portal.visit import context_of, platform_of


@dataclass(frozen=True, slots=True)
class Whose:
    """Name and year of birth, as the proxy may read them."""

    name: str
    born: int | None


async def whose(request: Request, account: AccountRecord, proxy: Proxy, session: str | None = None) -> Whose:
    """Whose file `proxy` of an account is for, once the look is recorded."""
    platform, who = platform_of(request), acting(account, proxy, session)
    found = await patient_of(context_of(platform, who), proxy.patient)
    await platform.recorder.record(
        AuditRecord(
            Agent.of(who),
            Interaction.READ,
            "Patient",
            (proxy.patient,),
            proxy.patient,
            purpose=FAMILY,
            peer=request.client.host if request.client else None,
            request=reference_of(request),
        )
    )
    birth = moment(found.get("birthDate"))
    name = next(iter(names_of(found)), proxy.patient.removeprefix("Patient/"))
    return Whose(name, birth.day.year if birth else None)


def acting(account: AccountRecord, proxy: Proxy, session: str | None = None) -> Principal:
    """Who an account is as the proxy of another."""
    return hats.principal(account, hats.of_proxy(proxy), session=session)
