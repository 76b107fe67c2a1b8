import pytest

from fhir.resource import Resource
from fhir.summary.form import Way, way_of


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("地塞米松片", Way.MOUTH),
        ("阿莫西林胶囊 0.25g*24粒", Way.MOUTH),
        ("血栓通胶囊", Way.MOUTH),
        ("布洛芬口服混悬液", Way.MOUTH),
        ("Metformin 500 mg tablets", Way.MOUTH),
        ("地塞米松乳膏", Way.SKIN),
        ("Dexamethasone cream", Way.SKIN),
        ("地塞米松磷酸钠注射液", Way.NEEDLE),
        ("注射用头孢曲松钠", Way.NEEDLE),
        ("红霉素眼膏", Way.EYE),
        ("氧氟沙星滴耳液", Way.EAR),
        ("糠酸莫米松鼻喷雾剂", Way.NOSE),
        ("布地奈德粉吸入剂", Way.AIRWAYS),
        ("克霉唑阴道片", Way.VAGINA),
        ("双氯芬酸钠栓 50mg", Way.RECTUM),
        ("地塞米松", None),
        ("Rivaroxaban", None),
    ],
)
def test_the_way_by_the_name(name: str, way: Way | None) -> None:
    assert way_of({}, {"text": name}) is way


@pytest.mark.parametrize(
    "resource",
    [
        {"dosageInstruction": [{"route": {"text": "外用"}}]},
        {"dosage": [{"text": "外涂 每日2次"}]},
    ],
)
def test_else_by_the_route_or_the_words_of_the_dosage(resource: Resource) -> None:
    assert way_of(resource, {"text": "地塞米松"}) is Way.SKIN


def test_the_form_of_the_medication_goes_before_the_route() -> None:
    taken = {"dosageInstruction": [{"route": {"text": "口服"}}]}
    assert way_of(taken, {"text": "x"}, {"text": "栓剂"}) is Way.RECTUM
