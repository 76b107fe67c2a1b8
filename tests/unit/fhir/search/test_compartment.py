from fhir.search.compartment import InCompartment


def test_a_patient_compartment_is_that_of_the_person() -> None:
    inside = InCompartment("Condition", "Patient", "1")
    assert inside.patients == {"Patient/1"}
    tokens = inside.filter(str, {"Patient/1": ("Patient/1", "Patient/2")})["tokens"]["$in"]
    assert {"Condition.patient|Patient/1", "Condition.asserter|Patient/2"} <= set(tokens)


def test_the_resource_itself_lies_in_its_compartment() -> None:
    found = InCompartment("Patient", "Patient", "1").filter(str, {})
    assert {"_id": {"$in": ["Patient/1"]}} in found["$or"]


def test_other_compartments_name_no_patient() -> None:
    assert InCompartment("Observation", "Encounter", "1").patients == frozenset()
    assert InCompartment("Observation", "Encounter", "1").filter(str, {}) == {
        "tokens": "Observation.encounter|Encounter/1"
    }
