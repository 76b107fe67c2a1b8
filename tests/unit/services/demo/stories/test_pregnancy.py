from services.demo.region import Region
from tests.unit.services.demo.stories.sense import diagnoses, events, residents, values


def test_a_pregnancy_goes_on_week_by_week_to_the_birth(region: Region) -> None:
    for mother in residents(region, "pregnancy"):
        weeks = values(region, mother, "gestation")
        assert weeks == sorted(weeks)
        assert weeks[-1] == 39
        assert "delivery" in diagnoses(region, mother)
        assert mother.child is not None
        stay = next(event for event in events(region, mother) if event.trigger == "A01")
        assert 0 <= (mother.child.birth - stay.time.date()).days <= 1


def test_the_birth_is_told_by_the_hospital_of_the_mother(region: Region) -> None:
    for mother in residents(region, "pregnancy"):
        assert mother.child is not None
        birth = events(region, mother.child)[0]
        assert birth.trigger == "A01"
        assert birth.house == mother.hospitals[0]
        assert birth.time.date() == mother.child.birth


def test_only_women_of_that_age_are_pregnant(region: Region) -> None:
    for resident in region.residents:
        if diagnoses(region, resident) & {"pregnancy", "delivery"}:
            assert resident.sex == "female"
            assert 18 <= resident.age(region.until) <= 45
