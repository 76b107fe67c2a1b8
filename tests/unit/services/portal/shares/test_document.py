from services.portal.shares.document import SECTIONS, _chosen
from tests.support import people

FILE = people.five_diseases()


def test_only_the_chosen_sections_and_of_the_person_no_number() -> None:
    chosen = list(_chosen(FILE, ["allergies"]))
    assert {each["resourceType"] for each in chosen} == {"Patient", "AllergyIntolerance", "Organization"}
    person = next(each for each in chosen if each["resourceType"] == "Patient")
    assert person.keys() <= {"resourceType", "id", "name", "gender", "birthDate"}


def test_everything_chosen_is_every_clinical_line() -> None:
    chosen = {id(each) for each in _chosen(FILE, list(SECTIONS))}
    for types in (types for _, types in SECTIONS.values()):
        for resource in FILE.of(*types):
            assert id(resource) in chosen
