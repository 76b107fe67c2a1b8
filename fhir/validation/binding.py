"""Binding: codes that a required value set must hold.

FHIR R4 terminologies.html 4.1.5 (required). A CodeableConcept needs one coding from the value set.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fhir.definitions.value_sets import codes, codings
from fhir.validation.finding import Check, Contained, Findings, Test, fault
from fhir.validation.syntax import GRAMMARS, Grammar

_SHOWN = 12


def _allowed(url: str, listed: tuple[str, ...]) -> str:
    name = url.rpartition("/")[2]
    some = ", ".join(listed[:_SHOWN]) + (", …" if len(listed) > _SHOWN else "")
    return f"not a code of the value set {name} ({some})"


def bound_code(url: str, test: Test) -> Test:
    """The test of a `code` bound to the value set `url`; `test` itself where that can't be enumerated."""
    listed = codes(url)
    if listed is None:
        return _well_formed(GRAMMARS[url], test) if url in GRAMMARS else test
    known, text = frozenset(listed), _allowed(url, listed)

    def check(value: Any) -> Findings:
        if type(value) is str and value in known:
            return None
        return test(value) or fault("code-invalid", text)

    return check


def bound_concept(url: str, whole: Check) -> Check:
    """The check of a CodeableConcept bound to the value set `url`; `whole` checks its elements."""
    known, listed = codings(url), codes(url)
    grammar = GRAMMARS.get(url)
    if grammar is not None:
        return _coded(
            whole,
            lambda system, code: system == grammar.system and bool(code and grammar.match(code)),
            f"not {grammar.name}",
        )
    if known is None or listed is None:
        return whole
    return _coded(whole, lambda system, code: (system, code) in known, _allowed(url, listed))


def _well_formed(grammar: Grammar, test: Test) -> Test:
    """The test of a `code` whose system is a grammar."""
    match, text = grammar.match, f"not {grammar.name}"

    def check(value: Any) -> Findings:
        if (found := test(value)) is not None:
            return found
        return None if match(value) else fault("code-invalid", text)

    return check


def _coded(whole: Check, allowed: Callable[[Any, Any], bool], text: str) -> Check:
    """`whole`, and one of the codings is allowed."""

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        if (found := whole(value, parent, contained)) is not None:
            return found
        for coding in value.get("coding", ()):
            if allowed(coding.get("system"), coding.get("code")):
                return None
        if "coding" not in value and "extension" in value:  # an extension may say why there is no code
            return None
        return fault("code-invalid", text)

    return check
