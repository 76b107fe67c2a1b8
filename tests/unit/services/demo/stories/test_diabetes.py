from services.demo.region import Region
from services.demo.stories.diabetes import glucose_of
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_hba1c_and_glucose_fall_under_metformin(region: Region) -> None:
    for resident in residents(region, "diabetes"):
        hba1c, glucose = values(region, resident, "hba1c"), values(region, resident, "glucose")
        assert len(hba1c) >= 7
        assert hba1c[0] - hba1c[-1] > 1.5
        assert hba1c[-1] < 7.3
        assert glucose[0] - glucose[-1] > 2
        assert {"metformin", "metformin_full"} <= drugs(region, resident)


def test_glucose_goes_with_hba1c() -> None:
    assert 5.5 < glucose_of(6.0) < 7
    assert 11 < glucose_of(9.5) < 13
