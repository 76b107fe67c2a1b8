from typing import Any

from fhir.validation.invariants.terminology import RULES
from tests.unit.fhir.validation.invariants.broken import never_broken


def ask(path: str, key: str, element: dict[str, Any]) -> bool:
    return RULES[path, key](lambda name: frozenset({name}))(element)


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == set()


def test_link_ids_are_unique_at_all_depths() -> None:
    element = {
        "item": [{"linkId": "1", "item": [{"linkId": "2", "item": [{"linkId": "3"}]}]}, {"linkId": "4"}]
    }
    assert ask("Questionnaire", "que-2", element)
    element["item"].append({"linkId": "3"})
    assert not ask("Questionnaire", "que-2", element)


def test_a_group_has_items_and_a_display_none() -> None:
    assert ask("Questionnaire.item", "que-1", {"type": "string"})
    assert ask("Questionnaire.item", "que-1", {"type": "group", "item": [{}]})
    assert ask("Questionnaire.item", "que-1", {"type": "display"})
    assert not ask("Questionnaire.item", "que-1", {"type": "display", "item": [{}]})
