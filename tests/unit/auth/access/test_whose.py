"""The constraints of one request: each made once, and never a wider one in place of a narrower."""

from typing import Any

from auth.access.constraint import EVERYONE, Alone, Both, Listed, Owners, Scoped
from auth.access.grounds import Grounds
from auth.access.ruled import Ruled
from auth.access.whose import Whose
from auth.principal import Kind, Principal
from fhir.access import Directory

GROUNDS = Grounds(*(object() for _ in range(5)))  # type: ignore[arg-type]
"""Making a constraint touches no data."""


def whose() -> Whose:
    return Whose(Principal(Kind.SYSTEM, "c", "c", organization="Organization/h"), GROUNDS)


def test_the_same_is_made_once() -> None:
    one = whose()
    related = one.related("Organization/h", None)
    assert isinstance(related, Ruled)
    assert one.related("Organization/h", None) is related
    lab: dict[str, Any] = {"facets": {"$in": ["x"]}}
    assert one.scoped(related, lab) is one.scoped(related, dict(lab))
    assert one.launched(related, "Patient/a") is one.launched(related, "Patient/a")


def test_what_differs_is_never_shared() -> None:
    one = whose()
    related = one.related("Organization/h", None)
    lab, vital = ({"facets": {"$in": [each]}} for each in ("lab", "vital"))
    assert one.scoped(related, lab) is not one.scoped(related, vital)
    assert one.scoped(related, lab) is not one.scoped(one.everyone(), lab)
    launched = one.launched(related, "Patient/a")
    assert isinstance(launched, Both)
    assert launched is not one.launched(related, "Patient/b")
    assert one.scoped(launched, lab) is not one.scoped(related, lab)
    assert isinstance(one.scoped(launched, lab), Scoped)
    assert isinstance(one.own("Patient/a"), Owners)
    assert one.own("Patient/a") is not one.own("Patient/b")
    assert one.everyone() is EVERYONE


def test_professionals_are_listed_but_for_oneself() -> None:
    one = whose()
    listed = one.listed()
    assert one.listed() is listed
    assert listed.directory == Directory(None)
    doctor = Principal(Kind.PERSON, "p", "p", practitioner="Practitioner/p")
    assert Whose(doctor, GROUNDS).listed().directory == Directory("Practitioner/p")
    narrowed = one.scoped(listed, {"facets": "x"})
    assert narrowed.directory == Directory(None)
    assert not any(each.directory for each in (one.everyone(), one.own("Patient/a")))
    assert isinstance(listed, Listed)
    assert (listed.unrestricted, listed.anyone) == (False, True)


async def test_a_launched_patient_that_stands_for_itself() -> None:
    """It never opens more: what the base refuses stays refused."""
    app = Principal(Kind.SYSTEM, "c", "c", linked=False)
    patients = {"Patient/a", "Patient/a2", "Patient/b"}
    whose = Whose(app, GROUNDS)
    assert await whose.launched(EVERYONE, "Patient/a").among(patients) == {"Patient/a"}
    assert await whose.launched(Alone("Patient/b", GROUNDS.relations), "Patient/a").among(patients) == set()
