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


def test_missing_looks_wherever_a_parameter_leaves_entries() -> None:
    found = missing("T.k", absent=False).filter(str, {})
    bounds = {"$elemMatch": {"$gte": "T.k|", "$lt": "T.k}"}}
    assert {"tokens": bounds} in found["$or"]
    assert {"dates.p": {"$in": ["T.k", "T.k~"]}} in found["$or"]
    assert "T.k|" <= "T.k|code" < "T.k}"
    assert not "T.k|" <= "T.k-more|code" < "T.k}"
    assert not "T.k|" <= "T.k:text|code" < "T.k}"
    assert missing("T.k", absent=True).filter(str, {}) == {"$nor": [found]}
