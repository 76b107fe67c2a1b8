from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_ldl_falls_under_a_statin(region: Region) -> None:
    for resident in residents(region, "hyperlipidaemia"):
        numbers = values(region, resident, "ldl")
        assert numbers[0] - numbers[-1] > 1
        assert "rosuvastatin" in drugs(region, resident)
