from fhir.terminology.concept import concept_of, in_language, standard_names, value_of

_NAMES = standard_names([{"code": "dead", "uri": "http://hl7.org/fhir/concept-properties#inactive"}])


def test_a_code_system_may_name_a_standard_property_otherwise() -> None:
    assert _NAMES["inactive"] == {"inactive", "dead"}
    retired = concept_of({"code": "a", "property": [{"code": "dead", "valueBoolean": True}]}, _NAMES)
    assert (retired.inactive, concept_of({"code": "b"}, _NAMES).inactive) == (True, False)


def test_what_is_said_of_a_concept() -> None:
    element = {
        "code": "a", "display": "Male",
        "designation": [{"language": "zh-CN", "value": "男"}],
        "property": [{"code": "weight", "valueInteger": 3}, {"code": "weight", "valueInteger": 4}],
    }  # fmt: skip
    concept = concept_of(element, _NAMES)
    assert list(concept.values("weight")) == [3, 4]
    assert (concept.name(), concept.name("zh"), concept.name("fr")) == ("Male", "男", "Male")
    assert value_of({"code": "x"}) is None


def test_the_same_language_goes_before_a_wider_one() -> None:
    spoken = [{"language": "zh", "value": "a"}, {"language": "zh-TW", "value": "b"}]
    assert [in_language(spoken, tag) for tag in ("zh-TW", "zh-CN", "en")] == ["b", "a", None]
