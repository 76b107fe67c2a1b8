import pytest

from fhir.summary.frequency import Frequency, frequency


@pytest.mark.parametrize(
    ("said", "chinese", "english"),
    [
        ("QD", "每天1次", "once a day"),
        ("每日一次", "每天1次", "once a day"),
        ("2次/日", "每天2次", "twice a day"),
        ("一天四次", "每天4次", "4 times a day"),
        ("每12小时一次", "每12小时1次", "every 12 hours"),
        ("隔日一次", "每2天1次", "every other day"),
        ("TIW", "每周3次", "three times a week"),
        ("每晚", "每晚1次", "every night"),
    ],
)
def test_is_said_in_both_languages(said: str, chinese: str, english: str) -> None:
    found = frequency(said)
    assert found
    assert (found.chinese, found.english) == (chinese, english)


@pytest.mark.parametrize("said", ["", "遵医嘱", "每日三次饭后", "Q0H", "BIDX", "每日2-3次"])
def test_what_is_no_known_frequency_as_a_whole_is_none(said: str) -> None:
    assert frequency(said) is None


def test_a_span_is_no_frequency() -> None:
    assert Frequency.of({"frequency": 2, "frequencyMax": 3, "period": 1, "periodUnit": "d"}) is None


def test_agrees_by_what_it_amounts_to() -> None:
    day, hours = frequency("QD"), frequency("每24小时")
    assert day
    assert hours
    assert day.agrees(hours)
