from fhir.search.condition import AnyOf
from fhir.search.entries import Entries
from fhir.search.registry import parameters
from fhir.search.types import uri
from fhir.search.types.ngram import Confirmed

URL = parameters("ValueSet")["url"]


def test_canonicals_with_and_without_their_version() -> None:
    entries = Entries(str)
    uri.uri("k", "http://x|1", entries)
    uri.uri("k", "urn:a", entries)
    uri.uri("k", "", entries)
    uri.uri("k", 5, entries)
    assert entries.tokens == ["k|http://x|1", "k|http://x", "k|urn:a"]


def test_parents_stop_at_the_host() -> None:
    found = uri.condition(URL, "above", ["http://a/b/c"]).filter(str, {})
    assert found == {
        "tokens": {"$in": ["ValueSet.url|http://a/b/c", "ValueSet.url|http://a", "ValueSet.url|http://a/b"]}
    }


def test_parts_of_what_every_resource_has_are_not_indexed() -> None:
    entries = Entries(str)
    for code in ("_source", "_profile", "url"):
        parameter = parameters("ValueSet")[code]
        emit = uri.emitter(parameter, parameter.locations[0])
        assert emit is not None
        emit("urn:ab", entries)
    assert {str(each).partition(":")[0] for each in entries.texts} == {"ValueSet.url"}
    assert "ValueSet.url:in|n:ab" in entries.texts


def test_a_resource_itself_is_asked_where_the_index_ends() -> None:
    condition = uri.condition(URL, "contains", ["B" * 40])
    assert isinstance(condition, AnyOf)
    confirmed = condition.parts[0]
    assert isinstance(confirmed, Confirmed)
    assert confirmed.test({"url": "urn:" + "b" * 41})
    assert not confirmed.test({"url": "urn:" + "b" * 39})
