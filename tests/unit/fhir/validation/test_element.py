from typing import Any

from fhir.validation.element import Members, complex, constrained, repeated
from fhir.validation.finding import Finding, Findings
from fhir.validation.invariant import Invariant
from fhir.validation.member import single
from fhir.validation.primitive import TESTS


def thing(*invariants: Invariant) -> Members:
    text = single(TESTS["string"])
    return Members(
        checks={"name": text, "id": text, "valueString": text, "valueCode": text},
        steps={"name": ".name", "id": ".id", "valueString": ".value", "valueCode": ".value"},
        required=[("name", "name", frozenset({"name", "_name"}))],
        choices={"valueString": "value", "valueCode": "value"},
        invariants=list(invariants),
    )


def paths(found: Findings) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in found or []]


def ask(value: Any, *invariants: Invariant) -> list[tuple[str, str]]:
    return paths(complex(thing(*invariants))(value, {}, {}))


def test_a_whole_object() -> None:
    assert complex(thing())({"name": "a", "valueString": "b"}, {}, {}) is None


def test_not_an_object() -> None:
    assert ask([]) == ask("x") == ask(None) == [("", "structure")]


def test_empty_or_with_an_id_alone() -> None:
    assert ask({}) == [("", "structure")]
    assert ask({"id": "a"}) == [("", "invariant")]
    members = thing()
    members.required.clear()
    assert complex(members, bare=True)({"id": "a"}, {}, {}) is None
    assert complex(members, bare=True)({}, {}, {}) is not None


def test_all_faults_of_an_object() -> None:
    value = {"what": 1, "valueString": "", "valueCode": "a"}
    assert ask(value) == [
        (".what", "structure"),
        (".value", "value"),
        (".name", "required"),
        (".value", "structure"),
    ]


def test_invariants_see_only_well_formed_objects() -> None:
    short = Invariant("short (x-1)", "error", lambda value: len(value["name"]) < 3)
    assert ask({"name": "abc"}, short) == [("", "invariant")]
    assert ask({"name": 5}, short) == [(".name", "structure")]


def test_a_warning_does_not_hide_an_error() -> None:
    def warn(*_: Any) -> Findings:
        return [Finding("", "invariant", "w", "warning")]

    members = thing(Invariant("never (x-2)", "error", lambda value: False))
    members.checks["name"] = warn
    found = complex(members)({"name": "a"}, {}, {})
    assert [(one.path, one.severity) for one in found or []] == [(".name", "warning"), ("", "error")]


def test_arrays_tell_the_index() -> None:
    check = repeated(complex(thing()))
    assert check([{"name": "a"}, {"name": "b"}], {}, {}) is None
    assert paths(check([{"name": "a"}, {"name": ""}, 5], {}, {})) == [
        ("[1].name", "value"),
        ("[2]", "structure"),
    ]
    assert paths(check([], {}, {})) == paths(check({}, {}, {})) == [("", "structure")]


def test_constraints_of_one_use_of_a_type() -> None:
    plain = complex(thing())
    check = constrained(plain, [Invariant("no b (x-3)", "warning", lambda value: value["name"] != "b")])
    assert check({"name": "a"}, {}, {}) is None
    assert check({"name": "b"}, {}, {}) == [Finding("", "invariant", "no b (x-3)", "warning")]
    assert paths(check({"name": ""}, {}, {})) == [(".name", "value")]
    assert constrained(plain, []) is plain
