import pytest

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.concept_map import Code
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.source import Source
from services.portal.codes.texts import beside
from tests.support.messages import adt

SOURCE = Source("HQ1", "Organization/h1")
OWN = f"{SOURCE.urn}:field:DG1-3"


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("QX7^某病^99L", ["某病"]),
        ("A^甲^L^QX7^乙^L", ["乙"]),
        ("QX7", []),
        ("QX7^^L", []),
        ("X^甲~QX7^乙", ["乙"]),
    ],
)
def test_the_texts_beside_a_code(field: str, found: list[str]) -> None:
    message = Message.parse(adt() + f"DG1|1||{field}\r")
    context = Context(message, SOURCE, str)
    assert list(beside(message.all("DG1")[0][3], Code(OWN, "QX7"), context)) == found


@pytest.mark.parametrize(
    ("system", "found"),
    [
        (f"{SOURCE.urn}:answer:883-9", ["O型"]),
        (f"{SOURCE.urn}:code:L", ["O型"]),
        (f"{SOURCE.urn}:code:CV04.50.005", ["AB型"]),
    ],
)
def test_the_same_code_of_another_system_has_other_names(system: str, found: list[str]) -> None:
    text = "".join(
        f"OBX|{number}|CWE|883-9^ABO^LN||{answer}\r"
        for number, answer in enumerate(("3^O型^L", "3^AB型^CV04.50.005"), 1)
    )
    message = Message.parse(adt() + text)
    context = Context(message, SOURCE, str)
    said = [name for segment in message.all("OBX") for name in beside(segment[5], Code(system, "3"), context)]
    assert said == found
