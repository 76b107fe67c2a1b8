from services.demo.house import house
from services.demo.source import source
from services.labelling import SYNTHETIC


def test_a_house_is_registered_under_its_msh_4() -> None:
    registered = source(house("CHZXY"))
    assert registered.code == "CHZXY"
    assert registered.organization == "Organization/demo-chenghua-integrated"
    assert registered.charset == "GB18030"
    assert source(house("WHSQ")).charset == "UTF-8"
    assert SYNTHETIC == "HTEST"
