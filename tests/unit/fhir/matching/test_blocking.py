import pytest

from fhir.matching.blocking import keys
from fhir.matching.features import features
from tests.support.person import record

NUMBER = "510104195803129013"
WANG = {"name": "王建国", "birth": "1958-03-12"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"number": NUMBER}, {"number": "510106195803129013"}),
        ({"number": NUMBER}, {"number": "510104195803129031"}),
        (WANG, WANG | {"birth": "1958-12-03"}),
        (WANG, WANG | {"birth": "1958"}),
        (WANG, WANG | {"birth": "1968-03-12"}),
        (WANG, WANG | {"name": "汪建国"}),
        (WANG, WANG | {"name": "王见过"}),
        (WANG, WANG | {"name": "章建国"}),
        (WANG, WANG | {"name": "王建军"}),
        ({"name": "王建国", "phone": "15400000001"}, {"name": "王建国", "phone": "154-00000001"}),
        ({"name": "王建国", "address": "演示路1号"}, {"name": "王建国", "address": "演示路1号"}),
        (
            {"name": "张三之女", "birth": "2024-05-06"},
            {"name": "李佳", "birth": "2024-05-06", "mother": "张三"},
        ),
        ({"card": "0a1b"}, {"card": "0A1B"}),
    ],
)
def test_what_an_error_leaves_in_one_block(one: dict[str, str], other: dict[str, str]) -> None:
    assert set(keys(features(record(**one)))) & set(keys(features(record(**other))))


def test_the_number_comes_first() -> None:
    assert keys(features(record(**WANG, number=NUMBER)))[0] == f"number|{NUMBER}"


def test_what_tells_nobody_apart_is_in_no_block() -> None:
    assert keys(features(record(name="王建国", sex="male"))) == []
    assert keys(features(record(birth="1958-03-12", sex="male"))) == []
