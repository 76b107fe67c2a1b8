"""Which stored allergy a change or a deletion means; what is in doubt is warned of (checklist 43)."""

from collections.abc import AsyncIterator

import pytest

from fhir.store import EVERYONE, Store
from services.inbox import Inbox, inbox_of
from services.worker.known_before import Called
from tests.unit.services.worker.test_ownership import WANG, deliver, message


@pytest.fixture
async def inbox(store: Store) -> AsyncIterator[Inbox]:
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


async def allergies(store: Store) -> dict[str, str]:
    """State by words (by code, where there are none)."""
    found = {}
    for row in await store.database["resources"].find({"type": "AllergyIntolerance"}).to_list():
        read = await store.resources.read(row["type"], row["id"], EVERYONE)
        assert read is not None
        one = read.resource()
        code = one["code"]
        state = one.get("clinicalStatus") or one["verificationStatus"]
        found[code.get("text") or code["coding"][-1]["code"]] = state["coding"][0]["code"]
    return found


@pytest.mark.parametrize(
    ("known", "deletion", "left", "warned"),
    [
        (["P^青霉素^L"], "P^青霉素^L", {"青霉素": "entered-in-error"}, False),
        (["P^青霉素^L"], "P^青 霉素^L", {"青 霉素": "entered-in-error"}, False),
        (["P^青霉素^L"], "P^^L", {"青霉素": "entered-in-error"}, False),
        (["P^青霉素^L"], "P^青霉素类^L", {"青霉素类": "entered-in-error"}, False),
        (["P^青霉素^L"], "P^花生^L", {"青霉素": "active", "花生": "entered-in-error"}, True),
        (
            ["99^青霉素^L", "99^花生^L"],
            "99^^L",
            {"青霉素": "active", "花生": "active", "99": "entered-in-error"},
            True,
        ),
        (["99^青霉素^L", "99^花生^L"], "99^花生^L", {"青霉素": "active", "花生": "entered-in-error"}, False),
    ],
)
async def test_a_deletion_means_one_or_none(
    store: Store, inbox: Inbox, known: list[str], deletion: str, left: dict[str, str], warned: bool
) -> None:
    told = [f"IAM|{n}|DA|{each}|SV|皮疹|A" for n, each in enumerate(known)]
    await deliver(store, inbox, message("ADT^A60", 8, WANG, *told))
    await deliver(store, inbox, message("ADT^A60", 9, WANG, f"IAM|1|DA|{deletion}|||D"))
    assert await allergies(store) == left
    row = (await inbox.newest({}, 1))[0]
    assert any("nothing that was told before is taken back" in each for each in row["warnings"]) == warned


@pytest.mark.parametrize(
    ("one", "other", "contradicts"),
    [
        ({"text": "青霉素"}, {"text": "青 霉素"}, False),
        ({"coding": [{"code": "A"}], "text": "a"}, {"coding": [{"code": "a"}]}, False),
        ({"coding": [{"code": "P"}], "text": "青霉素"}, {"coding": [{"code": "Q"}], "text": "青霉素"}, False),
        ({"coding": [{"code": "P"}], "text": "青霉素"}, {"coding": [{"code": "P"}], "text": "花生"}, True),
        ({"coding": [{"code": "P"}], "text": "青霉素"}, {"coding": [{"code": "Q"}]}, True),
    ],
)
def test_words_decide_where_both_have_them(
    one: dict[str, object], other: dict[str, object], contradicts: bool
) -> None:
    assert Called.of({"code": one}).contradicts(Called.of({"code": other})) == contradicts
