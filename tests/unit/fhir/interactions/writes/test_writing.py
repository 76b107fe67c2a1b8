from datetime import UTC, datetime
from typing import Any

import pytest

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.writes.writing import Staged, carried, settle, write
from fhir.outcome import Fault
from fhir.resource import serialize
from fhir.store import EVERYONE, Stored
from fhir.store.transaction import Transaction
from tests.support.refusal import refused
from tests.support.resources import observation, patient

A, B, SECRET = {"system": "t", "code": "a"}, {"system": "t", "code": "b"}, {"system": "c", "code": "R"}


def before(**meta: Any) -> Stored:
    body = serialize(patient(meta=meta))
    return Stored("Patient", "p1", 1, datetime.now(UTC), "Patient/p1", body=body)


@pytest.mark.parametrize(
    ("kept", "given", "after"),
    [
        ({}, {"tag": [A]}, {"tag": [A]}),
        ({"tag": [A]}, {}, {"tag": [A]}),
        ({"tag": [A]}, {"tag": [B]}, {"tag": [A, B]}),
        ({"tag": [A, B]}, {"tag": [B, A]}, {"tag": [A, B]}),
        ({"tag": [A]}, {"tag": [A | {"display": "x"}]}, {"tag": [A | {"display": "x"}]}),
        ({"security": [SECRET]}, {"profile": ["v"]}, {"security": [SECRET], "profile": ["v"]}),
        ({"profile": ["u"]}, {"profile": ["v"]}, {"profile": ["u", "v"]}),
    ],
)  # fmt: skip
def test_labels_are_a_set_that_only_grows(kept: Any, given: Any, after: Any) -> None:
    """Checklist line 11."""
    meta = {"meta": given} if given else {}
    assert carried(patient(**meta), before(**kept)).get("meta", {}) == after


def test_nothing_is_carried_from_nothing() -> None:
    assert carried(patient(), None) == patient()
    gone = Stored("Patient", "p1", 2, datetime.now(UTC), "Patient/p1", deleted=True)
    assert carried(patient(), gone) == patient()


async def test_a_write_alone_and_one_that_may_share(regional: Context) -> None:
    async def work(transaction: Transaction) -> Staged:
        await transaction.load(["Patient/p1"])
        transaction.put(patient("p1", gender="male"))
        return Staged("Patient/p1")

    alone = await write(regional, work)
    shared = await write(regional, work, reference="Patient/p1")
    assert (alone.stored.version, shared.stored.version) == (2, 2)
    assert (regional.trail.entity, regional.trail.patients) == ("Patient/p1", {"Patient/p1"})


async def test_what_is_there_already_is_not_written(regional: Context) -> None:
    async def work(transaction: Transaction) -> Staged:
        found = (await transaction.load(["Patient/p1"]))["Patient/p1"]
        return Staged("Patient/p1", existing=found)

    written = await write(regional, work)
    assert (written.stored.version, written.created) == (1, False)


async def test_where_a_resource_may_be_filed(regional: Context, clinic: Context) -> None:
    constraint = await clinic.permit("Observation", Action.CREATE)
    assert await settle(clinic, observation("o9", "p1"), constraint) == "Patient/p1"
    await refused(settle(clinic, observation("o9", "p2"), constraint), Fault.BUSINESS_RULE)
    new = {"Patient/new"}
    assert await settle(regional, observation("o9", "new"), EVERYONE, new, new=new) == "Patient/new"
