"""The addresses of the FHIR API, one file for each family of interactions.

FHIR R4 3.1.0 (http.html). Each handler names its interaction; `audited` authenticates, runs and records it.
The order matters: names that begin with `_` or `$` go before types and ids.
"""

from fastapi import APIRouter

from services.api.capability import metadata
from services.api.routes import binary, history, instance, search, system, type

router = APIRouter(include_in_schema=False)
router.add_api_route("/fhir/metadata", metadata, methods=["GET", "HEAD"])
for family in (
    history.lists,
    binary.router,
    history.router,
    search.special,
    instance.router,
    type.router,
    search.plain,
):
    router.include_router(family, prefix="/fhir")
router.include_router(search.whole)
router.include_router(system.router)
