from typing import Any

import pytest

from fhir.validation.invariants.conformance import COMPUTABLE_NAME, RULES, computable_name
from tests.unit.fhir.validation.invariants.broken import never_broken


def ask(path: str, key: str, element: dict[str, Any]) -> bool:
    return RULES[path, key](lambda name: frozenset({name}))(element)


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == set()


@pytest.mark.parametrize(
    ("name", "computable"), [("FurongServer_1", True), ("furong", False), ("A b", False), ("芙蓉", False)]
)
def test_computable_names(name: str, computable: bool) -> None:
    assert "A-Z" in COMPUTABLE_NAME
    assert computable_name(lambda _: frozenset())({"name": name}) is computable
    assert computable_name(lambda _: frozenset())({})


@pytest.mark.parametrize(
    ("kind", "key"), [("instance", "cpb-14"), ("capability", "cpb-15"), ("requirements", "cpb-16")]
)
def test_what_each_kind_of_statement_says(kind: str, key: str) -> None:
    members = {"instance": ["implementation"], "capability": ["software"], "requirements": []}
    for other, present in members.items():
        assert ask("CapabilityStatement", key, {"kind": kind, **dict.fromkeys(present, True)}) is (
            kind == other
        )
