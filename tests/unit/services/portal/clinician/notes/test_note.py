"""A note as a DocumentReference."""

from datetime import UTC, datetime
from typing import Any

import pytest

from auth.principal import Kind, Principal
from fhir.resource import Resource
from fhir.validation import errors
from services.portal.clinician.notes.note import DRAFT, KINDS, made, note, written
from tests.support.people import HUAXI, NAMES

WHO = Principal(Kind.PERSON, "a", "周敏", organization=HUAXI, practitioner="Practitioner/zhou")
OTHER = Principal(Kind.PERSON, "b", "林芳", organization=HUAXI, practitioner="Practitioner/lin")
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TEXT = "血压 150/95。\n㛃 𬱖 <b>复查</b>"


def kept(state: str = "final", **more: Any) -> Resource:
    empty = made(WHO, "Patient/p1", NAMES[HUAXI], "11506-3", NOW)
    return written(empty, WHO, TEXT, state, NOW) | {"id": "n"} | more


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid(kind: str) -> None:
    empty = made(WHO, "Patient/p1", NAMES[HUAXI], kind, NOW)
    for state in (DRAFT, "final", "amended"):
        assert errors(written(empty, WHO, TEXT, state, NOW) | {"id": "n"}) == []


def test_what_is_written_is_read_again() -> None:
    found = note(kept())
    assert found is not None
    assert (found.id, found.patient, found.title, found.text) == ("n", "Patient/p1", "随访记录", TEXT)
    assert (found.author, found.writer, found.house) == ("Practitioner/zhou", "周敏", NAMES[HUAXI])


def test_a_draft_is_unsigned_and_for_its_author_alone() -> None:
    assert "authenticator" not in kept(DRAFT)
    assert kept()["authenticator"]["reference"] == "Practitioner/zhou"
    assert "authenticator" not in written(kept(), WHO, TEXT, DRAFT, NOW)
    draft, signed = note(kept(DRAFT)), note(kept())
    assert draft is not None
    assert signed is not None
    assert (draft.shown_to(WHO), draft.shown_to(OTHER), signed.shown_to(OTHER)) == (True, False, True)


@pytest.mark.parametrize(
    "more",
    [
        {"status": "entered-in-error"},
        {"content": [{"attachment": {"contentType": "application/pdf", "data": "eA=="}}]},
        {"content": [{"attachment": {"contentType": "text/plain", "url": "Binary/b"}}]},
        {"content": [{"attachment": {"contentType": "text/plain", "data": "/w=="}}]},
        {"author": []},
        {"content": []},
    ],
)
def test_other_documents_are_no_notes(more: dict[str, Any]) -> None:
    assert note(kept(**more)) is None
