"""adapters.v2_to_fhir.draft: what a message says of a resource."""

from adapters.v2_to_fhir.draft import Draft, choice_of


def test_the_first_to_fill_an_element_keeps_it() -> None:
    draft = Draft("Patient", "1")
    draft.put("deceasedDateTime", "2026")
    draft.put("deceasedBoolean", True)
    draft.put("multipleBirthBoolean", False)
    draft.put("birthDate", "")
    assert draft.elements == {"deceasedDateTime": "2026", "multipleBirthBoolean": False}
    assert draft.reference == "Patient/1"


def test_lists_remember_their_fields() -> None:
    draft = Draft("Patient", "1")
    draft.add("identifier", "PID-3", [{"system": "s", "value": "1", "use": "official"}])
    draft.add("identifier", "PID-19", [{"system": "s", "value": "1"}, {"system": "s", "value": "2"}])
    draft.add("identifier", "PID-4", [])
    assert [one["value"] for one in draft.elements["identifier"]] == ["1", "2"]
    assert draft.lists["identifier"] == {"PID-3": 1, "PID-19": 1, "PID-4": 0}


def test_choices() -> None:
    assert choice_of("valueQuantity") == "value[x]"
    assert choice_of("valueset") == "valueset"
    assert choice_of("period.start") == "period.start"


def test_an_element_remembers_the_places_that_it_was_read_from() -> None:
    draft = Draft("Patient", "1", place="PID[1]-7")
    draft.put("birthDate", "2020")
    draft.place = "PID[1]-13"
    draft.put("birthDate", "2021")
    draft.add("telecom", "PID-13", [{"system": "phone", "value": "1"}])
    draft.place = "PID[1]-14"
    draft.add("telecom", "PID-14", [{"system": "phone", "value": "1"}])
    draft.add("telecom", "PID-14", [{"system": "phone", "value": "2"}])
    draft.place = ""
    draft.put("active", True)
    assert draft.origins == {"birthDate": ["PID[1]-7"], "telecom": ["PID[1]-13", "PID[1]-14"]}
