from datetime import date

from fhir.matching import citizen_number
from services.demo.people import population
from services.demo.region import Region


def test_every_citizen_number_is_valid_and_fits_the_person(region: Region) -> None:
    numbers = [each.number for each in region.residents if each.number]
    assert len(set(numbers)) == len(numbers) > 180
    for resident in region.residents:
        if resident.number:
            assert citizen_number.valid(resident.number) == resident.number
            assert citizen_number.birth_date(resident.number) == resident.birth
            assert citizen_number.sex(resident.number) == resident.sex


def test_newborns_and_one_elder_have_no_number(region: Region) -> None:
    without = [each for each in region.residents if each.number is None]
    assert sorted({each.story for each in without}) == ["elder", "newborn"]
    assert sum(each.story == "elder" for each in without) == 1


def test_names_that_systems_get_wrong_are_there(region: Region) -> None:
    names = "".join(each.name for each in region.residents)
    assert all(sign in names for sign in "㛃䶮珅玘琝")
    assert any(ord(sign) > 0xFFFF for sign in names)
    families = {each.family for each in region.residents}
    assert families >= {"单", "仇", "解", "查", "曾", "吕", "尉迟", "万俟", "欧阳"}
    assert any(len(each.name) >= 9 and "·" in each.name for each in region.residents)


def test_all_ages_live_in_the_region(region: Region) -> None:
    ages = [each.age(region.until) for each in region.residents]
    assert min(ages) == 0
    assert max(ages) > 90
    assert all(any(low <= age < low + 10 for age in ages) for low in range(0, 90, 10))


def test_phones_are_of_a_prefix_that_nobody_has(region: Region) -> None:
    phones = [each.phone for each in region.residents]
    assert all(phone.startswith("154") and len(phone) == 11 for phone in phones)


def test_a_child_is_younger_than_its_mother_and_has_a_file_of_its_own(region: Region) -> None:
    mothers = [each for each in region.residents if each.child]
    assert len(mothers) == 4
    for mother in mothers:
        assert mother.sex == "female"
        assert mother.child in region.residents
        assert mother.child is not None
        assert mother.child.kin.name == mother.name


def test_near_twins_differ_in_their_numbers_only_by_the_sequence(region: Region) -> None:
    first, second = (each for each in region.residents if each.name in ("周志明", "周志鹏"))
    assert first.birth == second.birth
    assert first.number is not None
    assert second.number is not None
    assert first.number[:14] == second.number[:14]
    assert first.number != second.number


def test_people_are_as_old_as_they_are_on_any_last_day() -> None:
    for until in (date(2024, 2, 29), date(2026, 1, 1), date(2027, 12, 31)):
        old_man = next(each for each in population(1, until) if each.key == "old_man")
        assert old_man.age(until) == 83
