from services.demo.region import Region
from tests.unit.services.demo.stories.sense import diagnoses, events, residents, values


def test_nobody_is_born_yet(region: Region) -> None:
    for resident in residents(region, "expecting"):
        assert "delivery" not in diagnoses(region, resident)
        assert 20 <= values(region, resident, "gestation")[-1] <= 32
        assert (region.until - events(region, resident)[-1].time.date()).days < 60
