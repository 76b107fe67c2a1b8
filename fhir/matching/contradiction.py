"""Contradiction of two Patients: the least that keeps a message or a merge from joining two people.

Names and birth dates differ, and mostly the sexes too; what is missing contradicts nothing. Whether two are
one person is judged elsewhere (`fhir.matching.judgement`).
"""

from fhir.matching.citizen_number import SYSTEM, valid
from fhir.matching.unknown_person import is_unknown
from fhir.resource import Resource
from fhir.search.names.fold import fold


def citizen_number(patient: Resource) -> str | None:
    """The valid citizen number of a Patient, in its 18-character form."""
    for identifier in patient.get("identifier") or []:
        if identifier.get("system") == SYSTEM and identifier.get("use") != "old":
            number = valid(str(identifier.get("value") or ""))
            if number:
                return number
    return None


def contradictory(one: Resource, other: Resource, *, strictly: bool) -> bool:
    """Can't these be one person: names and birth dates differ, and (but `strictly`) the sexes too?

    What is missing contradicts nothing. For a number that is known already: a result for somebody else under
    it must not be filed, however the number came about.
    """
    named, others = _known(one), _known(other)
    born = {one.get("birthDate"), other.get("birthDate")} - {None}
    sexes = {one.get("gender"), other.get("gender")} & {"male", "female"}
    apart = bool(named and others) and not named & others and len(born) == 2
    return apart and (strictly or len(sexes) == 2)


def names(patient: Resource) -> set[str]:
    """The whole names of a Patient, as they are compared."""
    given = patient.get("name") or []
    whole = [name.get("text") or name.get("family", "") + "".join(name.get("given") or []) for name in given]
    return {plain(name) for name in whole} - {""}


def _known(patient: Resource) -> set[str]:
    """Its names, as far as it has any."""
    return {name for name in names(patient) if not is_unknown(name)}


def plain(name: str) -> str:
    """A whole name as it is compared: without spaces, case and width."""
    return fold(name).replace(" ", "")
