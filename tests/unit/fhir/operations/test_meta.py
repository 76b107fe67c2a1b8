"""Checklist line 11: $meta, $meta-add and $meta-delete change labels without touching content."""

from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.operations.meta import ADD, DELETE, META
from fhir.operations.operation import Call, Operation, Parameter
from fhir.outcome import Fault
from fhir.store import EVERYONE, Store
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put
from tests.support.resources import remove as delete

TAG = {"system": "http://t", "code": "a"}
LABEL = {"system": "http://s", "code": "R", "display": "restricted"}
P1 = "Patient/p1"


@pytest.fixture(autouse=True)
async def labelled(store: Store) -> None:
    await put(store, patient("p1", meta={"tag": [TAG], "profile": ["http://p|1"]}), patient("p2"))
    await put(store, observation("o1", "p2", meta={"security": [LABEL], "tag": [{"code": "plain"}]}))


def context(store: Store, *owners: str, **more: Any) -> Context:
    granted = Granted(Some(*owners), **more) if owners else Granted(**more)
    return Context(store, granted, "https://x.example/fhir", "r")


async def done(asking: Context, operation: Operation, call: Call) -> dict[str, Any]:
    result = await operation.run(asking, call)
    assert isinstance(result, dict)
    assert [each["name"] for each in result.get("parameter", [])] in ([], ["return"])
    meta: dict[str, Any] = result["parameter"][0]["valueMeta"] if "parameter" in result else {}
    return meta


def of(id: str, version: str | None = None, **meta: Any) -> Call:
    parameters = (Parameter("meta", meta, member="valueMeta"),) if meta else ()
    return Call("Patient", id, parameters, version=version)


async def test_the_meta_of_a_resource_and_of_a_version(store: Store) -> None:
    meta = await done(context(store), META, of("p1"))
    assert (meta["versionId"], meta["tag"], meta["profile"]) == ("1", [TAG], ["http://p|1"])
    assert await done(context(store), META, of("p1", "1")) == meta
    await refused(META.run(context(store, "Patient/p2"), of("p1")), Fault.NOT_FOUND)


async def test_the_labels_in_use(store: Store) -> None:
    plain = {"code": "plain"}
    label = {name: LABEL[name] for name in ("system", "code")}
    whole = {"profile": ["http://p|1"], "security": [label], "tag": [TAG, plain]}
    for asking in (context(store), context(store, P1, "Patient/p2")):
        meta = await done(asking, META, Call())
        assert {**meta, "tag": sorted(meta["tag"], key=len, reverse=True)} == whole
        assert await done(asking, META, Call("Observation")) == {"security": [label], "tag": [plain]}
    assert await done(context(store, P1), META, Call("Observation")) == {}
    assert "security" not in await done(context(store, denied=("Observation",)), META, Call())
    await refused(META.run(context(store, denied=("Observation",)), Call("Observation")), Fault.FORBIDDEN)


async def test_a_change_makes_a_version_with_the_same_content(store: Store) -> None:
    meta = await done(context(store), ADD, of("p1", tag=[TAG | {"display": "same"}], security=[LABEL]))
    assert (meta["versionId"], meta["tag"], meta["security"]) == ("2", [TAG], [LABEL])
    first, second = [
        await store.resources.read_version("Patient", "p1", number, EVERYONE) for number in (1, 2)
    ]
    assert first is not None
    assert second is not None
    assert first.resource() | {"meta": None} == second.resource() | {"meta": None}
    meta = await done(context(store), DELETE, of("p1", security=[LABEL], profile=["http://unknown"]))
    assert (meta["versionId"], "security" in meta, meta["profile"]) == ("3", False, ["http://p|1"])


async def test_what_changes_nothing_makes_no_version(store: Store) -> None:
    assert (await done(context(store), ADD, of("p1", tag=[TAG])))["versionId"] == "1"
    assert (await done(context(store), DELETE, of("p1", tag=[{"code": "a"}])))["versionId"] == "1"


async def test_a_superseded_version_is_changed_where_it_is(store: Store) -> None:
    await put(store, patient("p1", birthDate="1958"))
    meta = await done(context(store), ADD, of("p1", "1", security=[LABEL]))
    assert (meta["versionId"], meta["security"]) == ("1", [LABEL])
    again = await store.resources.read_version("Patient", "p1", 1, EVERYONE)
    assert again is not None
    assert (again.resource()["meta"]["security"], "birthDate" in again.resource()) == ([LABEL], False)
    assert (await done(context(store), META, of("p1")))["versionId"] == "2"
    assert (await done(context(store), ADD, of("p1", "2", security=[LABEL])))["versionId"] == "3"


@pytest.mark.parametrize("version", [None, "1"])
async def test_what_is_hidden_is_unknown(store: Store, version: str | None) -> None:
    await put(store, patient("p1", birthDate="1958"))
    asked = of("p1", version, tag=[LABEL])
    await refused(ADD.run(context(store, "Patient/p2"), asked), Fault.NOT_FOUND)
    await refused(ADD.run(context(store, denied=("u",)), asked), Fault.FORBIDDEN)
    await refused(ADD.run(context(store), of("p1", "99", tag=[LABEL])), Fault.NOT_FOUND)
    await refused(ADD.run(context(store), of("nobody", tag=[LABEL])), Fault.NOT_FOUND)


async def test_what_is_deleted_has_no_labels(store: Store) -> None:
    await delete(store, "Observation/o1")
    asked = Call("Observation", "o1", of("", tag=[TAG]).parameters)
    await refused(ADD.run(context(store), asked), Fault.GONE)
    assert await done(context(store), META, Call("Observation")) == {}
