"""Constraints: what each of them shows."""

from collections.abc import Mapping, Sequence

from auth import moment
from auth.access import AccessOf
from auth.access.constraint import EVERYONE, Owners, Recorded, Related
from auth.access.grounds import Grounds
from auth.principal import Kind, Principal
from auth.smart.scope import parse_all
from auth.store.consents import Consents
from auth.store.database import Database
from auth.store.deaths import Deaths
from auth.store.emergencies import Emergencies
from auth.store.permissions import Permissions
from auth.store.relations import Relations
from fhir.access import Access, Action, Constraint, Deny, Permit
from fhir.store.changes import Changes
from fhir.store.vault import Vault


def grounds(base: Database, relations: Relations) -> Grounds:
    changes = Changes(base)
    vault = Vault(base["keys"], b"k" * 32, changes)
    return Grounds(
        relations,
        Consents(base, vault, changes),
        Emergencies(base, vault, changes),
        Permissions(base, changes),
        Deaths(base, changes),
    )


async def linked(patients: Sequence[str]) -> Mapping[str, Sequence[str]]:
    return {
        one: ("Patient/a", "Patient/a2") if one in ("Patient/a", "Patient/a2") else (one,) for one in patients
    }


async def test_everyone_is_unrestricted_and_never_a_list() -> None:
    assert EVERYONE.unrestricted
    assert await EVERYONE.every(10**9) is None
    assert await EVERYONE.among(["Patient/a"]) == {"Patient/a"}


async def test_a_resident_sees_all_of_his_own_patients_and_no_others(base: Database) -> None:
    own = Owners("Patient/a2", Relations(base, linked, Changes(base)))
    assert not own.unrestricted
    assert await own.every(10) == frozenset({"Patient/a", "Patient/a2"})
    assert await own.every(1) is None
    assert await own.among(["Patient/a", "Patient/b", "Observation/1"]) == {"Patient/a"}


async def test_an_organisation_without_relations_sees_nobody_and_not_everybody(base: Database) -> None:
    related = Related("Organization/h1", None, Relations(base, linked, Changes(base)))
    assert not related.unrestricted
    assert await related.every(10) == frozenset()
    assert await related.among(["Patient/a"]) == frozenset()


async def test_what_belongs_to_no_patient_is_nobodys(base: Database) -> None:
    relations = Relations(base, linked, Changes(base))
    await relations.encounter(None, "Patient/a", "Organization/h1", moment.now())
    related = Related("Organization/h1", None, relations)
    assert await related.among(["Basic/1", "Organization/h1", "", "Patient/a2"]) == {"Patient/a2"}


async def test_access_of_a_principal_is_the_cores_access(base: Database) -> None:
    relations = Relations(base, linked, Changes(base))
    await relations.encounter(None, "Patient/a", "Organization/h1", moment.now())
    scopes = parse_all("system/*.rs")
    clinic = Principal(Kind.SYSTEM, "c", "c", organization="Organization/h1", scopes=scopes)
    access: Access = AccessOf(clinic, grounds(base, relations))
    decision = await access.decide("Observation", Action.SEARCH)
    assert isinstance(decision, Permit)
    constraint: Constraint = decision.constraint
    again = await access.decide("Condition", Action.READ)
    assert isinstance(again, Permit)
    assert again.constraint is constraint
    directory = await access.decide("Organization", Action.READ)
    assert isinstance(directory, Permit)
    assert directory.constraint is EVERYONE
    assert isinstance(await access.decide("Observation", Action.CREATE), Deny)
    assert await constraint.every(10) == frozenset({"Patient/a", "Patient/a2"})


async def test_what_a_house_has_recorded_is_told_by_the_recorder_alone() -> None:
    constraint = Recorded("Organization/h1")
    assert (constraint.unrestricted, constraint.anyone) == (False, True)
    assert await constraint.within(None) == {"recorder": "Organization/h1"}
    assert await constraint.within(["Patient/a"]) == {"recorder": "Organization/h1"}
