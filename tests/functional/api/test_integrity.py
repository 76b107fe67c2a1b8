"""Referential integrity: what others refer to stays, unless the site decides otherwise."""

from contextlib import AsyncExitStack
from pathlib import Path

from tests.functional.api.exchange import JSON, PATIENT, bundle, entry, issue, made, observation, patient
from tests.functional.api.test_conditional import opened
from tests.support.web import Web


async def test_a_delete_names_the_referrer(web: Web) -> None:
    """Checklist line 27."""
    client = await web.client()
    id = (await made(client, patient("1")))["id"]
    referrer = (await made(client, observation(f"Patient/{id}")))["id"]
    for reply in (
        await client.delete(f"/Patient/{id}"),
        await client.delete("/Patient?identifier=1"),
        await client.post("/", json=bundle(entry("DELETE", f"Patient/{id}")), headers=JSON),
    ):
        assert (reply.status_code, issue(reply)["code"]) == (409, "conflict")
        assert f"Observation/{referrer}" in issue(reply)["diagnostics"]
    assert (await client.get(f"/Patient/{id}")).status_code == 200
    assert (await client.delete(f"/Observation/{referrer}")).status_code == 204
    assert (await client.delete(f"/Patient/{id}")).status_code == 204


async def test_a_reference_from_anywhere_counts(web: Web) -> None:
    """Checklist line 27: references in extensions and contained resources too."""
    client = await web.client()
    target = (await made(client, {"resourceType": "Organization", "name": "HTEST"}))["id"]
    reference = {"reference": f"Organization/{target}"}
    for more in (
        {"extension": [{"url": "http://x.example/a", "valueReference": reference}]},
        {
            "contained": [{"resourceType": "PractitionerRole", "id": "c", "organization": reference}],
            "generalPractitioner": [{"reference": "#c"}],
        },
    ):
        id = (await made(client, PATIENT | more))["id"]
        assert (await client.delete(f"/Organization/{target}")).status_code == 409
        assert (await client.delete(f"/Patient/{id}")).status_code == 204
    assert (await client.delete(f"/Organization/{target}")).status_code == 204


async def test_a_transaction_is_judged_at_its_end(web: Web) -> None:
    """Checklist line 27: a resource and its referrers go together; a new referrer keeps it."""
    client = await web.client()
    id = (await made(client, patient("1")))["id"]
    first = (await made(client, observation(f"Patient/{id}")))["id"]
    both = bundle(entry("DELETE", f"Patient/{id}"), entry("DELETE", f"Observation/{first}"))
    new = entry("POST", "Observation", observation(f"Patient/{id}"))
    refused = await client.post("/", json=both | {"entry": [*both["entry"], new]}, headers=JSON)
    assert refused.status_code in (409, 422)
    other = (await made(client, patient("2")))["id"]
    moved = entry("PUT", f"Observation/{first}", observation(f"Patient/{other}", id=first))
    done = await client.post("/", json=bundle(entry("DELETE", f"Patient/{id}"), moved), headers=JSON)
    assert done.status_code == 200, done.text
    pair = bundle(entry("DELETE", f"Patient/{other}"), entry("DELETE", f"Observation/{first}"))
    assert (await client.post("/", json=pair, headers=JSON)).status_code == 200


async def test_a_hidden_referrer_is_neither_counted_nor_named(web: Web) -> None:
    """Checklist lines 27 and 72."""
    regional, clinic = await web.client(), await web.client(organization="Organization/h1")
    own, hidden = (await made(clinic, patient("1")))["id"], (await made(regional, patient("2")))["id"]
    link = [{"other": {"reference": f"Patient/{own}"}, "type": "seealso"}]
    await regional.put(f"/Patient/{hidden}", json=patient("2", id=hidden, link=link), headers=JSON)
    reply = await clinic.delete(f"/Patient/{own}")
    assert (reply.status_code, hidden in reply.text) == (409, False)
    assert issue(reply)["diagnostics"] == "what is not yours to see refers to it, so it is not deleted"


async def test_a_site_may_ignore_it(database: tuple[str, str], tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        web = await opened(stack, database, tmp_path, referential_integrity="ignore")
        client = await web.client()
        id = (await made(client, PATIENT))["id"]
        await made(client, observation(f"Patient/{id}"))
        await made(client, observation("Patient/never"))
        assert (await client.delete(f"/Patient/{id}")).status_code == 204
        clinic = await web.client(organization="Organization/h1")
        for target in (id, "never"):
            body = observation(f"Patient/{target}")
            assert (await clinic.post("/Observation", json=body, headers=JSON)).status_code == 422
        await web.close()
