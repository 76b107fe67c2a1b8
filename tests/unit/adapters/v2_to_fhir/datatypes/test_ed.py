"""adapters.v2_to_fhir.datatypes.ed: documents within a message."""

import pytest

from adapters.v2_to_fhir.datatypes import ed
from tests.unit.adapters.v2_to_fhir.given import context, repetition


@pytest.mark.parametrize(
    ("raw", "type_", "data"),
    [
        ("LIS^application^pdf^Base64^JVBE Ri0=", "application/pdf", "JVBERi0="),
        ("LIS^PDF^^Base64^JVBERi0=", "application/pdf", "JVBERi0="),
        ("LIS^IM^JPEG^Base64^JVBERi0=", "image/jpeg", "JVBERi0="),
        ("LIS^TEXT^^A^abc", "text/plain", "YWJj"),
        ("LIS^image/png^^Hex^616263", "image/png", "YWJj"),
        ("LIS^application^x-own^Base64^YWJj", "application/x-own", "YWJj"),
        ("LIS^AP^Octet-stream^Base64^YWJj", "application/octet-stream", "YWJj"),
    ],
)
def test_attachment(raw: str, type_: str, data: str) -> None:
    assert ed.attachment(repetition(raw), context(), "t") == {
        "contentType": type_,
        "data": data,
        "title": "t",
    }


@pytest.mark.parametrize("raw", ["LIS^PDF^^Base64^%%%", "LIS^PDF^^Hex^xyz", "LIS^PDF^^Base64^"])
def test_what_cannot_be_read_is_nothing(raw: str) -> None:
    where = context()
    assert ed.attachment(repetition(raw), where) is None
    assert len(where.warnings) == 1
