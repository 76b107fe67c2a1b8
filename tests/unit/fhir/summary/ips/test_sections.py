from dataclasses import replace

from fhir.summary.ips.sections import sections
from tests.support.documents import file_of
from tests.support.people import TODAY, condition, five_diseases, patient


def test_what_is_dangerous_comes_first_and_nothing_optional_is_empty() -> None:
    parts = sections(five_diseases(), TODAY)
    assert [part.heading.loinc for part in parts][:2] == ["48765-2", "11450-4"]
    assert all(part.lines for part in parts if part.heading.need.value == "optional")
    assert len({part.heading.loinc for part in parts}) == len(parts)


def test_a_section_knows_which_of_its_types_are_withheld() -> None:
    file = replace(file_of(patient(), condition("x", "I10")), withheld=frozenset({"DiagnosticReport"}))
    by_code = {part.heading.loinc: part.withheld for part in sections(file, TODAY)}
    assert (by_code["30954-2"], by_code["11450-4"]) == (("DiagnosticReport",), ())
