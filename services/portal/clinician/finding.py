"""Finding: what a search of the reader finds, page after page."""

from urllib.parse import parse_qsl, urlsplit

from fhir.interactions.context import Context
from fhir.interactions.search import search
from fhir.resource import Resource

Parameters = list[tuple[str, str]]
_PAGE = 1000


async def found(
    context: Context, type: str, asked: Parameters, most: int = _PAGE
) -> tuple[list[Resource], bool]:
    """At most `most` of what a search finds (to the end of a page), and whether there is more."""
    resources: list[Resource] = []
    parameters: Parameters | None = [*asked, ("_count", str(min(most, _PAGE)))]
    while parameters is not None and len(resources) < most:
        page = await search(context, type, parameters)
        resources += [each.resource() for each in page.matches]
        rest = next((link for relation, link in page.links if relation == "next"), None)
        parameters = parse_qsl(urlsplit(rest).query, keep_blank_values=True) if rest else None
    return resources, parameters is not None
