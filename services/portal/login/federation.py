"""The outside OpenID provider of the settings, wired to the log-in and to the files of residents."""

from auth.federation.provider import Provider, Registration
from auth.login.federated import FederatedLogIn
from auth.login.log_in import LogIn
from fhir.access import Action, Deny, Permit
from fhir.interactions.context import Context, Trail
from fhir.interactions.search import search
from fhir.matching.citizen_number import SYSTEM
from fhir.store import EVERYONE
from services.platform import Platform

CALLBACK = "/login/federated/callback"
_MOST = "50"


class _NumbersAlone:
    """The access of the log-in itself: whose file a proved number is, and nothing else."""

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        """Only the search of Patients."""
        if type == "Patient" and action is Action.SEARCH:
            return Permit(EVERYONE)
        return Deny("a log-in looks up Patients by number alone")


def federated_log_in(platform: Platform, log_in: LogIn) -> FederatedLogIn | None:
    """The log-in through the provider of the settings; None where there is none."""
    settings = platform.settings
    if not settings.oidc_issuer:
        return None
    registration = Registration(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.address + CALLBACK,
        settings.oidc_scope,
    )

    async def patients(number: str) -> tuple[str, ...] | None:
        return await patients_of(platform, number)

    return FederatedLogIn(
        platform.database,
        platform.store.vault,
        log_in,
        Provider(registration),
        patients,
        settings.oidc_number_claim or None,
    )


async def patients_of(platform: Platform, number: str) -> tuple[str, ...] | None:
    """The Patients of the one person with this citizen number; none; None where several persons bear it."""
    context = Context(
        store=platform.store,
        access=_NumbersAlone(),
        base=platform.settings.fhir_base,
        reader="platform:log-in",
        trail=Trail(),
    )
    page = await search(context, "Patient", [("identifier", f"{SYSTEM}|{number}"), ("_count", _MOST)])
    references = [row.reference for row in page.matches]
    linked = await platform.store.persons.linked(references)
    persons = {tuple(sorted(linked[reference])) for reference in references}
    return None if len(persons) > 1 else next(iter(persons), ())
