from fhir.definitions.compile_canonicals import BEFORE, exceptions


def test_only_what_does_not_follow_is_kept() -> None:
    definitions = [
        {"url": f"{BEFORE}Patient-name", "code": "name", "base": ["Patient"]},
        {"url": f"{BEFORE}clinical-code", "code": "code", "base": ["Observation", "Condition"]},
        {"url": "http://elsewhere/x", "code": "x", "base": ["Patient"]},
    ]
    assert exceptions(definitions) == {
        "Observation": {"code": "clinical-code"},
        "Condition": {"code": "clinical-code"},
    }
