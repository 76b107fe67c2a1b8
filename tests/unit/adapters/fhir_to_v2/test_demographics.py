"""Demographics of a Patient as fields of PID."""

from adapters.fhir_to_v2 import demographics

REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"


def test_the_official_name_comes_first_and_old_ones_not_at_all() -> None:
    names = [
        {"use": "nickname", "text": "小明"},
        {"use": "old", "family": "李"},
        {"use": "official", "family": "王", "given": ["小明"], "prefix": ["Dr"]},
    ]
    assert demographics.names(names) == [
        ("王", "小明", "", "", "Dr", "", "L", ""),
        ("小明", "", "", "", "", "", "N", ""),
    ]


def test_further_given_names_and_the_writing() -> None:
    name = {
        "family": "Smith",
        "given": ["John", "Q", "R"],
        "extension": [{"url": REPRESENTATION, "valueCode": "ABC"}],
    }
    assert demographics.names([name]) == [("Smith", "John", "Q R", "", "", "", "", "A")]


def test_addresses_in_parts_or_whole() -> None:
    parts = {"line": ["1 Road", "Flat 2", "Door 3"], "city": "Chengdu", "district": "Wuhou", "use": "work"}
    whole = {"text": "四川省成都市锦绣路1号", "type": "postal"}
    assert demographics.addresses([parts, whole, {"use": "old", "text": "x"}]) == [
        ("1 Road", "Flat 2 Door 3", "Chengdu", "", "", "", "O", "Wuhou"),
        ("四川省成都市锦绣路1号", "", "", "", "", "", "M", ""),
    ]


def test_telephones_at_home_and_at_work() -> None:
    points = [
        {"system": "phone", "value": "1", "use": "mobile"},
        {"system": "email", "value": "a@b", "use": "home"},
        {"system": "fax", "value": "2", "use": "work"},
        {"system": "phone", "value": "3", "use": "old"},
    ]
    assert demographics.phones(points, work=False) == [("1", "PRN", "CP"), ("", "NET", "Internet", "a@b")]
    assert demographics.phones(points, work=True) == [("2", "WPN", "FX")]


def test_sex_and_birth_date() -> None:
    genders = ("male", "female", "other", "unknown", "")
    assert [demographics.sex(each) for each in genders] == ["M", "F", "O", "U", ""]
    days = ("1980", "1980-02", "1980-02-03")
    assert [demographics.day(each) for each in days] == ["1980", "198002", "19800203"]
