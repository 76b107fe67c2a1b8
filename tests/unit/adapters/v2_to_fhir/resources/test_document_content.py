"""The texts and files of a document."""

import base64

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


TXA = "TXA|1|DS|TX|||||||||D1"


def test_lines_are_one_text() -> None:
    made = converted(PID, TXA, "OBX|1|TX|||第一行", "OBX|2|FT|||第二行~第三行", kind="MDM^T02")
    (text,) = resources(made, "Binary")
    assert base64.b64decode(text["data"]).decode() == "第一行\n第二行\n第三行"


def test_a_link_is_kept_as_one() -> None:
    made = converted(PID, TXA, "OBX|1|RP|L^影像||https://pacs.example/1", kind="MDM^T02")
    (found,) = resources(made, "DocumentReference")
    assert found["content"] == [{"attachment": {"url": "https://pacs.example/1", "title": "影像"}}]


def test_a_file_that_cannot_be_read_is_listed() -> None:
    made = converted(PID, TXA, "OBX|1|ED|||^application^pdf^Base64^%%%", kind="MDM^T02")
    assert "OBX[1]" in made.unmapped
    assert resources(made, "Binary") == []
