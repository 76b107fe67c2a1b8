"""What other sources made of the same code or words; of bare blood groups never by the code."""

from typing import Any

from adapters.v2_to_fhir.concept_map import Code
from services.mapping import Target
from services.portal.codes.usage import Usage
from services.unmapped_codes import Waiting

LOINC = "http://loinc.org"


def map_of(
    source: str, system: str, code: str, words: str, target: str, kind: str = "equivalent"
) -> dict[str, Any]:
    urn = f"urn:furong:source:{source}"
    element = {"code": code, "display": words, "target": [{"code": target, "equivalence": kind}]}
    group = {"source": f"{urn}:{system}", "target": LOINC, "element": [element]}
    return {"resourceType": "ConceptMap", "sourceUri": urn, "group": [group]}


def asked(system: str, code: str) -> Waiting:
    return Waiting("t", "A", Code(f"urn:furong:source:A:{system}", code), {})


def test_the_same_code_and_the_same_words_are_counted_by_source() -> None:
    usage = Usage([
        map_of("A", "code:LIS", "GLU", "葡萄糖", "1"),
        map_of("B", "code:LIS", "GLU", "血糖", "2345-7"),
        map_of("C", "code:LIS", "G1", "葡萄糖", "2345-7"),
        map_of("D", "code:LIS", "G2", "葡萄糖", "9", "inexact"),
    ])  # fmt: skip
    peers = usage.peers(asked("code:LIS", "GLU"), "urn:furong:source:A", ["葡萄糖"])
    assert peers.same_code == {Target(LOINC, "2345-7"): 1}
    assert peers.same_words == {Target(LOINC, "2345-7"): 1}
    elsewhere = usage.peers(asked("code:HIS", "GLU"), "urn:furong:source:A", ["葡萄糖"])
    assert (elsewhere.same_code, elsewhere.same_words) == ({}, {})


def test_a_bare_blood_group_is_not_taken_from_another_hospital() -> None:
    """Its 3 is AB, ours may be O."""
    for system in ("answer:883-9", "code:2.16.156.10011.2.3.1.85", "code:CV04.50.005"):
        usage = Usage([map_of("B", system, "3", "AB型", "LA28449-9")])
        peers = usage.peers(asked(system, "3"), "urn:furong:source:A", [])
        assert (peers.same_code, peers.same_words) == ({}, {})
        assert usage.peers(asked(system, "4"), "urn:furong:source:A", ["AB型"]).same_words
