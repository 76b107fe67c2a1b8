"""The ABO trap of china.md: 3 is O and 4 AB in CV04.50.005, the other way round in tables of the same OID.

Whoever maps by the code's place in a list, or by the bare OID, fails here.
"""

from dataclasses import replace
from typing import Any

import pytest

from adapters.v2_to_fhir.concept_map import Code, compile_concepts
from adapters.v2_to_fhir.conversion import Conversion
from adapters.v2_to_fhir.source import Source
from tests.unit.adapters.v2_to_fhir.given import LOCAL, SOURCE, converted, resources

OID = "2.16.156.10011.2.3.1.85"
ABO, LOINC = f"urn:oid:{OID}", "http://loinc.org"
PID = "PID|1||P1||张三HTEST||19580312|M"


def answered(answer: str, source: Source = SOURCE, question: str = "883-9^ABO血型^LN") -> Conversion:
    lines = PID, "OBR|1||F1|X^X^LN", f"OBX|1|CE|{question}||{answer}||||||F"
    return converted(*lines, source=source, kind="ORU^R01")


def value(conversion: Conversion) -> list[dict[str, Any]]:
    (observation,) = resources(conversion, "Observation")
    found: list[dict[str, Any]] = observation["valueCodeableConcept"]["coding"]
    return found


@pytest.mark.parametrize(
    "answer",
    [
        "{code}^^CV04.50.005",
        "{code}^^ABO血型代码表",
        "{code}^{words}^CV04.50.005",
        "{code}^^" + OID + "^^^^CV04.50.005",
        "{code}^{words}型^urn:oid:" + OID + "^^^^CV04.50.005-2011",
        "X^^L^{code}^^CV04.50.005",
    ],
)
@pytest.mark.parametrize(("code", "words"), [("3", "O"), ("4", "AB")])
def test_a_code_counts_by_the_name_of_its_table(answer: str, code: str, words: str) -> None:
    coding = value(answered(answer.format(code=code, words=words)))[-1]
    assert (coding["system"], coding["version"], coding["code"]) == (ABO, "CV04.50.005-2011", code)


@pytest.mark.parametrize("code", ["1", "2", "3", "4", "5"])
@pytest.mark.parametrize("answer", ["{}^^" + OID, "{}^^urn:oid:" + OID, "{}^^" + OID + "^^^^OTHER"])
def test_the_bare_oid_is_no_blood_group(answer: str, code: str) -> None:
    conversion = answered(answer.format(code))
    name = answer.split("^")[2].partition("^")[0]
    (coding,) = value(conversion)
    assert coding["system"].startswith(f"{LOCAL}:code:")
    assert coding["code"] == code
    (waiting,) = conversion.unknown
    assert waiting.code == code
    assert waiting.system == coding["system"]
    assert OID in name


@pytest.mark.parametrize("answer", ["3", "4", "3^AB型", "3^O型"])
def test_a_bare_answer_to_the_question_waits_for_a_map(answer: str) -> None:
    conversion = answered(answer)
    assert conversion.unknown == {Code(f"{LOCAL}:answer:883-9", answer[0]): "OBX-5"}
    (coding,) = value(conversion)
    assert (coding["system"], coding["code"]) == (f"{LOCAL}:code", answer[0])


def test_bare_answers_to_other_questions_are_left_alone() -> None:
    assert answered("3", question="5778-6^Color^LN").unknown == {}


@pytest.mark.parametrize("question", ["ABO^ABO血型^HX", "XX^血型鉴定", "10331-7^^LN", "882-1^^LN"])
def test_questions_about_a_blood_group(question: str) -> None:
    asked = [code for code in answered("3", question=question).unknown if ":answer:" in code.system]
    assert [code.system for code in asked] == [f"{LOCAL}:answer:{question.partition('^')[0]}"]


@pytest.mark.parametrize("words", ["AB型", "ＡＢ型", "AB", "AB型血", "A型", "RhD阳性 AB型", "不详"])
def test_words_that_contradict_the_table_are_no_blood_group(words: str) -> None:
    conversion = answered(f"3^{words}^CV04.50.005")
    assert value(conversion)[0]["system"] == f"{LOCAL}:code:CV04.50.005"
    assert Code(f"{LOCAL}:code:CV04.50.005", "3") in conversion.unknown
    assert any("mean different things" in each for each in conversion.warnings)
    assert not any(words in each for each in conversion.warnings)


@pytest.mark.parametrize("words", ["O型", "O", "Group O", "O型 RhD阳性", "见报告"])
def test_words_that_agree_or_say_nothing(words: str) -> None:
    assert value(answered(f"3^{words}^CV04.50.005"))[0]["version"] == "CV04.50.005-2011"


def test_a_code_that_the_table_does_not_have() -> None:
    assert value(answered("9^^CV04.50.005"))[0]["system"] == f"{LOCAL}:code:CV04.50.005"


def test_an_overlay_names_the_table_of_a_source_s_oid() -> None:
    named = replace(SOURCE, systems={OID: f"{ABO}|CV04.50.005"})
    (coding,) = value(answered(f"3^^{OID}", named))
    assert (coding["system"], coding["version"]) == (ABO, "CV04.50.005-2011")
    unnamed = replace(SOURCE, systems={OID: ABO})
    assert value(answered(f"3^^{OID}", unnamed))[0]["system"] == f"{LOCAL}:code:{OID}"


def test_a_map_of_the_source_tells_what_its_bare_answers_mean() -> None:
    """A hospital with the other order: its 3 is AB."""
    target = {"code": "LA28449-9", "equivalence": "equivalent", "display": "Group AB"}
    group = {
        "source": f"{LOCAL}:answer:883-9",
        "target": LOINC,
        "element": [{"code": "3", "target": [target]}],
    }
    concepts = compile_concepts([{"resourceType": "ConceptMap", "id": "m", "group": [group]}])
    conversion = answered("3", replace(SOURCE, concepts=concepts))
    assert conversion.unknown == {}
    assert [each["code"] for each in value(conversion)] == ["LA28449-9", "3"]


def test_a_target_in_a_shared_oid_keeps_its_table() -> None:
    element = {"code": "3", "target": [{"code": "4", "equivalence": "equivalent"}]}
    group = {"source": f"{LOCAL}:answer:883-9", "target": ABO, "targetVersion": "CV04.50.005-2011"}
    maps = [{"resourceType": "ConceptMap", "id": "m", "group": [group | {"element": [element]}]}]
    (coding, _) = value(answered("3", replace(SOURCE, concepts=compile_concepts(maps))))
    assert coding == {"system": ABO, "version": "CV04.50.005-2011", "code": "4"}


@pytest.mark.parametrize(
    ("name", "version"), [("ICD10CN", "GB/T14396-2016"), ("GB/T 14396-2016", "GB/T14396-2016")]
)
def test_diagnoses_by_the_table_s_name_keep_it(name: str, version: str) -> None:
    conversion = converted(PID, f"DG1|1||I10.x00^高血压^{name}", kind="ADT^A01")
    (condition,) = resources(conversion, "Condition")
    assert condition["code"]["coding"][0]["version"] == version
    assert conversion.unknown == {}
