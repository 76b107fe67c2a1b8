import json

import pytest

from tests.performance.connection import Reply
from tests.performance.interactions import holding, page


def bundle(*patients: str) -> bytes:
    entries = [
        {"fullUrl": f"http://x/Observation/{n}", "resource": {"subject": {"reference": patient}}}
        for n, patient in enumerate(patients)
    ]
    return json.dumps({"entry": entries}).encode()


@pytest.mark.parametrize(
    ("status", "body", "wrong"),
    [
        (200, bundle("Patient/1", "Patient/1"), False),
        (500, bundle("Patient/1", "Patient/1"), True),
        (200, bundle("Patient/1"), True),
        (200, bundle("Patient/1", "Patient/1", "Patient/1"), True),
        (200, bundle("Patient/1", "Patient/2"), True),
        (200, bundle("Patient/1", "Patient/11"), True),
        (200, b"{}", True),
    ],
)
def test_a_page_is_right_when_its_entries_are_as_many_as_asked_for_and_of_the_resident(
    status: int, body: bytes, wrong: bool
) -> None:
    check = page(2, b'Patient/1"')
    assert [bool(check(Reply(status, b"", body))) for _ in range(60)] == [wrong] * 60


def test_one_or_more_matches_are_right_where_the_number_is_not_known() -> None:
    check = page(None, b'Patient/1"')
    assert check(Reply(200, b"", bundle("Patient/1"))) is None
    assert check(Reply(200, b"", b"{}")) is not None


def test_a_strange_body_or_status_is_a_problem_that_names_no_data() -> None:
    check = holding(201, b'"7"')
    assert check(Reply(201, b"", b'{"id":"7"}')) is None
    assert check(Reply(201, b"", b'{"id":"8"}')) == "another content"
    assert check(Reply(422, b"", b'{"id":"7"}')) == "status 422 instead of 201"
