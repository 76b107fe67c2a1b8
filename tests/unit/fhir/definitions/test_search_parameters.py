import pytest

from fhir.definitions.search_parameters import search_parameters, types


def test_all_resource_types_of_r4() -> None:
    assert len(types()) == 146
    assert {"Patient", "Observation", "Parameters", "Binary"} <= types()
    assert not {"Resource", "DomainResource"} & types()


def test_the_common_parameters_are_among_those_of_a_type() -> None:
    rows = search_parameters("Observation")
    assert {"_id", "_tag", "_text", "code", "combo-code", "value-quantity"} <= set(rows)
    assert "_text" not in search_parameters("Bundle")
    assert search_parameters("Observation")["date"]["paths"][0] == {
        "path": ["effectiveDateTime"],
        "type": "dateTime",
    }


def test_an_unknown_type_is_an_error() -> None:
    for type in ("Resource", "DomainResource", "Nothing"):
        with pytest.raises(KeyError):
            search_parameters(type)
