from fhir.definitions.compartments import patient_compartment
from fhir.definitions.search_parameters import search_parameters, types


def test_the_patient_compartment() -> None:
    compartment = patient_compartment()
    assert compartment["Observation"] == ("subject", "performer")
    assert compartment["Patient"] == ("link",)
    assert "Organization" not in compartment
    assert len(compartment) == 66


def test_every_parameter_of_it_is_a_reference_of_its_type() -> None:
    for type, codes in patient_compartment().items():
        assert type in types()
        assert all(search_parameters(type)[code]["type"] == "reference" for code in codes)
