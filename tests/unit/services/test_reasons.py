import pytest

from services.portal.console.reasons import advice
from services.reasons import CODES, code, reason
from services.worker.unusable import Unusable

WORDS = {
    "the source is not registered any more": "source-unregistered",
    "the overlay of the source does not go with the shipped maps any more": "overlay-unfit",
    "the message can't be mapped (ValueError)": "not-mappable",
    "there is no map for this kind of message yet": "no-map",
    "a segment would be lost (OBX)": "segment-lost",
    "a resource can't be stored": "not-storable",
    "the Observation would not be valid FHIR": "invalid-resource",
    "the patient's number is known for somebody else: name and birth date differ": "person-differs",
    "the number is that of another patient: a clerk must decide (PV1[1]-19)": "number-of-another",
    "the visit or account is that of another patient: a clerk must decide": "visit-of-another",
    "the patient is not known: this source's own ADT has to come first": "unknown-patient",
    "a record cannot be merged into itself (MRG[1]-1)": "same-record",
    "a record cannot be linked to itself (PID[2]-3)": "same-record",
    "the two numbers are of different assigning authorities": "authorities-differ",
    "the number that it has now is missing (PV1[1]-19)": "number-missing",
    "the patient that remains has been merged into this one before": "merge-cycle",
    "the two patients differ in name, birth date and sex: a clerk must decide": "people-differ",
    "the patients of one person carry different valid citizen numbers": "citizen-numbers-differ",
    "a steward has moved it to another patient since: the sender has to correct it": "moved-by-steward",
    "a clerk keeps the two patients apart, or the persons that they belong to": "kept-apart",
    "the application acknowledgement was not taken": "reply-undelivered",
    "this failed on our side; the log knows more": "fault-of-ours",
    "this held up its patient: it took too long, or the store did not take it": "held-up",
    "something else": "other",
}


@pytest.mark.parametrize("words", WORDS)
def test_line_63_each_reason_has_a_code(words: str) -> None:
    assert code(words) == WORDS[words]


def test_line_63_each_code_but_ours_has_an_advice_of_its_own() -> None:
    assert set(WORDS.values()) == CODES
    general = {words for words in WORDS if advice(words) == advice("something else")}
    assert {code(words) for words in general} == {"fault-of-ours", "other"}


def test_the_row_keeps_code_words_and_places() -> None:
    told = Unusable("the number is that of another patient", place="PV1[1]-19").reason
    assert (told["code"], told["issues"][0]["path"]) == ("number-of-another", "PV1[1]-19")
    assert reason("something else") == {"code": "other", "text": "something else", "issues": []}
