"""The OpenAPI description and its page: made from the registries, valid, open, without scripts."""

from html.parser import HTMLParser
from typing import Any

import pytest
import schemathesis

from fhir import rest
from fhir.capability import operations, searched
from tests.support.web import Web


async def description(web: Web, query: str = "") -> dict[str, Any]:
    reply = await web.http.get(f"{web.fhir}/openapi.json{query}")
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


async def test_it_describes_every_interaction_and_operation(web: Web) -> None:
    told = await description(web)
    assert (told["openapi"], told["servers"]) == ("3.1.0", [{"url": web.fhir}])
    methods = {path: set(each) for path, each in told["paths"].items()}
    assert {"get", "put", "delete"} <= methods["/{type}/{id}"]
    assert ("patch" in methods["/{type}/{id}"]) == ("patch" in rest.INTERACTIONS)
    assert methods["/Patient/{id}/$everything"] == {"get", "post"}
    assert methods["/{type}/{id}/$meta-add"] == {"post"}
    names = [one["operationId"] for each in told["paths"].values() for one in each.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("query", ["", "?type=Patient", "?type=Observation", "?type=AuditEvent"])
async def test_it_can_be_read_by_others(web: Web, query: str) -> None:
    """By schemathesis, which also checks it against the meta-schema of OpenAPI 3.1."""
    schema = schemathesis.openapi.from_dict(await description(web, query))
    schema.validate()
    assert schema.statistic.operations.total > 2


async def test_one_type_has_all_its_parameters_and_operations(web: Web) -> None:
    told = await description(web, "?type=Patient")
    names = {each["name"] for each in told["paths"]["/Patient"]["get"]["parameters"]}
    assert {each.code for each in searched("Patient")} <= names
    assert all(any(f"${each.name}" in path for path in told["paths"]) for each in operations("Patient"))


async def test_an_unknown_type_has_none(web: Web) -> None:
    for path in ("openapi.json", "docs"):
        reply = await web.http.get(f"{web.fhir}/{path}?type=Unicorn")
        assert (reply.status_code, reply.json()["resourceType"]) == (404, "OperationOutcome")


class _Tags(HTMLParser):
    """The tags of a page, and the addresses that it would fetch by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attributes)
        self.fetched += [str(given[name]) for name in ("src", "data", "srcset") if name in given]
        self.links += [str(given["href"])] if tag == "a" else []


@pytest.mark.parametrize("query", ["", "?type=Patient"])
async def test_the_page_is_whole_without_scripts(web: Web, query: str) -> None:
    reply = await web.http.get(f"{web.fhir}/docs{query}")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = _Tags()
    page.feed(reply.text)
    assert (page.fetched, {"script", "link", "iframe"} & set(page.tags)) == ([], set())
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert 'lang="zh-CN"' in reply.text
    assert 'lang="en"' in reply.text
    for link in page.links:
        if link.startswith("/"):
            assert (await web.http.get(web.address + link)).status_code == 200, link
