from services.demo.house import centre_of, houses


def test_five_hospitals_and_eight_centres() -> None:
    assert sum(house.centre for house in houses()) == 8
    assert len(houses()) == 13


def test_the_houses_differ_in_all_that_matters() -> None:
    dialects = [house.dialect for house in houses()]
    assert {each.version for each in dialects} == {"2.3.1", "2.4", "2.5.1"}
    assert {each.charset for each in dialects} == {"utf-8", "gb18030"}
    assert {each.structure for each in dialects} == {True, False}
    assert {each.name for each in dialects} == {"whole", "parts"}
    assert {each.identifiers for each in dialects} == {"kinds", "local_kinds", "pid19", "outside"}
    assert {each.loinc for each in dialects} == {"first", "second", "none"}
    assert len({each.msh18 for each in dialects}) >= 6
    assert any(not each.msh18 and each.charset == "gb18030" for each in dialects)
    assert any(each.z for each in dialects)


def test_no_two_hospitals_speak_alike() -> None:
    hospitals = [house.dialect for house in houses() if not house.centre]
    assert len(set(hospitals)) == len(hospitals)


def test_every_name_says_that_it_is_a_demonstration() -> None:
    assert all("演示" in house.name for house in houses())


def test_a_district_has_its_centre() -> None:
    assert centre_of("双流区").code == "SLSQ"
