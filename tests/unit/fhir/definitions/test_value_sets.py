import pytest

from fhir.definitions.structures import Element, complex_types, resource_types, structure
from fhir.definitions.value_sets import codes, codings

BASE = "http://hl7.org/fhir/ValueSet/"


def test_codes_in_their_order() -> None:
    assert codes(BASE + "administrative-gender") == ("male", "female", "other", "unknown")


def test_codes_of_a_hierarchy() -> None:
    assert {"active", "recurrence", "relapse", "inactive", "remission", "resolved"} == set(
        codes(BASE + "condition-clinical") or ()
    )


def test_codings_carry_their_system() -> None:
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    assert (system, "relapse") in (codings(BASE + "condition-clinical") or ())


def test_a_value_set_of_several_systems() -> None:
    systems = {system for system, _ in codings(BASE + "all-types") or ()}
    assert len(systems) > 1
    assert {"Patient", "HumanName"} <= set(codes(BASE + "all-types") or ())


@pytest.mark.parametrize("name", ["ucum-units", "mimetypes", "all-languages", "no-such-set"])
def test_what_cannot_be_enumerated(name: str) -> None:
    assert codes(BASE + name) is None
    assert codings(BASE + name) is None


def test_every_required_binding_is_enumerated_or_known_not_to_be() -> None:
    missing: set[str] = set()

    def look(elements: tuple[Element, ...]) -> None:
        for one in elements:
            if one.binding and codes(one.binding) is None:
                missing.add(one.binding.rpartition("/")[2])
            look(one.elements)

    for type in resource_types | complex_types:
        look(structure(type).elements)
    assert missing == {"ucum-units", "mimetypes", "all-languages", "LL379-9"}
