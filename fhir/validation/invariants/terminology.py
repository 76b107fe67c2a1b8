"""Constraints of code systems, value sets, concept maps and questionnaires.

FHIR R4 resourcelist.html: Terminology module, Questionnaire.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir.validation.invariant import (
    Rules,
    apart,
    both,
    demands,
    distinct,
    has,
    holds,
    needs,
    never_when,
    only_when,
    some,
)

_ANSWERS = ("choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity")
_LONG = ("boolean", "decimal", "integer", "string", "text", "url", "open-choice")


def _tree(element: Mapping[str, Any], branch: str, member: str) -> Iterator[Any]:
    """The values of `member` in all objects below `element`, level by level through `branch`."""
    for child in element.get(branch, ()):
        if member in child:
            yield child[member]
        yield from _tree(child, branch, member)


def _grouped(element: Mapping[str, Any]) -> bool:
    kind = element.get("type")
    return (kind != "group" or "item" in element) and (kind != "display" or "item" not in element)


def _initial_once(element: Mapping[str, Any]) -> bool:
    return element.get("repeats") is True or len(element.get("initial", ())) <= 1


RULES: Rules = {
    ("CodeSystem", "csd-1"): holds(lambda element: distinct(_tree(element, "concept", "code"))),
    ("ConceptMap.group.element.target", "cmd-1"): holds(
        lambda element: has(element, "comment") or element.get("equivalence") not in ("narrower", "inexact")
    ),
    ("ConceptMap.group.unmapped", "cmd-2"): demands("mode", ["fixed"], "code"),
    ("ConceptMap.group.unmapped", "cmd-3"): demands("mode", ["other-map"], "url"),
    ("Questionnaire", "que-2"): holds(lambda element: distinct(_tree(element, "item", "linkId"))),
    ("Questionnaire.item", "que-1"): holds(_grouped),
    ("Questionnaire.item", "que-3"): never_when("code", "type", "display"),
    ("Questionnaire.item", "que-4"): apart("answerOption", "answerValueSet"),
    ("Questionnaire.item", "que-5"): both(
        only_when("answerOption", "type", *_ANSWERS), only_when("answerValueSet", "type", *_ANSWERS)
    ),
    ("Questionnaire.item", "que-6"): both(
        never_when("required", "type", "display"), never_when("repeats", "type", "display")
    ),
    ("Questionnaire.item", "que-8"): never_when("initial", "type", "group", "display"),
    ("Questionnaire.item", "que-9"): never_when("readOnly", "type", "display"),
    ("Questionnaire.item", "que-10"): only_when("maxLength", "type", *_LONG),
    ("Questionnaire.item", "que-11"): apart("answerOption", "initial"),
    ("Questionnaire.item", "que-12"): holds(
        lambda element: len(element.get("enableWhen", ())) <= 2 or has(element, "enableBehavior")
    ),
    ("Questionnaire.item", "que-13"): holds(_initial_once),
    ("Questionnaire.item.enableWhen", "que-7"): holds(
        lambda element: element.get("operator") != "exists" or has(element, "answerBoolean")
    ),
    ("QuestionnaireResponse.item", "qrs-1"): apart("answer", "item"),
    ("ValueSet.compose.include", "vsd-1"): some("valueSet", "system"),
    ("ValueSet.compose.include", "vsd-2"): both(needs("concept", "system"), needs("filter", "system")),
    ("ValueSet.compose.include", "vsd-3"): apart("concept", "filter"),
    ("ValueSet.expansion.contains", "vsd-6"): some("code", "display"),
    ("ValueSet.expansion.contains", "vsd-9"): holds(
        lambda element: has(element, "code") or element.get("abstract") is True
    ),
    ("ValueSet.expansion.contains", "vsd-10"): needs("code", "system"),
}
