from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_haemoglobin_rises_under_iron(region: Region) -> None:
    for resident in residents(region, "anaemia"):
        numbers = values(region, resident, "hemoglobin")
        assert numbers == sorted(numbers)
        assert "iron" in drugs(region, resident)
