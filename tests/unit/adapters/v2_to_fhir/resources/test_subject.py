"""adapters.v2_to_fhir.resources.subject: belonging, and keys."""

from adapters.v2_to_fhir.resources.subject import concept_key, said_key
from tests.unit.adapters.v2_to_fhir.given import context, converted, drafts


def test_a_concept_is_known_by_its_own_code_else_by_its_words() -> None:
    translated = {"coding": [{"system": "t", "code": "1"}, {"system": "s", "code": "a"}], "text": "x"}
    where = context()
    assert concept_key(where, translated) == "s^a"
    assert concept_key(where, {"text": "x"}) == "x"
    assert concept_key(where, None) == ""


def test_where_nothing_else_identifies_words_do_too() -> None:
    where, coding = context(), [{"system": "s", "code": "Ａ"}]
    assert said_key(where, {"coding": coding, "text": "青 霉素Ｖ"}) == "s^A^青霉素v"
    assert said_key(where, {"coding": coding, "text": "A"}) == said_key(where, {"coding": coding}) == "s^A"
    assert said_key(where, {"text": "X Y"}) == "xy"
    assert said_key(where, None) == ""


def test_all_of_a_message_belongs_to_its_patient() -> None:
    made = converted("PID|||P1", "AL1|1|DA|^a", "DG1|1||I10", "OBX|1|NM|A||1")
    (patient,) = drafts(made, "Patient")
    for draft in made.drafts:
        owner = draft.elements.get("subject") or draft.elements.get("patient")
        assert owner is None or owner == {"reference": patient.reference}
