import pytest

from fhir.matching.comparison import LEVELS, compare
from fhir.matching.features import features
from fhir.matching.model import Model, blank, parse, shipped
from tests.support.person import record


def test_the_shipped_model_says_something_of_every_level() -> None:
    for feature, levels in LEVELS.items():
        assert set(shipped().chances[feature]) == set(levels) - {"missing", "initials"}
        best, worst = shipped().bits[list(LEVELS).index(feature)][0], levels.index("different")
        assert best > 0 > shipped().bits[list(LEVELS).index(feature)][worst]


def test_a_model_is_read_as_it_is_written() -> None:
    assert parse(shipped().text) == shipped()


def test_the_weight_is_the_sum_of_the_levels_and_the_prior() -> None:
    model = Model.of("test", 1, 0, {"sex": {"same": (0.5, 0.125)}, "name": {"same": (0.5, 0.25)}})
    one = features(record(name="王建国", sex="male"))
    assert model.weight(compare(one, one), population=8) == pytest.approx(2 + 1 - 3)
    assert model.weight(compare(one, one), population=8, frequency=0.125) == pytest.approx(2 + 2 - 3)


def test_a_frequent_name_weighs_less() -> None:
    one = features(record(name="王伟", birth="1985-10-11"))
    levels = compare(one, one)
    rare, frequent = (shipped().weight(levels, 1e6, share) for share in (1e-6, 1e-3))
    assert rare > frequent + 9


def test_nothing_says_anything_by_a_blank_model() -> None:
    one = features(record(name="王伟", birth="1985-10-11"))
    assert blank().weight(compare(one, one), population=1024) == -10
