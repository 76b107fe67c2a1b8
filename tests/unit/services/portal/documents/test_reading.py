"""A document and its files are read under two decisions, and only from the file of one person."""

import base64
from typing import Any

import pytest

from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import Store
from services.portal.documents.reading import document, file_of
from tests.support.people import organizations, patient
from tests.unit.fhir.summary.test_reading import context_of

TEXT = base64.b64encode("HTEST 出院".encode("gb18030")).decode()


def paper(id: str = "d1", owner: str = "p1", **attachment: Any) -> Resource:
    """A DocumentReference of one attachment."""
    return {
        "resourceType": "DocumentReference", "id": id, "status": "current", "description": "HTEST",
        "subject": {"reference": f"Patient/{owner}"}, "content": [{"attachment": attachment}],
    }  # fmt: skip


def binary(owner: str | None = "p1") -> Resource:
    """A Binary of a text in GB 18030."""
    held: Resource = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain; charset=gbk"}
    held |= {"securityContext": {"reference": f"Patient/{owner}"}} if owner else {}
    return held | {"data": TEXT}


HELD = {"contentType": "text/plain", "url": "Binary/b1"}
PEOPLE = (*organizations(), patient(), patient("p9", identifier=[]))


async def test_the_text_of_a_binary_is_read_where_files_may_be(store: Store) -> None:
    context = await context_of(store, *PEOPLE, binary(), paper(**HELD))
    _, found = await document(context, "p1", "DocumentReference", "d1", files=True)
    assert found.text == "HTEST 出院"
    _, found = await document(context, "p1", "DocumentReference", "d1", files=False)
    assert found.text == ""


@pytest.mark.parametrize("owner", ["p9", None])
async def test_a_binary_of_another_is_not_given_though_the_reader_may_see_it(
    store: Store, owner: str | None
) -> None:
    context = await context_of(store, *PEOPLE, binary(owner), paper(**HELD))
    *_, content = await file_of(context, "p1", "DocumentReference", "d1", "0")
    assert content is None


async def test_a_binary_has_a_decision_of_its_own(store: Store) -> None:
    lines = (*PEOPLE, binary(), paper(**HELD))
    *_, content = await file_of(await context_of(store, *lines), "p1", "DocumentReference", "d1", "0")
    assert content is not None
    assert (content.type, content.charset) == ("text/plain", "gbk")
    denied = await context_of(store, *lines, denied="Binary")
    *_, content = await file_of(denied, "p1", "DocumentReference", "d1", "0")
    assert content is None


@pytest.mark.parametrize(
    ("id", "type", "key", "number"),
    [
        ("p9", "DocumentReference", "d1", "0"),
        ("p1", "Patient", "p1", "0"),
        ("p1", "DocumentReference", "d2", "0"),
        ("p1", "DocumentReference", "d1", "1"),
        ("nobody", "DocumentReference", "d1", "0"),
        ("p1", "DocumentReference", "../d1", "0"),
    ],
)
async def test_what_is_not_this_persons_is_the_same_404(
    store: Store, id: str, type: str, key: str, number: str
) -> None:
    context = await context_of(store, *PEOPLE, binary(), paper(**HELD))
    with pytest.raises(Refusal) as refused:
        await file_of(context, id, type, key, number)
    assert refused.value.status == 404
