from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_urate_falls_under_febuxostat(region: Region) -> None:
    for resident in residents(region, "gout"):
        numbers = values(region, resident, "urate")
        assert numbers[0] - numbers[-1] > 120
        assert "febuxostat" in drugs(region, resident)
