"""Find Matching Care Services (IHE mCSD, ITI-90) for a clinic's system with the scopes of the directory.

The examples of docs/directory are loaded as an operator would; each query is answered by GET and by POST.
`{number}` stands for the id of what has that number; null for what has none.
"""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.commands import directory
from tests.support.web import Web
from tests.unit.services.commands.test_directory import EXAMPLES, ORDER, joined

QUERIES = json.loads((Path(__file__).parent / "queries.json").read_text("utf-8"))
TYPES = ("Organization", "Location", "Practitioner", "PractitionerRole", "HealthcareService", "Endpoint")


async def clinic(web: Web) -> httpx.AsyncClient:
    return await web.client(" ".join(f"system/{each}.rs" for each in TYPES), "Organization/clinic")


@pytest.fixture
async def loaded(web: Web, tmp_path: Path) -> Web:
    file = joined([EXAMPLES / f"{name}.csv" for name in ORDER], tmp_path)
    with file.open("rb") as opened:
        load = directory.Directory(web.platform, directory._BY, opened)
        await load.apply(await load.check())
    return web


def number(resource: dict[str, Any]) -> str | None:
    found = [str(each["value"]) for each in resource.get("identifier", ())]
    return next((each for each in found if each.startswith("HTEST-")), None)


async def test_what_a_query_client_asks_for(loaded: Web) -> None:
    asking, ids = await clinic(loaded), dict[str, str]()
    for type in TYPES:
        entries = (await asking.get(f"/{type}")).json().get("entry", [])
        ids |= {str(number(each["resource"])): each["resource"]["id"] for each in entries}
    wrong = []
    for query, expected in QUERIES:
        asked = re.sub(r"\{(.*?)\}", lambda found: ids[found[1]], query)
        type, _, parameters = asked.partition("?")
        pairs = [pair.split("=", 1) for pair in parameters.split("&")]
        form: dict[str, list[str]] = {}
        for name, value in pairs:
            form.setdefault(name, []).append(value)
        for reply in (
            await asking.get(f"/{type}", params=httpx.QueryParams([(n, v) for n, v in pairs])),
            await asking.post(f"/{type}/_search", data=form),
        ):
            bundle = reply.json()
            found = [number(each["resource"]) for each in bundle.get("entry", ())]
            if sorted(map(str, found)) != sorted(map(str, expected)):
                wrong.append((query, found or bundle))
    assert wrong == []


async def test_what_the_server_says_of_it(loaded: Web) -> None:
    statement = (await loaded.http.get(f"{loaded.fhir}/metadata")).json()
    assert "ITI-90" in statement["rest"][0]["documentation"]
    described = {each["type"]: each for each in statement["rest"][0]["resource"]}
    for query, _ in QUERIES:
        type, _, parameters = query.partition("?")
        known = {each["name"] for each in described[type]["searchParam"]}
        known |= {each["name"] for each in statement["rest"][0]["searchParam"]}
        for pair in parameters.split("&"):
            name = pair.partition("=")[0].partition(":")[0].partition(".")[0]
            assert name in known | {"_include", "_revinclude"}, query
