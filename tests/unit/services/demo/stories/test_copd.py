from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_airways_stay_narrow(region: Region) -> None:
    for resident in residents(region, "copd"):
        assert all(ratio < 70 for ratio in values(region, resident, "fev1_ratio"))
        assert "tiotropium" in drugs(region, resident)


def test_an_exacerbation_ends_with_more_oxygen(region: Region) -> None:
    for resident in residents(region, "copd"):
        oxygen = values(region, resident, "po2")
        assert oxygen == [60.0, 76.0]
