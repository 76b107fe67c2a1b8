"""Constraints of TestScript and TestReport.

FHIR R4 testscript.html 2.43, testreport.html 2.44.
"""

from collections.abc import Mapping
from typing import Any

from fhir.validation.invariant import Rules, holds, one

_ASSERTIONS = frozenset(
    "contentType expression headerField minimumId navigationLinks path requestMethod "  # noqa: SIM905
    "resource responseCode response validateProfileId".split()
)
_UNADDRESSED = frozenset(("capabilities", "search", "transaction", "history"))


def _capable(metadata: Mapping[str, Any]) -> bool:
    """tst-4."""
    return any("required" in one or "validated" in one for one in metadata.get("capability", ()))


def _addressed(operation: Mapping[str, Any]) -> bool:
    """tst-7 to tst-9."""
    named = sum(name in operation for name in ("targetId", "url", "params"))
    code = operation.get("type", {}).get("code")
    return "sourceId" in operation or named == 1 or code in _UNADDRESSED


def _single(assertion: Mapping[str, Any]) -> bool:
    """tst-5, tst-6."""
    return "extension" in assertion or len(_ASSERTIONS & assertion.keys()) <= 1


def _compared(assertion: Mapping[str, Any]) -> bool:
    """tst-10, tst-11."""
    what = {"compareToSourceExpression", "compareToSourcePath"}
    return ("compareToSourceId" in assertion) != what.isdisjoint(assertion)


def _directed(assertion: Mapping[str, Any]) -> bool:
    """tst-12, tst-13."""
    answered = "response" in assertion or "responseCode" in assertion
    return assertion.get("direction") != "request" or not answered


RULES: Rules = {
    ("TestReport.setup.action", "inv-1"): one("operation", "assert"),
    ("TestReport.test.action", "inv-2"): one("operation", "assert"),
    ("TestScript.metadata", "tst-4"): holds(_capable),
    ("TestScript.setup.action", "tst-1"): one("operation", "assert"),
    ("TestScript.setup.action.assert", "tst-5"): holds(_single),
    ("TestScript.setup.action.assert", "tst-10"): holds(_compared),
    ("TestScript.setup.action.assert", "tst-12"): holds(_directed),
    ("TestScript.setup.action.operation", "tst-7"): holds(_addressed),
    ("TestScript.teardown.action.operation", "tst-9"): holds(_addressed),
    ("TestScript.test.action", "tst-2"): one("operation", "assert"),
    ("TestScript.test.action.assert", "tst-6"): holds(_single),
    ("TestScript.test.action.assert", "tst-11"): holds(_compared),
    ("TestScript.test.action.assert", "tst-13"): holds(_directed),
    ("TestScript.test.action.operation", "tst-8"): holds(_addressed),
    ("TestScript.variable", "tst-3"): holds(
        lambda variable: not {"expression", "headerField", "path"} <= variable.keys()
    ),
}
