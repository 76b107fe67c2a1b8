from services.demo.region import Region
from tests.unit.services.demo.stories.sense import residents, values


def test_the_prostate_is_a_matter_of_men_from_fifty_on(region: Region) -> None:
    seen = [each for each in region.residents if values(region, each, "psa")]
    assert seen
    for resident in seen:
        assert resident.sex == "male"
        assert resident.age(region.until) >= 50


def test_healthy_people_have_healthy_values(region: Region) -> None:
    for resident in residents(region, "checkup"):
        assert all(3.9 <= value <= 6.1 for value in values(region, resident, "glucose"))
        assert all(16 < value < 32 for value in values(region, resident, "bmi"))
