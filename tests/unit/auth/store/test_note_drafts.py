"""Drafts of clinical notes: sealed, their author's alone, changed by whoever has read the last text."""

from datetime import timedelta

import pytest
import time_machine

from auth.store.database import Database
from auth.store.note_drafts import LIFE, Draft, NoteDrafts, ensure_indexes
from fhir.identity import new_id
from fhir.store.changes import Changes
from fhir.store.vault import Vault

ZHOU, HOUSE = "Practitioner/zhou", "Organization/h"


@pytest.fixture
async def drafts(base: Database) -> NoteDrafts:
    await ensure_indexes(base)
    return NoteDrafts(base, Vault(base["keys"], b"k" * 32, Changes(base)))


async def kept(
    drafts: NoteDrafts, patient: str = "Patient/a", author: str = ZHOU, house: str = HOUSE
) -> Draft:
    said = {"kind": "11506-3", "text": "HTEST 㛃"}
    made = await drafts.keep(new_id(), patient=patient, author=author, house=house, **said)
    assert made is not None
    assert await drafts.keep(made.id, patient=patient, author=author, house=house, **said) is None
    return made


async def test_kind_and_text_are_stored_sealed_and_read_again(drafts: NoteDrafts, base: Database) -> None:
    made = await kept(drafts)
    assert await drafts.one(made.id, ZHOU, HOUSE) == made
    row = str(await base["note_drafts"].find_one({}))
    assert "HTEST" not in row
    assert "11506-3" not in row


async def test_it_is_its_authors_at_his_house_alone(drafts: NoteDrafts) -> None:
    made = await kept(drafts)
    assert await drafts.one(made.id, "Practitioner/lin", HOUSE) is None
    assert await drafts.one(made.id, ZHOU, "Organization/other") is None
    assert await drafts.of("Practitioner/lin", HOUSE, 9) == []
    assert await drafts.of(ZHOU, "Organization/other", 9) == []


async def test_the_newest_first_of_some_patients_or_of_all(drafts: NoteDrafts) -> None:
    one = await kept(drafts)
    with time_machine.travel(one.written + timedelta(minutes=1), tick=False):
        other = await kept(drafts, "Patient/b")
    assert await drafts.of(ZHOU, HOUSE, 9) == [other, one]
    assert await drafts.of(ZHOU, HOUSE, 1) == [other]
    assert await drafts.of(ZHOU, HOUSE, 9, ["Patient/a"]) == [one]


async def test_who_has_not_read_the_last_text_changes_and_removes_nothing(drafts: NoteDrafts) -> None:
    made = await kept(drafts)
    changed = await drafts.change(made, "第二稿")
    assert changed is not None
    assert (changed.text, changed.version) == ("第二稿", 2)
    assert await drafts.change(made, "第三稿") is None
    assert not await drafts.remove(made)
    assert await drafts.one(made.id, ZHOU, HOUSE) == changed
    assert await drafts.remove(changed)
    assert await drafts.one(made.id, ZHOU, HOUSE) is None


async def test_untouched_for_its_life_it_is_gone(drafts: NoteDrafts, base: Database) -> None:
    made = await kept(drafts)
    later = made.written + LIFE
    with time_machine.travel(later - timedelta(seconds=1), tick=False):
        assert await drafts.change(made, "又写了一点")
    with time_machine.travel(later, tick=False):
        assert len(await drafts.of(ZHOU, HOUSE, 9)) == 1
    with time_machine.travel(later + LIFE, tick=False):
        assert await drafts.of(ZHOU, HOUSE, 9) == []
        assert await drafts.one(made.id, ZHOU, HOUSE) is None
    (index,) = [
        each
        for each in (await base["note_drafts"].index_information()).values()
        if "expireAfterSeconds" in each
    ]
    assert (index["key"], index["expireAfterSeconds"]) == ([("expires", 1)], 0)


async def test_nobody_reads_it_after_the_key_of_the_file_was_destroyed(base: Database) -> None:
    drafts = NoteDrafts(base, Vault(base["keys"], b"k" * 32))
    made, other = await kept(drafts), await kept(drafts, "Patient/b")
    await base["keys"].delete_one({"_id": "Patient/a"})
    fresh = NoteDrafts(base, Vault(base["keys"], b"k" * 32))
    assert await fresh.one(made.id, ZHOU, HOUSE) is None
    assert await fresh.of(ZHOU, HOUSE, 9) == [other]
