"""The page of a source's maps: overlay versions and open codes, to read; `./furong map` changes them."""

from starlette.requests import Request
from starlette.responses import Response

from adapters.v2_to_fhir.map_version import map_version, shipped_version
from auth.audit.record import Interaction
from auth.roles import Role
from fhir.outcome import Fault, Refusal
from services import overlays, unmapped_codes
from services.concept_maps import ConceptMaps
from services.inbox import Inbox
from services.portal.console import reach
from services.portal.console.maps import open_codes, versions
from services.portal.page import page
from services.portal.path_segment import decode
from services.portal.visit import Visit, visited
from services.sources import taken

_MOST = 200


async def maps_page(request: Request, source: str) -> Response:
    """What counts for a source beside the shipped maps, and what none of them translates.

    A sender may write anything where a code belongs: codes are shown to stewards alone.
    """
    source = decode(source)

    async def show(visit: Visit) -> Response:
        platform = visit.platform
        await reach.check(visit, source)
        registration = await taken(platform.database, source, platform.store.vault.identify)
        if registration is None:
            raise Refusal(Fault.NOT_FOUND, "no such source")
        mapped = await ConceptMaps(platform.store).on(registration.source)
        tasks = await unmapped_codes.waiting(platform.store, source)
        counts = await unmapped_codes.counts(Inbox(platform.store), [task.id for task in tasks])
        codes = open_codes(tasks, counts)
        return page(
            request,
            "console/templates/maps.html",
            reader=visit.reader,
            source=source,
            shipped=shipped_version(),
            version=map_version(mapped),
            fault=mapped.overlay is not None and bool(mapped.overlay.fault),
            versions=versions(await overlays.history(platform.database, source)),
            concept_maps=len({url for urls in mapped.concepts.maps.values() for url in urls}),
            codes=codes[:_MOST],
            total=len(codes),
            steward=visit.principal.role is Role.STEWARD,
        )

    readers = (Role.STEWARD, Role.OPERATOR)
    return await visited(request, readers, show, type="Task", interaction=Interaction.SEARCH)
