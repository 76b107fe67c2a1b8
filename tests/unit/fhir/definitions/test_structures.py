import dataclasses

import pytest

from fhir.definitions import structures
from fhir.definitions.structures import Element, ElementType, structure


def element(type: str, path: str) -> Element:
    def below(elements: tuple[Element, ...]) -> list[Element]:
        return [found for one in elements for found in [one, *below(one.elements)]]

    return next(one for one in below(structure(type).elements) if one.path == path)


def test_the_concrete_types_of_r4() -> None:
    assert len(structures.resource_types) == 146
    assert {"Patient", "Bundle", "Binary", "MedicinalProduct"} <= structures.resource_types
    assert structures.resource_types.isdisjoint({"Resource", "DomainResource", "Citation", "HumanName"})
    assert {"HumanName", "Extension", "Age"} <= structures.complex_types
    assert len(structures.primitive_types) == 20


def test_no_other_name_is_made_up() -> None:
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = structures.nothing_such


def test_an_unknown_type() -> None:
    with pytest.raises(KeyError):
        structure("Transport")


def test_inherited_elements_stand_first() -> None:
    names = [one.name for one in structure("Patient").elements]
    assert names[:9] == [
        "id",
        "meta",
        "implicitRules",
        "language",
        "text",
        "contained",
        "extension",
        "modifierExtension",
        "identifier",
    ]
    assert names[-1] == "link"


def test_a_resource_that_is_no_domain_resource() -> None:
    names = [one.name for one in structure("Bundle").elements]
    assert names[:4] == ["id", "meta", "implicitRules", "language"]
    assert "contained" not in names


def test_cardinality() -> None:
    status, name = element("Observation", "Observation.status"), element("Patient", "Patient.name")
    assert (status.min, status.max, status.repeats) == (1, "1", False)
    assert (name.min, name.max, name.repeats) == (0, "*", True)


def test_a_choice_and_its_members() -> None:
    deceased = element("Patient", "Patient.deceased[x]")
    assert deceased.choice
    assert deceased.name == "deceased"
    assert deceased.members() == {
        "deceasedBoolean": ElementType("boolean"),
        "deceasedDateTime": ElementType("dateTime"),
    }


def test_a_plain_element_is_one_member() -> None:
    assert element("Patient", "Patient.birthDate").members() == {"birthDate": ElementType("date")}


def test_reference_targets() -> None:
    subject = element("Condition", "Condition.subject")
    assert subject.types == (ElementType("Reference", targets=frozenset({"Patient", "Group"})),)


def test_a_reference_to_anything_has_no_targets() -> None:
    assert element("Observation", "Observation.focus").types[0].targets == frozenset()


def test_backbone_elements_hold_their_children() -> None:
    contact = element("Patient", "Patient.contact")
    assert [one.name for one in contact.elements][:4] == [
        "id",
        "extension",
        "modifierExtension",
        "relationship",
    ]
    assert contact.constraints[0].key == "pat-1"


def test_content_references() -> None:
    assert (
        element("Observation", "Observation.component.referenceRange").content == "Observation.referenceRange"
    )


def test_required_bindings_only() -> None:
    assert (
        element("Patient", "Patient.gender").binding == "http://hl7.org/fhir/ValueSet/administrative-gender"
    )
    assert element("Patient", "Patient.maritalStatus").binding is None


def test_summary_and_modifier_flags() -> None:
    assert element("Patient", "Patient.active").modifier
    assert element("Patient", "Patient.name").summary
    assert not element("Patient", "Patient.photo").summary


def test_simple_quantities_keep_their_profile() -> None:
    low = element("Observation", "Observation.referenceRange.low")
    assert low.types == (ElementType("Quantity", profile="SimpleQuantity"),)


def test_the_types_that_4_0_1_gives_as_fhirpath_strings() -> None:
    assert structure("Patient").elements[0].types == (ElementType("id"),)
    assert element("Extension", "Extension.url").types == (ElementType("uri"),)
    assert element("HumanName", "Element.id").types == (ElementType("string"),)


def test_constraints_are_inherited_once() -> None:
    keys = [one.key for one in structure("Age").constraints]
    assert sorted(keys) == ["age-1", "qty-3"]
    assert {"dom-2", "dom-3", "obs-6"} <= {one.key for one in structure("Observation").constraints}


def test_severity_is_that_of_4_0_1() -> None:
    severities = {one.key: one.severity for one in structure("Condition").constraints}
    assert (severities["con-3"], severities["con-4"], severities["con-5"]) == ("warning", "error", "error")


def test_structures_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        structure("Patient").type = "Person"  # type: ignore[misc]


def test_every_type_that_is_named_is_defined() -> None:
    def check(elements: tuple[Element, ...]) -> None:
        for one in elements:
            assert one.types or one.content
            for type_ in one.types:
                structure(type_.code)
                assert type_.targets <= structures.resource_types
            check(one.elements)

    for type in structures.resource_types | structures.complex_types:
        check(structure(type).elements)
