from fhir.summary.dosage import dosage_text


def test_the_sources_own_text_goes_first() -> None:
    assert dosage_text([{"text": "每晚一片"}, {"text": "必要时"}]) == "每晚一片；必要时"


def test_is_made_from_dose_timing_and_route() -> None:
    repeat = {"frequency": 2, "period": 1, "periodUnit": "d"}
    dose = {"doseQuantity": {"value": 5, "unit": "mg"}}
    instruction = {"doseAndRate": [dose], "timing": {"repeat": repeat}, "route": {"text": "口服"}}
    assert dosage_text([instruction]) == "5 mg 每天2次 口服"
    assert dosage_text({"timing": {"code": {"text": "BID"}, "repeat": repeat}}) == "BID"
    assert dosage_text({"timing": {"repeat": repeat | {"period": 8, "periodUnit": "h"}}}) == "每8小时2次"


def test_nothing_said() -> None:
    assert dosage_text(None) == dosage_text([{}]) == dosage_text({"timing": {"repeat": {}}}) == ""


def test_the_dose_stands_before_a_text_that_lacks_it() -> None:
    rate = [{"doseQuantity": {"value": 5, "unit": "mg"}}]
    assert dosage_text([{"text": "口服，每日一次", "doseAndRate": rate}]) == "5 mg 口服，每日一次"
    assert dosage_text([{"text": "每次5 mg", "doseAndRate": rate}]) == "每次5 mg"
