from fhir.search import uri
from fhir.search.entries import Entries
from fhir.search.registry import parameters

URL = parameters("ValueSet")["url"]


def test_canonicals_with_and_without_their_version() -> None:
    entries = Entries(str)
    uri.uri("k", "http://x|1", entries)
    uri.uri("k", "urn:a", entries)
    uri.uri("k", "", entries)
    uri.uri("k", 5, entries)
    assert entries.tokens == ["k", "k|http://x|1", "k|http://x", "k", "k|urn:a"]


def test_parents_stop_at_the_host() -> None:
    found = uri.condition(URL, "above", ["http://a/b/c"]).filter(str, {})
    assert found == {
        "tokens": {"$in": ["ValueSet.url|http://a/b/c", "ValueSet.url|http://a", "ValueSet.url|http://a/b"]}
    }


def test_signs_of_a_regular_expression_are_text() -> None:
    found = uri.containing("k|", "a.*(b")
    assert found == {"tokens": {"$regex": r"^k\|.*a\.\*\(b"}}
