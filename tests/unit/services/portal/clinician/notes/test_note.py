"""A note as a DocumentReference."""

from datetime import UTC, datetime
from typing import Any

import pytest

from auth.principal import Kind, Principal
from auth.store.note_drafts import Draft
from fhir.resource import Resource
from fhir.validation import errors
from services.portal.clinician.notes.note import KINDS, drafted, made, note, withdrawn, written
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
    for state in ("final", "amended"):
        signed = written(empty, WHO, TEXT, state, NOW) | {"id": "n"}
        assert errors(signed) == errors(withdrawn(signed, "写错了人")) == []


def test_what_is_written_is_read_again() -> None:
    found = note(kept())
    assert found is not None
    assert (found.id, found.patient, found.title, found.text) == ("n", "Patient/p1", "随访记录", TEXT)
    assert (found.author, found.writer, found.house) == ("Practitioner/zhou", "周敏", NAMES[HUAXI])


def test_what_is_written_is_signed_by_its_author() -> None:
    assert kept()["authenticator"]["reference"] == "Practitioner/zhou"


def test_a_draft_is_shown_as_a_note_that_lies_in_no_file() -> None:
    draft = Draft("d", "Patient/p1", "Practitioner/zhou", HUAXI, "11506-3", TEXT, NOW, 3)
    shown = drafted(draft, WHO, NAMES[HUAXI])
    assert (shown.title, shown.text, shown.draft, shown.filed) == ("随访记录", TEXT, True, False)
    assert shown.when is not None
    assert f"{shown.when.start:%H:%M}" == "11:00"
    assert shown.version != "3"  # the third version of a note is another thing


def test_a_draft_of_an_earlier_version_is_for_its_author_alone() -> None:
    draft, signed = note(kept("preliminary")), note(kept())
    assert draft is not None
    assert signed is not None
    assert (draft.shown_to(WHO), draft.shown_to(OTHER), signed.shown_to(OTHER)) == (True, False, True)
    assert (draft.draft, draft.filed, signed.draft) == (True, True, False)


def test_what_was_withdrawn_says_why_and_when_and_stands_in_no_list() -> None:
    meta = {"versionId": "2", "lastUpdated": "2026-11-24T03:00:00.000Z"}
    found = note(withdrawn(kept(), "写错了人") | {"meta": meta})
    assert found is not None
    assert (found.withdrawn, found.reason, found.listed_to(WHO), found.shown_to(OTHER)) == (
        True, "写错了人", False, True,
    )  # fmt: skip
    assert found.when is not None
    assert found.when.day.day == 24


@pytest.mark.parametrize(
    "more",
    [
        {"status": "superseded"},
        {"content": [{"attachment": {"contentType": "application/pdf", "data": "eA=="}}]},
        {"content": [{"attachment": {"contentType": "text/plain", "url": "Binary/b"}}]},
        {"content": [{"attachment": {"contentType": "text/plain", "data": "/w=="}}]},
        {"author": []},
        {"content": []},
    ],
)
def test_other_documents_are_no_notes(more: dict[str, Any]) -> None:
    assert note(kept(**more)) is None
