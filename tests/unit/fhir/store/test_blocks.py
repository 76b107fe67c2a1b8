from hashlib import sha256

from fhir.matching.features import features
from fhir.store.blocks import count_token, searched, tokens
from tests.support.person import record

WANG = record(name="王建国", birth="1958-03-12", phone="15400000001", address="武侯区演示路1号")


def keyed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_a_patient_is_found_by_what_it_is_compared_by() -> None:
    found = tokens(WANG, keyed)
    assert set(searched(features(WANG), keyed)) <= set(found)
    assert len(found) == len(set(found))


def test_names_telephones_and_addresses_are_counted() -> None:
    counted = {count_token(text, keyed) for text in ("王建国", "15400000001", "演示路1")}
    assert counted <= set(tokens(WANG, keyed))


def test_nothing_stands_in_clear() -> None:
    assert not any(
        told in token for token in tokens(WANG, keyed) for told in ("王", "wang", "1958-", "15400000001")
    )
