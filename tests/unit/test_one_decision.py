"""One decision for every path: where the program reads resources without asking it, that is listed here.

Design, section 4. Whoever adds a place that sees everybody's resources, or goes around the store, fails
here until the place and its reason stand in the table. Routes and pages: tests/functional/test_unrecorded.py,
test_roles.py; ways of asking and operations: tests/functional/api/test_hidden.py.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from auth.access import AccessOf
from fhir.operations.registry import OPERATIONS
from tests.functional.api.test_hidden import GETS, POSTS, writes

_ROOT = Path(__file__).parents[2]
_ROWS = frozenset({"resources", "versions"})
UNASKED = {
    "auth/access/constraint.py": "the decision itself: what everyone with the scope shares",
    "auth/access/practising.py": "which licences and posts end an account's rights; nothing is shown",
    "auth/access/whose.py": "the decision itself",
    "auth/access/written.py": "the version before a change that the decision has allowed; nothing is shown",
    "fhir/consistency.py": "whether every row stands in the index, told to the operator by reference",
    "fhir/interactions/results/ordering.py": "the filter is narrowed by the caller",
    "fhir/interactions/search.py": "a count of a filter that is narrowed already",
    "fhir/interactions/writes/acceptance.py": "is the version there that a writer names of what he may see",
    "fhir/operations/compartment.py": "the filter is narrowed already",
    "fhir/operations/difference.py": "the filter holds the constraint of everyone who sees",
    "fhir/operations/ihe_pix.py": "which domains of numbers there are in the region, of nobody's number",
    "fhir/terminology/__init__.py": "shared terminology",
    "fhir/terminology/definitions.py": "shared terminology",
    "fhir/terminology/loading/loader.py": "shared terminology: which loads are still named",
    "fhir/validation/profile/source.py": "shared profiles",
    "services/authorization/references.py": "of the person himself who logs in",
    "services/concept_maps.py": "shared maps of codes",
    "services/deaths.py": "who has died according to an older database, for the decision itself",
    "services/demo/load.py": "the demonstration, before anybody can log in",
    "services/health_file.py": "the operator's own command, recorded before it is done",
    "services/portal/clinician/arrival.py": "who stands at the desk with his number; no file is shown",
    "services/portal/codes/usage.py": "shared maps of codes, and how often a code is used, as a number",
    "services/portal/login/federation.py": "whose number a provider has proved",
    "services/unmapped_codes.py": "Tasks of the mapper, which tell of no resident",
    "services/refiling/carrying.py": "the version before a move, which the plan has asked for",
    "services/worker/houses.py": "the feed: which Organization a referral names",
    "services/worker/known_before.py": "the feed: what the same hospital has sent of its patient",
    "services/worker/orders.py": "the feed: what the same hospital has sent",
    "services/worker/whole_lists.py": "the feed: what the same hospital has sent",
    "services/rehearsing.py": "whose record a dry run would change: of another house's no value is shown",
    "services/worker/rehearsal.py": "a dry run of a message, shown to the steward of messages",
    "services/worker/sweep_detection.py": "who was looked at, for the privacy officer's list",
    "services/worker/synthetic_access.py": "the synthetic Patient of the platform itself",
}
"""File -> why nobody is asked there."""
_OF_NOBODY = frozenset({"expand", "lookup", "validate-code", "subsumes", "translate", "reindex-status"})
"""Operations on what is shared, or on no resource."""


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for package in ("adapters", "auth", "fhir", "services"):
        for file in sorted((_ROOT / package).rglob("*.py")):
            name = file.relative_to(_ROOT).as_posix()
            if not name.startswith("fhir/store/"):
                yield name, ast.parse(file.read_text("utf-8"))


def _sees_everything(node: ast.AST) -> bool:
    """Is it the constraint of everyone (where it comes from the store), or a collection of resources?"""
    if isinstance(node, ast.ImportFrom):
        return any(each.name in ("EVERYONE", "Everyone", "Narrowed") for each in node.names)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value in _ROWS and "database" in ast.unparse(node.value)
    return False


def test_whoever_sees_everything_is_listed_with_a_reason() -> None:
    found = {name for name, tree in _sources() if any(map(_sees_everything, ast.walk(tree)))}
    assert sorted(found - UNASKED.keys()) == []
    assert sorted(UNASKED.keys() - found) == [], "the list names what is no longer so"


def test_every_operation_is_asked_for_what_is_hidden() -> None:
    asked = " ".join([*GETS, *POSTS, *(f"{path} {body}" for _, path, body, _ in writes("x").values())])
    missing = [
        each.name
        for each in OPERATIONS
        if each.name not in _OF_NOBODY and f"${each.name} " not in f"{asked} ".replace("?", " ")
    ]
    assert sorted(set(missing)) == []


def test_there_is_one_implementation_of_the_decision() -> None:
    made = [
        name
        for name, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef)
        and [each.arg for each in node.args.args] == ["self", "type", "action"]
        and node.name == "decide"
    ]
    places = {"auth/access/__init__.py", "fhir/access.py", "fhir/validation/profile/source.py",
              "services/portal/clinician/arrival.py", "services/portal/login/federation.py"}  # fmt: skip
    assert set(made) == places
    assert AccessOf.__module__ == "auth.access"
