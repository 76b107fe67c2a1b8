"""What may stand for a dead letter: checklist line 63."""

import pytest

from services.correction import NotEditable, corrected
from services.inbox import RECEIVED
from tests.support.messages import adt

GB = adt().replace("UNICODE UTF-8", "GB18030")
OLD = {"_id": "00000000000000000017-ab", "charset": "gb18030", "source": "TEST1"}


def keyed(text: str) -> str:
    return f"<{text}>"


def test_line_63_a_correction_is_written_in_the_character_set_of_the_original() -> None:
    made = corrected(keyed, OLD, GB.replace("张", "䶮𠮷"), ["P"])
    assert "䶮𠮷^三" in made.raw.decode("gb18030")
    assert (made.state, made.source, made.control_id, made.code) == (RECEIVED, "TEST1", "C1", "AA")
    assert "<P100>" in made.keys
    assert made.arrived == "0000000000000011"
    assert corrected(keyed, OLD | {"arrived": "0000000000000007"}, GB, ["P"]).arrived == "0000000000000007"


@pytest.mark.parametrize(
    ("text", "charset", "key"),
    [
        ("PID|1", "gb18030", "header"),
        (adt().replace("UNICODE UTF-8", "8859/1"), "utf-8", "charset"),
        (GB, "no such set", "charset"),
        (adt().replace("UNICODE UTF-8", "8859/1"), "iso8859-1", "characters"),
        (GB.replace("\rPID|", "\rZPD|"), "gb18030", "refused"),
    ],
)
def test_line_63_what_may_not(text: str, charset: str, key: str) -> None:
    with pytest.raises(NotEditable) as refused:
        corrected(keyed, OLD | {"charset": charset}, text, ["P"])
    assert str(refused.value) == key
    assert bool(refused.value.characters) == (key == "characters")
    assert bool(refused.value.findings) == (key == "refused")


def test_line_63_each_character_that_does_not_fit_is_named_once_with_its_place() -> None:
    text = adt().replace("UNICODE UTF-8", "8859/1").replace("张^三", "张张^Ann")
    with pytest.raises(NotEditable) as refused:
        corrected(keyed, OLD | {"charset": "iso8859-1"}, text, ["P"])
    places = [("PID[1]-5", "张"), *(("PV1[1]-7", one) for one in "李医生")]
    assert refused.value.characters == places
