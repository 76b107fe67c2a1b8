"""Receipt: a resident's proof that a look was recorded, which holds without the platform."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.audit import receipt
from auth.audit.anchoring import ZONE, Anchoring
from auth.audit.record import AuditRecord
from auth.audit.recorder import Recorder
from auth.audit.signing import Signer
from auth.store import audit_roots
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.audit.conftest import read
from tests.unit.auth.conftest import Clock

KEY = Signer(b"0" * 32)
SCRIPT = Path(__file__).parents[4] / "docs" / "audit-receipt.py"
NOON = datetime(2026, 3, 1, 12, tzinfo=ZONE)


@pytest.fixture
async def given(base: Database, vault: Vault, clock: Clock) -> tuple[dict[str, Any], str]:
    """The receipt of the fifth of nine looks, and the file of that day's root."""
    recorder, records = Recorder(base, vault), list[AuditRecord]()
    for number in range(9):
        at = NOON + timedelta(minutes=number)
        records.append(read("Patient/a", "Patient/other", purpose="TREAT", moment=at, query="name=HTEST"))
        await recorder.record(records[-1])
    await recorder.close()
    anchoring = Anchoring(base, KEY)
    row = await audit_roots.record(base, records[4].id)
    assert row is not None
    assert await receipt.made(anchoring, row, records[4], "Patient/a", vault) is None
    clock.at = NOON + timedelta(days=1)
    (root,) = await anchoring.make_due()
    made = await receipt.made(anchoring, row, records[4], "Patient/a", vault)
    assert made is not None
    return json.loads(json.dumps(made)), root.encode()


async def test_it_holds_and_shows_no_one_else(given: tuple[dict[str, Any], str]) -> None:
    made, _ = given
    assert receipt.faults(made, {KEY.public}) == []
    assert made["view"]["who"]["name"] == "HTEST Li Lei"
    assert made["patient"] == "Patient/a"
    text = json.dumps(made)
    for hidden in ("Patient/other", "account-1", "192.0.2.1", 'HTEST"', "ab" * 16):
        assert hidden not in text


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "patient": lambda r: r.update(patient="Patient/b"),
    "name": lambda r: r["view"]["who"].update(name="HTEST Han Mei"),
    "moment": lambda r: r["view"].update(moment="2026-03-02T04:04:00.000+00:00"),
    "place": lambda r: r["place"].update(seq=5),
    "proof": lambda r: r["proof"].update(index=5),
    "root": lambda r: r["root"]["roots"].update(sha256="0" * 64),
    "salt": lambda r: r.update(salt="x"),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_whatever_is_changed_is_found(given: tuple[dict[str, Any], str], what: str) -> None:
    changed = copy.deepcopy(given[0])
    CHANGES[what](changed)
    assert receipt.faults(changed, {KEY.public}) != []


@pytest.mark.parametrize("what", sorted(CHANGES.keys() - {"patient", "root"}))
async def test_not_even_the_platform_can_sign_another_look(
    given: tuple[dict[str, Any], str], what: str
) -> None:
    """The view is bound to the root by its hash, so a new signature alone makes no other receipt."""
    from auth.audit.chain import canonical

    changed = copy.deepcopy(given[0])
    CHANGES[what](changed)
    told = {name: value for name, value in changed.items() if name not in ("key", "signature")}
    changed["signature"] = KEY.sign(canonical(told))
    assert "is not in the root" in " ".join(receipt.faults(changed, {KEY.public}))


@pytest.mark.parametrize("damaged", [None, 5, [], {}, {"format": receipt.FORMAT}, {"format": "x"}], ids=str)
def test_what_is_none_is_told(damaged: object) -> None:
    assert receipt.faults(damaged, {KEY.public}) == ["this is no receipt of an access"]


async def test_another_key_is_not_trusted(given: tuple[dict[str, Any], str]) -> None:
    assert receipt.faults(given[0], {"00" * 32}) == ["the key is not one that is trusted"]


async def test_the_script_of_the_documentation_says_the_same(
    given: tuple[dict[str, Any], str], tmp_path: Path
) -> None:
    made, root = given
    files = tmp_path / "receipt.json", tmp_path / "root.json"
    files[1].write_text(root)
    for change in (None, *CHANGES):
        told = copy.deepcopy(made)
        if change:
            CHANGES[change](told)
        files[0].write_text(json.dumps(told))
        command = [sys.executable, SCRIPT, files[0], "--root", files[1], "--key", KEY.public]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: ASYNC221
        assert (done.returncode == 0) is (change is None), (change, done.stdout)
        assert ("DOES NOT HOLD" in done.stdout) is bool(change), done.stderr
