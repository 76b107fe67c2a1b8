from services.demo.region import Region
from tests.unit.services.demo.stories.sense import events, residents


def test_elders_are_vaccinated_in_autumn(region: Region) -> None:
    for resident in residents(region, "elder"):
        assert resident.age(region.until) >= 65
        given = [
            dose for event in events(region, resident) for dose in event.doses if dose.vaccine == "influenza"
        ]
        assert [dose.given.month in (10, 11) for dose in given] == [True]
