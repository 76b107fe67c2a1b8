from services.demo.region import Region
from tests.unit.services.demo.stories.sense import events, residents


def test_the_child_has_a_provisional_name_until_it_is_registered(region: Region) -> None:
    for child in residents(region, "newborn"):
        story = events(region, child)
        assert story[0].resident.name == child.kin.name + ("之女" if child.sex == "female" else "之子")
        assert story[-1].resident.name == child.name
        assert all(event.resident.number is None for event in story)
