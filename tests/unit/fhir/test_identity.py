import time
import uuid

from fhir.identity import custom_id, new_id
from fhir.resource import ID


def test_new_ids_are_uuids_of_version_7_that_sort_by_time() -> None:
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first < second
    assert (uuid.UUID(first).version, uuid.UUID(first).variant) == (7, uuid.RFC_4122)
    assert abs((uuid.UUID(second).int >> 80) / 1000 - time.time()) < 5
    assert ID.fullmatch(first)


def test_new_ids_of_one_millisecond_differ() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


def test_a_custom_id_follows_from_its_digest() -> None:
    assert custom_id(bytes(16)) == "00000000-0000-8000-8000-000000000000"
    assert custom_id(b"\xff" * 16) == "ffffffff-ffff-8fff-bfff-ffffffffffff"
    assert custom_id(bytes(15) + b"\x01") != custom_id(bytes(16))
