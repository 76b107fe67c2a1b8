from fhir.search.entries import secret
from fhir.search.types.text_index import HasSecret, starting


def test_one_hash_is_an_equality_and_several_are_one_set() -> None:
    assert HasSecret(("a",)).filter(str, {}) == {"texts": secret(str, "a")}
    assert HasSecret(("a", "b", "a")).filter(str, {}) == {
        "texts": {"$in": [secret(str, "a"), secret(str, "b")]}
    }
    assert HasSecret(("a",)).patients == frozenset()


def test_beginnings_reach_beyond_the_basic_plane() -> None:
    bounds = starting("x")["texts"]["$elemMatch"]
    assert bounds["$gte"].encode() <= "x𠮷".encode() < bounds["$lt"].encode()
