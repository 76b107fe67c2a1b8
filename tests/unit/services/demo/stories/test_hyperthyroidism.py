from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_free_t4_falls_under_thiamazole(region: Region) -> None:
    for resident in residents(region, "hyperthyroidism"):
        numbers = values(region, resident, "ft4")
        assert numbers[0] - numbers[-1] > 15
        assert "thiamazole" in drugs(region, resident)
