from typing import Any

import pytest

from fhir.interactions.bundle.shell import ROW, check_head, check_row
from fhir.outcome import Fault, Refusal

GET = {"request": {"method": "GET", "url": "Patient"}}
HEAD = {"resourceType": "Bundle", "type": "transaction"}
URL = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"total": 1}, "Bundle"),
        ({"bogus": 1}, "Bundle.bogus"),
        ({"id": "a b"}, "Bundle.id"),
        ({"link": [{"relation": "self"}]}, "Bundle.link[0].url"),
        ({"signature": {"who": {"display": "x"}}}, "Bundle.signature.type"),
        ({"entry": [GET | {"fullUrl": URL}, GET | {"fullUrl": URL}]}, "Bundle.entry[1].fullUrl"),
    ],
)
def test_a_bundle_that_is_none_is_refused_at_its_place(more: dict[str, Any], place: str) -> None:
    check_head(HEAD | {"entry": [GET]})
    with pytest.raises(Refusal) as refusal:
        check_head(HEAD | {"entry": [GET]} | more)
    assert refusal.value.fault is Fault.INVALID
    assert refusal.value.issues[0].expression == place


def test_the_paths_of_an_entry_begin_at_the_entry_and_its_resource_is_left_to_others() -> None:
    check_row(GET | {"resource": {"resourceType": "Nonsense"}})
    with pytest.raises(Refusal) as refusal:
        check_row(GET | {"bogus": 1})
    assert refusal.value.issues[0].expression == f"{ROW}.bogus"
