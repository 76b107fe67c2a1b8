from fhir.definitions.compile_operations import compile_operation


def test_what_is_usual_is_left_out() -> None:
    definition = {
        "code": "do", "system": False, "type": True, "instance": False,
        "parameter": [
            {"name": "a", "use": "in", "min": 0, "max": "1", "type": "code"},
            {"name": "b", "use": "in", "min": 1, "max": "*"},
            {"name": "return", "use": "out", "min": 1, "max": "1", "type": "Bundle"},
        ],
    }  # fmt: skip
    assert compile_operation(definition) == {
        "code": "do",
        "levels": ["type"],
        "inputs": {"a": {"type": "code"}, "b": {"min": 1, "max": "*"}},
        "returns": "Bundle",
    }
