"""A draft of an earlier version is its author's alone."""

import pytest

from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.outcome import Refusal
from services.portal.documents.views import _check, _known
from tests.support import people
from tests.unit.services.portal.clinician.notes.test_note import OTHER, WHO, kept
from tests.unit.services.portal.documents.pages import file


def test_a_draft_is_opened_by_its_author_alone() -> None:
    held = file(kept() | {"docStatus": "preliminary"})
    _check(held, WHO)
    stranger = Principal(Kind.PERSON, "b", "HTEST", Role.CLINICIAN, organization=people.HUAXI)
    for who in (OTHER, stranger):
        with pytest.raises(Refusal):
            _check(held, who)
    _check(file(kept()), OTHER)


def test_no_other_type_stands_in_the_record() -> None:
    assert _known("DiagnosticReport") == "DiagnosticReport"
    assert _known("<b>") is None
