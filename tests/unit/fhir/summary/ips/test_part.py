import pytest

from fhir.summary.ips.part import Absence, Line, Part, cell
from fhir.summary.ips.required import MEDICATIONS
from fhir.summary.source import Origin
from fhir.summary.wording import Wording

DRUG = {"resourceType": "MedicationRequest", "id": "m"}
LINE = Line((Wording("x"),), (), (DRUG, DRUG))


@pytest.mark.parametrize(
    ("part", "absence"),
    [
        (Part(MEDICATIONS, [LINE], withheld=MEDICATIONS.types), None),
        (Part(MEDICATIONS, denied=[Origin(None, None)], withheld=MEDICATIONS.types), Absence.NONE_KNOWN),
        (Part(MEDICATIONS, withheld=MEDICATIONS.types), Absence.WITHHELD),
        (Part(MEDICATIONS, withheld=MEDICATIONS.types[:2]), Absence.NO_DATA),
        (Part(MEDICATIONS), Absence.NO_DATA),
    ],
)
def test_why_a_section_has_no_lines(part: Part, absence: Absence | None) -> None:
    assert part.absence is absence


def test_each_resource_is_an_entry_once() -> None:
    assert Part(MEDICATIONS, [LINE, LINE]).entries == [DRUG]
    assert Part(MEDICATIONS, denials=[DRUG]).entries == [DRUG]


def test_a_cell_keeps_both_languages() -> None:
    assert cell(Wording("是", "Yes")).english == "Yes"
    assert cell(None) == ""
