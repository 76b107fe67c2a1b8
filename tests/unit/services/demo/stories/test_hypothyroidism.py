from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_tsh_falls_under_levothyroxine(region: Region) -> None:
    for resident in residents(region, "hypothyroidism"):
        numbers = values(region, resident, "tsh")
        assert numbers[0] - numbers[-1] > 6
        assert "levothyroxine" in drugs(region, resident)
