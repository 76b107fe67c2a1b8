"""adapters.v2_to_fhir.resources.related_person: next of kin and contacts."""

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def test_kin_is_a_related_person_and_a_contact() -> None:
    made = converted("PID|||P1", "NK1|1|李四|1^配偶||13900000002")
    (person,) = resources(made, "RelatedPerson")
    (patient,) = resources(made, "Patient")
    assert person["patient"] == {"reference": f"Patient/{patient['id']}"}
    assert person["relationship"] == patient["contact"][0]["relationship"]


def test_an_employer_is_a_contact_only() -> None:
    made = converted("PID|||P1", "NK1|1|某厂|EMR")
    assert drafts(made, "RelatedPerson") == []
    assert resources(made, "Patient")[0]["contact"][0]["name"]["text"] == "某厂"


def test_nobody_is_listed() -> None:
    made = converted("PID|||P1", "NK1|1||1^配偶")
    assert drafts(made, "RelatedPerson") == []
    assert "NK1[1]" in made.unmapped


def test_the_same_kin_is_known_again() -> None:
    one = converted("PID|||P1", "NK1|1|李四|1^配偶||1")
    other = converted("PID|||P1", "NK1|3|李四|1^配偶||2")
    assert drafts(one, "RelatedPerson")[0].id == drafts(other, "RelatedPerson")[0].id
