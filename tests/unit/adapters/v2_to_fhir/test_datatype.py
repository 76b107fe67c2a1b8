"""adapters.v2_to_fhir.datatype: the table of conversions."""

import pytest

from adapters.v2_to_fhir.datatype import DATATYPES, converter
from adapters.v2_to_fhir.table import MapError
from tests.unit.adapters.v2_to_fhir.given import context, repetition


def test_parameters_are_bound() -> None:
    read = converter("XTN[ContactPoint]", {"use": "work"}, "row")
    assert [one["use"] for one in read(repetition("1"), context())] == ["work"]
    boolean = converter("ID[boolean]", {"table": "YesNoIndicator"}, "row")
    assert boolean(repetition("Y"), context()) is True


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("XX[Nothing]", {}, "there is no datatype map XX"),
        ("XTN[ContactPoint]", {"usage": "work"}, "takes use"),
        ("ID[boolean]", {}, "takes table"),
        ("DTM[date]", {"x": "y"}, "takes nothing more"),
        ("ID[boolean]", {"table": "Nothing"}, "no such table"),
    ],
)
def test_a_wrong_row_is_named(name: str, parameters: dict[str, str], reason: str) -> None:
    with pytest.raises(MapError, match=reason):
        converter(name, parameters, "row")


def test_names_read_as_the_guide_has_them() -> None:
    assert {"CX[Identifier]", "XPN[HumanName]", "CWE[CodeableConcept]"} <= set(DATATYPES)
