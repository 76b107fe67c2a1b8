from fhir.search.condition import HasToken, Matches, Term, beginning, missing


def test_one_token_is_an_equality_and_several_are_one_set() -> None:
    assert HasToken((Term("a|", "s"),)).filter(str.upper, {}) == {"tokens": "a|S"}
    assert HasToken((Term("a"), Term("b"), Term("a"))).filter(str.upper, {}) == {
        "tokens": {"$in": ["a", "b"]}
    }
    assert HasToken((Term("a"),), negated=True).filter(str.upper, {}) == {"tokens": {"$nin": ["a"]}}


def test_any_of() -> None:
    assert Matches(({"a": 1},)).filter(str, {}) == {"a": 1}
    assert Matches(({"a": 1}, {"b": 2})).filter(str, {}) == {"$or": [{"a": 1}, {"b": 2}]}


def test_beginnings_reach_beyond_the_basic_plane() -> None:
    bounds = beginning("x")["tokens"]["$elemMatch"]
    assert bounds["$gte"].encode() <= "x𠮷".encode() < bounds["$lt"].encode()


def test_missing() -> None:
    assert missing("k", absent=True).filter(str, {}) == {"tokens": {"$nin": ["k"]}}
    assert missing("k", absent=False).filter(str, {}) == {"tokens": "k"}
