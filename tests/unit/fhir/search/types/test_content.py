from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.outcome import Refusal
from fhir.search.condition import AllOf
from fhir.search.entries import Entries, secret
from fhir.search.registry import parameters
from fhir.search.types import content

CONTENT, TEXT = parameters("Condition")["_content"], parameters("Condition")["_text"]


def keyed(text: str) -> str:
    return f"#{text}"


def hashes(resource: dict[str, Any]) -> list[Any]:
    entries = Entries(keyed)
    content.emit({"resourceType": "Condition", "id": "someid"} | resource, entries)
    return entries.texts


def has(resource: dict[str, Any], word: str, kind: str = "_content") -> bool:
    return secret(keyed, f"{kind}|{word}") in hashes(resource)


def test_words() -> None:
    assert list(content.words("Café-au-lait, 3.5 mg")) == ["cafe", "au", "lait", "3", "5", "mg"]
    assert list(content.words("２型糖尿病 COPD")) == [
        "2",
        "型",
        "糖",
        "尿",
        "病",
        "型糖",
        "糖尿",
        "尿病",
        "copd",
    ]
    assert list(content.words("")) == []


def test_only_what_people_read_is_content() -> None:
    resource = {
        "meta": {"tag": [{"display": "tagged"}]},
        "identifier": [{"value": "number", "assigner": {"display": "house"}}],
        "code": {"coding": [{"system": "urn:system", "code": "coded", "display": "shown"}], "text": "spoken"},
        "subject": {"reference": "Patient/referred", "display": "named"},
        "note": [{"text": "noted", "authorString": "writer"}],
        "extension": [{"url": "urn:url", "valueString": "extended"}],
        "contained": [{"resourceType": "Basic", "id": "x", "code": {"text": "inner"}}],
    }
    for word in ("shown", "spoken", "named", "noted", "writer", "extended", "inner"):
        assert has(resource, word), word
    for word in ("number", "coded", "system", "referred", "url", "someid", "condition", "basic"):
        assert not has(resource, word), word


def test_the_narrative_is_read_without_its_marks() -> None:
    resource = {"text": {"status": "generated", "div": '<div class="x">A&amp;B <b>bold</b>text</div>'}}
    assert has(resource, "bold", "_text")
    assert has(resource, "b", "_text")
    assert not has(resource, "div", "_text")
    assert not has(resource, "bold"), "once is enough: _content asks for both"


def test_a_resource_leaves_a_bounded_number_of_words() -> None:
    many = {"note": [{"text": " ".join(f"w{number}" for number in range(100))} for _ in range(3)]}
    assert len(hashes(many)) == 100
    huge = {"note": [{"text": " ".join(f"w{number}" for number in range(9000))}]}
    assert len(hashes(huge)) == content.MOST_WORDS


def test_content_asks_for_the_narrative_too() -> None:
    one = content.condition(CONTENT, "", ["bone"]).filter(keyed, {})
    assert one == {"texts": {"$in": [secret(keyed, "_content|bone"), secret(keyed, "_text|bone")]}}
    assert content.condition(TEXT, "", ["bone"]).filter(keyed, {}) == {"texts": secret(keyed, "_text|bone")}


def test_a_word_of_chinese_is_its_pairs() -> None:
    assert isinstance(content.condition(TEXT, "", ["糖尿病"]), AllOf)
    assert content.condition(TEXT, "", ["糖"]).filter(keyed, {}) == {"texts": secret(keyed, "_text|糖")}


@given(st.text(max_size=60))
def test_every_word_of_a_text_finds_it(given: str) -> None:
    found = hashes({"note": [{"text": given}]})
    for word in content.words(given):
        assert secret(keyed, f"_content|{word}") in found


@given(st.text(max_size=200))
def test_any_narrative_is_read(given: str) -> None:
    assert isinstance(hashes({"text": {"div": f"<div>{given}</div>"}}), list)


def test_a_narrative_of_open_brackets_takes_no_time() -> None:
    started = process_time()
    hashes({"text": {"div": "<" * 200_000}})
    assert process_time() - started < 2


@pytest.mark.parametrize("deep", ["(" * 51 + "bone" + ")" * 51, "NOT " * 51 + "bone", "(" * 100_000])
def test_how_deep_a_question_may_be_is_told(deep: str) -> None:
    with pytest.raises(Refusal, match="nested at most 50 deep"):
        content.condition(TEXT, "", [deep])
    content.condition(TEXT, "", ["(" * 50 + "bone" + ")" * 50])
