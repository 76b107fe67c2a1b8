from fhir.matching.comparison import compare
from fhir.matching.features import features
from tests.support.person import record


def test_a_telephone_that_many_share_says_nothing() -> None:
    a, b = features(record(phone="15400000001")), features(record(phone="15400000001"))
    assert compare(a, b, {"15400000001"}).words == {}


def test_words_leave_out_what_is_missing() -> None:
    one = features(record(name="王建国", sex="male"))
    assert compare(one, one).words == {"name": "same", "sex": "same"}
