"""EHR launch: a doctor starts a registered app from a resident's summary.

SMART App Launch 2.2, "Launch App: EHR Launch". It is bound to app, doctor, hat, Patient and Encounter.
"""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.roles import Role
from auth.store import clients, launches
from auth.store.launches import Launch
from fhir.interactions.read import not_found, read
from fhir.interactions.search import search
from fhir.outcome import Refusal
from fhir.resource import ID
from services.portal.apps.deeds import Deed, Kind
from services.portal.apps.passing import onward
from services.portal.visit import Visit, visited


async def launch(request: Request) -> Response:
    """Start the app for the Patient; its own address comes with `iss` and `launch`."""

    async def show(visit: Visit) -> Response:
        form, session = await request.form(), visit.session
        id, app = str(form.get("patient", "")), str(form.get("app", ""))
        client = await clients.by_id(visit.platform.database, app)
        if client is None or not client.usable or client.launch_url is None or not ID.fullmatch(id):
            raise not_found()
        await read(visit.context, "Patient", id)
        started = Launch(
            client=client.id,
            account=session.account.id,
            hat=session.hat.id,
            patient=f"Patient/{id}",
            encounter=await _encounter(visit, id),
            intent=client.intent,
            expires=moment.now() + launches.LIFE,
        )
        token = await launches.start(visit.platform.database, started)
        visit.note(entity=f"Patient/{id}", reason=Deed(Kind.LAUNCHED, client.id).reason)
        visit.context.trail.query = None
        query = urlencode({"iss": visit.platform.settings.fhir_base, "launch": token})
        mark = "&" if "?" in client.launch_url else "?"
        back = f"/clinician/patients/{id}"
        return onward(
            request, f"{client.launch_url}{mark}{query}", client.name, reader=visit.reader, back=back
        )

    return await visited(request, (Role.CLINICIAN,), show, form=True, interaction=Interaction.OPERATION)


async def _encounter(visit: Visit, patient: str) -> str | None:
    """The latest visit of the resident that the doctor may see."""
    asked = [("patient", f"Patient/{patient}"), ("_sort", "-date"), ("_count", "1")]
    try:
        found = (await search(visit.context, "Encounter", asked)).matches
    except Refusal:
        return None
    return found[0].reference if found else None
