import pytest

from adapters.hl7v2.message import Message
from services.portal.codes.texts import beside
from tests.support.messages import adt


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("QX7^某病^99L", ["某病"]),
        ("A^甲^L^QX7^乙^M", ["乙"]),
        ("QX7", []),
        ("QX7^^L", []),
        ("X^甲~QX7^乙", ["乙"]),
    ],
)
def test_the_texts_beside_a_code(field: str, found: list[str]) -> None:
    message = Message.parse(adt() + f"DG1|1||{field}\r")
    assert list(beside(message.all("DG1")[0][3], "QX7")) == found
