"""How long the audit is kept: nothing of the platform ever removes a record; security-and-scale.md, line 24.

The law asks for six months, health authorities for more; what leaves the database is an operator's decision
with tools of his own (deploy/README.md).
"""

import ast
from datetime import timedelta
from pathlib import Path

from auth import moment
from auth.audit.archive import Archive
from auth.audit.recorder import Recorder
from auth.audit.verify import verify
from auth.store import ensure_indexes
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.audit.conftest import read

CHECKOUT = Path(__file__).parents[4]
COLLECTIONS = ("audit", "audit_chains", "audit_roots")
STORES = {"auth/store/audit.py", "auth/store/audit_roots.py"}
TAKES_AWAY = {
    "delete_one",
    "delete_many",
    "find_one_and_delete",
    "drop",
    "drop_collection",
    "rename",
    "bulk_write",
}


def _modules() -> dict[str, ast.Module]:
    files = (
        path for name in ("auth", "services", "fhir", "adapters") for path in (CHECKOUT / name).rglob("*.py")
    )
    return {str(path.relative_to(CHECKOUT)): ast.parse(path.read_text("utf-8")) for path in files}


def _opens(module: ast.Module) -> bool:
    """Does a module reach for one of the collections of the audit?"""
    named = [
        part
        for node in ast.walk(module)
        for part in ([*node.args] if isinstance(node, ast.Call) and not _checks_settings(node) else [])
        + ([node.slice] if isinstance(node, ast.Subscript) else [])
    ]
    found = {part.value for part in named if isinstance(part, ast.Constant)}
    return not found.isdisjoint(COLLECTIONS)


def _checks_settings(call: ast.Call) -> bool:
    """A setting may be called as a collection is (FURONG_AUDIT_ROOTS)."""
    return isinstance(call.func, ast.Name) and call.func.id == "field_validator"


def test_line_24_two_modules_reach_the_audit_and_none_of_them_takes_anything_away() -> None:
    modules = _modules()
    assert {name for name, module in modules.items() if _opens(module)} == STORES
    for name in STORES:
        called = {node.attr for node in ast.walk(modules[name]) if isinstance(node, ast.Attribute)}
        assert called.isdisjoint(TAKES_AWAY), name


async def test_line_24_the_database_removes_nothing_by_the_clock(base: Database) -> None:
    await ensure_indexes(base)
    for name in COLLECTIONS:
        indexes = await base[name].index_information()
        assert not any("expireAfterSeconds" in each for each in indexes.values()), name


async def test_line_24_a_record_of_ten_years_ago_is_shown_and_verified(
    base: Database, vault: Vault, recorder: Recorder, archive: Archive
) -> None:
    old = read("Patient/a", moment=moment.now() - timedelta(days=3_652))
    await recorder.record(old)
    await recorder.record(read("Patient/a"))
    await ensure_indexes(base)
    assert [event["recorded"][:4] for event in await archive.search(None)][-1] == str(old.moment.year)
    assert (await verify(base, vault)).findings == []
