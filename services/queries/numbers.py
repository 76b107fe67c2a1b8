"""Numbers: the person of an identifier, and the domains that a query wants numbers of.

IHE ITI TF-2 3.9.4.2.2.6 (the cases of the answer); HL7 v2 3.3.56 and 3.3.58. What may not be seen is unknown.
"""

from collections.abc import Sequence
from typing import Any

from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.field import Repetition
from adapters.hl7v2.query import Query, domains_of
from adapters.v2_to_fhir.context import Context as Reading
from adapters.v2_to_fhir.datatypes import cx, hd
from fhir.interactions.context import Context
from fhir.interactions.search import search
from fhir.matching import citizen_number
from fhir.search.value import escaped
from services.queries.domains import Domain, Domains, of_system
from services.queries.people import Person, people

_MOST = 50
_PLACE = Location("QPD", 1, 3, 1, 1)


class Unanswerable(Exception):
    """A query that gets errors for an answer."""

    def __init__(self, *errors: Error) -> None:
        super().__init__()
        self.errors = errors


async def bearer(
    context: Context, reading: Reading, domains: Domains, asked: Repetition
) -> tuple[Person, str, Domain]:
    """Whose the identifier of QPD-3 is, its number and its domain; Unanswerable where nobody can be named."""
    number, domain = _read(asked, reading, domains)
    if not number:
        raise Unanswerable(Error("field-missing", _PLACE))
    found = await _bearers(context, number, domain)
    if len(found) > 1:
        raise Unanswerable(Error("several-people", _PLACE))
    if found:
        return next(iter(found.values())), number, domain
    if await is_known(context, domain):
        raise Unanswerable(Error("unknown-identifier", _PLACE))
    raise Unanswerable(Error("unknown-domain", _PLACE._replace(component=4)))


async def _bearers(context: Context, number: str, domain: Domain) -> dict[str, Person]:
    if not domain.systems:
        return {}
    rows = (await search(context, "Patient", [parameter(number, domain), ("_count", str(_MOST))])).matches
    return {person.key: person for person in (await people(context, rows)).values()}


def _read(asked: Repetition, reading: Reading, domains: Domains) -> tuple[str, Domain]:
    """The number, and the domain that CX.4 names; without one that of the source, or the number's own."""
    number = asked[1].value.strip()
    if asked[4]:
        return number, domains.named(hd.parts(asked[4]))
    for identifier in cx.identifiers(asked, reading):
        if identifier["system"] in (citizen_number.SYSTEM, cx.HEALTH_CARD):
            return str(identifier["value"]), of_system(identifier["system"])
    return number, domains.own()


def parameter(number: str, domain: Domain | None, name: str = "identifier") -> tuple[str, str]:
    """What searches for a number in a domain (None: in any)."""
    value = escaped(number)
    if domain is None:
        return name, value
    return name, ",".join(f"{escaped(system)}|{value}" for system in sorted(domain.systems))


async def is_known(context: Context, domain: Domain) -> bool:
    """Does the region have the domain, or who asks see a number of it?"""
    if domain.certain or not domain.systems:
        return domain.certain
    return bool((await search(context, "Patient", [parameter("", domain), ("_count", "1")])).matches)


async def wanted(context: Context, domains: Domains, query: Query) -> list[Domain]:
    """The domains that are to be returned (none: all); Unanswerable where any is not known, naming each."""
    found, errors = list[Domain](), list[Error]()
    for nth, repetition in enumerate(query.domains, 1):
        if not repetition:
            continue
        domain = domains.named(_designator(repetition))
        found.append(domain)
        if not await is_known(context, domain):
            errors.append(Error("unknown-domain", Location("QPD", 1, domains_of(query.event), nth)))
    if errors:
        raise Unanswerable(*errors)
    return found


def _designator(value: Repetition) -> hd.Designator:
    """CX.4; of who writes HD itself there, that."""
    return hd.parts(value[4]) if value[4] else hd.parts(value[1])


def chosen(person: Person, wanted: Sequence[Domain]) -> list[dict[str, Any]]:
    """The numbers of a person in these domains (none: in all)."""
    return [each for each in person.identifiers() if not wanted or any(one.holds(each) for one in wanted)]
