"""The label of a source."""

from services.labelling import labelled, synthetic

_LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}


def test_a_label_comes_once_and_beside_others() -> None:
    other = {"system": "s", "code": "R"}
    resource = {"resourceType": "Task", "meta": {"versionId": "1", "security": [other]}}
    once = labelled(resource, "HTEST")
    assert once["meta"] == {"versionId": "1", "security": [other, _LABEL]}
    assert labelled(once, "HTEST") == once
    assert labelled(resource, None) is resource
    assert resource["meta"]["security"] == [other]


def test_what_tells_of_the_synthetic_is_synthetic() -> None:
    assert synthetic([{"resourceType": "Patient"}, {"meta": {"security": [_LABEL]}}]) == "HTEST"
    assert synthetic([{"resourceType": "Patient", "meta": {}}]) is None
