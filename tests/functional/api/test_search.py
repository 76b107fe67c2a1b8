"""Search over HTTP: what a strict client looks at. Checklist lines 55 to 72, 86, 87, 90 and 91."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.functional.api.exchange import issue, observation, patient
from tests.support.web import Web

STRICT = {"Prefer": "handling=strict"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NAME = [{"family": "HTESTZHANG", "given": ["San"]}]


@pytest.fixture
async def client(web: Web) -> httpx.AsyncClient:
    """A regional client; two residents with results, one of them with a Provenance."""
    await web.put(
        {"resourceType": "Organization", "id": "h1", "name": "HTEST Hospital"},
        patient("1") | {"id": "p1", "name": NAME, "managingOrganization": {"reference": "Organization/h1"}},
        patient("2") | {"id": "p2", "gender": "female"},
        *(observation("Patient/p1") | {"id": f"o{n}"} for n in range(5)),
        observation("Patient/p2") | {"id": "other", "status": "amended"},
        {
            "resourceType": "Provenance", "id": "v1", "target": [{"reference": "Observation/o1"}],
            "recorded": "2024-01-01T00:00:00Z", "agent": [{"who": {"reference": "Organization/h1"}}],
        },
    )  # fmt: skip
    return await web.client()


def ids(bundle: dict[str, Any], mode: str = "match") -> list[str]:
    return [each["resource"]["id"] for each in bundle.get("entry", ()) if each["search"]["mode"] == mode]


def link(bundle: dict[str, Any], relation: str) -> str | None:
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), None)


async def found(client: httpx.AsyncClient, url: str, **more: Any) -> dict[str, Any]:
    reply = await client.get(url, **more)
    assert reply.status_code == 200, reply.text
    bundle: dict[str, Any] = reply.json()
    return bundle


async def test_a_form_finds_what_a_url_finds(client: httpx.AsyncClient) -> None:
    """Checklist line 55: also with parameters in both places."""
    by_url = await found(client, "/Observation?patient=p1&status=final&_sort=_id")
    form = urlencode({"patient": "p1", "_sort": "_id"})
    reply = await client.post("/Observation/_search?status=final", content=form, headers=FORM)
    assert ids(reply.json()) == ids(by_url) == ["o0", "o1", "o2", "o3", "o4"]
    assert (await client.post("/Observation/_search?patient=p2")).json()["total"] == 1


async def test_a_searchset_is_whole(client: httpx.AsyncClient, web: Web) -> None:
    """Checklist line 56."""
    bundle = await found(client, "/Observation?patient=Patient/p2&_include=Observation:subject")
    assert (bundle["type"], bundle["total"]) == ("searchset", 1)
    assert [(each["fullUrl"], each["search"]["mode"]) for each in bundle["entry"]] == [
        (f"{web.fhir}/Observation/other", "match"),
        (f"{web.fhir}/Patient/p2", "include"),
    ]
    assert link(bundle, "self") == f"{web.fhir}/Observation?" + urlencode(
        {"patient": "Patient/p2", "_include": "Observation:subject"}
    )


async def test_nothing_found_is_an_empty_searchset(client: httpx.AsyncClient) -> None:
    """Checklist line 57."""
    bundle = await found(client, "/Observation?patient=nobody")
    assert bundle["total"] == 0
    assert "entry" not in bundle


async def test_what_is_unknown_is_told_or_refused(client: httpx.AsyncClient) -> None:
    """Checklist line 58."""
    bundle = await found(client, "/Patient?nonsense=1&gender=female&_sort=-nonsense")
    assert (ids(bundle), link(bundle, "self")) == (["p2"], f"{client.base_url}Patient?gender=female")
    (told,) = [each["resource"] for each in bundle["entry"] if each["search"]["mode"] == "outcome"]
    assert ["nonsense" in told["issue"][0]["diagnostics"], len(told["issue"])] == [True, 2]
    for url in ("/Patient?nonsense=1", "/Patient?_sort=nonsense"):
        refused = await client.get(url, headers=STRICT)
        assert (refused.status_code, issue(refused)["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    "query",
    [
        "name:nonsense=x", "birthdate:exact=2020", "birthdate=soon", "organization=a b", "_id:above=1",
        "_count=-1", "_count=x", "_count:exact=1", "_summary=some", "_total=perhaps", "_include=Patient:name",
        "_query=x", "_contained=true", "_list=$current-problems", "_filter=name xx y",
        "_has:Observation:code:code=x", "organization.nonsense=x", "organization:Practitioner.name=x",
        "_sort=_text",
    ],
)  # fmt: skip
async def test_what_cannot_be_served_is_always_refused(client: httpx.AsyncClient, query: str) -> None:
    """Checklist lines 59, 60 and 91."""
    reply = await client.get(f"/Patient?{query}")
    assert reply.status_code == 400, reply.text
    assert issue(reply)["code"] in ("invalid", "not-supported")


async def test_counts(client: httpx.AsyncClient) -> None:
    """Checklist line 60."""
    for query in ("_count=0", "_summary=count"):
        bundle = await found(client, f"/Observation?{query}")
        assert bundle["total"] == 6
        assert "entry" not in bundle
    assert len((await found(client, "/Observation?_count=2"))["entry"]) == 2
    capped = link(await found(client, "/Observation?_count=999999"), "self") or ""
    assert parse_qsl(urlsplit(capped).query) == [("_count", "1000")]


async def test_links_are_followed_to_the_end(client: httpx.AsyncClient) -> None:
    """Checklist lines 61 and 63."""
    bundle = await found(client, "/Observation?patient=p1&_count=2&_sort=-_id&_total=accurate")
    seen, url = ids(bundle), link(bundle, "next")
    while url is not None:
        bundle = await found(client, url)
        assert bundle["total"] == 5
        assert link(bundle, "first") is not None
        seen, url = seen + ids(bundle), link(bundle, "next")
    assert seen == ["o4", "o3", "o2", "o1", "o0"]
    assert ids(await found(client, link(bundle, "first") or "")) == ["o4", "o3"]


async def test_links_of_a_form_tell_of_nobody(client: httpx.AsyncClient) -> None:
    """Design, section 6: no patient data in URLs that we make."""
    form = urlencode({"_filter": 'name co "htestzhang"', "identifier": "urn:oid:1.2.3|1", "gender": "male"})
    bundle = (await client.post("/Patient/_search", content=form, headers=FORM)).json()
    assert ids(bundle) == ["p1"]
    for each in bundle["link"]:
        assert "htestzhang" not in each["url"]
        assert "1.2.3" not in each["url"]
    shown = parse_qsl(urlsplit(link(bundle, "self") or "").query, keep_blank_values=True)
    assert shown[:3] == [("_filter", ""), ("identifier", ""), ("gender", "male")]
    assert ids(await found(client, link(bundle, "self") or "")) == ["p1"]


async def test_or_and_and_escapes(client: httpx.AsyncClient, web: Web) -> None:
    """Checklist line 64."""
    await web.put(patient(r"a,b|c\d$e") | {"id": "odd"})
    assert ids(await found(client, "/Patient?_sort=_id&_id=p1,p2")) == ["p1", "p2"]
    assert ids(await found(client, "/Patient?_id=p1,p2&gender=female")) == ["p2"]
    assert ids(await found(client, "/Patient?_id=p1&_id=p2")) == []
    assert ids(await found(client, "/Patient?gender=&_id=p1")) == ["p1"]
    escaped = urlencode({"identifier": r"urn:oid:1.2.3|a\,b\|c\\d\$e"})
    assert ids(await found(client, f"/Patient?{escaped}")) == ["odd"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Observation?subject:Patient.name=htestzhang&_sort=_id&_count=2", ["o0", "o1"]),
        ("Observation?patient.organization.name=HTEST&_id=o3", ["o3"]),
        ("Observation?patient.identifier=urn:oid:1.2.3|2", ["other"]),
        ("Patient?_has:Observation:patient:status=amended", ["p2"]),
        ("Patient?_has:Observation:patient:_has:Provenance:target:agent=Organization/h1", ["p1"]),
        ("Observation?patient._has:Observation:subject:status=amended", ["other"]),
        ("Patient?_filter=name co \"zhang\" and _has:Observation:patient:status eq final", ["p1"]),
        ("?_type=Patient,Organization&_id=p2,h1&_sort=_id", ["h1", "p2"]),
        ("Patient/p2/Observation", ["other"]),
        ("Patient/p2/*?_sort=_id", ["other", "p2"]),
        ("Observation?patient=p2", ["other"]),
        ("Observation?subject:Patient=p2", ["other"]),
    ],
)  # fmt: skip
async def test_other_ways_to_ask(client: httpx.AsyncClient, query: str, expected: list[str]) -> None:
    """Checklist lines 70, 86, 90 and 91, by GET and by POST."""
    path, _, rest = query.partition("?")
    assert ids(await found(client, f"/{query}")) == expected
    posted = await client.post(f"/{path}/_search".replace("//", "/"), content=rest, headers=FORM)
    assert ids(posted.json()) == expected


async def test_what_comes_along(client: httpx.AsyncClient) -> None:
    """Checklist lines 67 and 68."""
    bundle = await found(client, "/Observation?_id=o1&_revinclude=Provenance:target&_include=*")
    assert (ids(bundle), sorted(ids(bundle, "include")), bundle["total"]) == (["o1"], ["p1", "v1"], 1)


async def test_parts(client: httpx.AsyncClient) -> None:
    """Checklist line 69, and 12: what is cut is tagged."""
    for query, kept in {
        "_elements=subject": {"subject", "status", "code"},
        "_summary=text": {"status", "code"},
        "_summary=true": {"subject", "status", "code"},
        "_summary=data": {"subject", "status", "code"},
    }.items():
        (entry,) = (await found(client, f"/Observation?_id=o1&{query}"))["entry"]
        assert entry["resource"].keys() == {"resourceType", "id", "meta"} | kept, query
        assert entry["resource"]["meta"]["tag"][0]["code"] == "SUBSETTED"
    (entry,) = (await found(client, "/Patient?_id=p1&_elements=name.family"))["entry"]
    assert entry["resource"]["name"] == [{"family": "HTESTZHANG"}]


async def test_long_queries_are_refused_by_their_limit(client: httpx.AsyncClient) -> None:
    reply = await client.post("/Patient/_search", content="_id=" + "x" * 100_000, headers=FORM)
    assert (reply.status_code, issue(reply)["code"]) == (413, "too-long")
    many = urlencode({"_id": ",".join(map(str, range(10_001)))}).replace("%2C", ",")
    reply = await client.post("/Patient/_search", content=many, headers=FORM)
    assert (reply.status_code, "10000" in issue(reply)["diagnostics"]) == (400, True)
    for query in (
        "_id=%00",
        "_id=%ED%A0%80",
        "name=%ff",
        "$where=1",
        "_id[$gt]=",
        "name:contains=(a%2B)%2B$",
    ):
        reply = await client.get(f"/Patient?{query}")
        assert reply.status_code in (200, 400), query
