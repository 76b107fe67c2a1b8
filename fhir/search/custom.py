"""SearchParameter resources of a site: searched by like R4's own.

FHIR R4 3.1.1.4.2 and searchparameter.html. `compiled` turns a definition into rows, `extend` puts them into
the registry of this process, `withdraw` takes them out. Expressions go through the compiler of the core
definitions, those that end at an extension find its value. Resources written before are found after they
are indexed again.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from fhir.definitions.canonicals import search_parameter_url
from fhir.definitions.compile_search import row
from fhir.definitions.search_parameters import NO_DOMAIN_RESOURCES, search_parameters, types
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search import include, index, order, registry, sort
from fhir.search.expression import ExpressionError

Row = dict[str, Any]
_urls: dict[str, list[tuple[str, str]]] = {}
"""By canonical URL: the types and codes that it added."""


def compiled(definition: Resource) -> dict[str, Row]:
    """The rows of a SearchParameter resource by resource type.

    A Refusal where it says what is not indexed here, or takes the code of one of R4's own parameters.
    """
    code, kind = str(definition.get("code")), definition.get("type")
    if kind not in registry.INDEXED - {"special"}:
        raise Refusal(
            Fault.INVALID, "this type of search parameter is not indexed", expression="SearchParameter.type"
        )
    _check_components(definition)
    rows = {}
    for base in _bases(definition):
        if code in search_parameters(base):
            raise Refusal(
                Fault.INVALID,
                f"{base} has a parameter of that code already",
                expression="SearchParameter.code",
            )
        try:
            rows[base] = row(definition, base, _found)
        except (ExpressionError, ValueError, KeyError, IndexError, StopIteration):
            rows[base] = {}
        if not rows[base].get("paths"):
            raise Refusal(
                Fault.INVALID,
                f"the expression reaches no element of {base}, or uses more of FHIRPath than can be indexed",
                expression="SearchParameter.expression",
            )
    return rows


def _check_components(definition: Resource) -> None:
    for position, component in enumerate(definition.get("component") or ()):
        if definition.get("type") == "composite" and _found(component["definition"]) is None:
            raise Refusal(
                Fault.INVALID,
                "no search parameter of this URL is known here",
                expression=f"SearchParameter.component[{position}].definition",
            )


def _found(url: str) -> Resource | None:
    """What a composite has to know of its part: the type of R4's own parameter, or of a site's."""
    url = url.partition("|")[0]
    added = next((registry.added[base][code] for base, code in _urls.get(url, ())), None)
    kind = _core().get(url) if added is None else added["type"]
    return None if kind is None else {"type": kind}


@cache
def _core() -> dict[str, str]:
    """The type of each of R4's own parameters, by its URL."""
    rows = ((base, code, row) for base in types() for code, row in search_parameters(base).items())
    return {url: row["type"] for base, code, row in rows if (url := search_parameter_url(base, code))}


def _bases(definition: Resource) -> list[str]:
    listed = definition.get("base") or []
    if "Resource" in listed:
        bases = sorted(types())
    elif "DomainResource" in listed:
        bases = sorted(types() - NO_DOMAIN_RESOURCES)
    else:
        bases = [each for each in listed if each in types()]
    if not bases:
        raise Refusal(Fault.INVALID, "it names no resource type", expression="SearchParameter.base")
    return bases


def extend(definitions: Iterable[tuple[str, str, dict[str, Row]]]) -> None:
    """Add rows: for each definition its canonical URL, its code and what `compiled` gave."""
    for url, code, rows in definitions:
        _remove(url)
        for base, each in rows.items():
            registry.added.setdefault(base, {})[code] = each
            _urls.setdefault(url, []).append((base, code))
    forget()


def withdraw(url: str) -> None:
    """Take out what the definition `url` added."""
    _remove(url)
    forget()


def _remove(url: str) -> None:
    for base, code in _urls.pop(url, []):
        registry.added[base].pop(code, None)


def forget() -> None:
    """Clear what was compiled from the registry as it was."""
    registry.forget()
    index.forget()
    order.forget()
    include.forget()
    sort.clinical_dates.cache_clear()
