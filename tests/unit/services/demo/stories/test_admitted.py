from services.demo.region import Region
from tests.unit.services.demo.stories.sense import events, residents


def test_somebody_is_still_in_bed(region: Region) -> None:
    for resident in residents(region, "admitted"):
        triggers = [event.trigger for event in events(region, resident) if event.visit]
        assert triggers[0] == "A01"
        assert "A03" not in triggers
