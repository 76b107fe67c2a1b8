"""Forms: too long or of unknown length is refused unread."""

from services.forms import LARGEST
from tests.support.http_client import http_client
from tests.support.web import Web


async def test_a_long_form_is_refused_and_a_short_one_is_not(web: Web) -> None:
    long = await web.http.post(f"{web.address}/login", content=b"x" * (LARGEST + 1))
    assert long.status_code == 413
    short = await web.http.post(f"{web.address}/login", data={"login": "nobody"})
    assert short.status_code not in (411, 413)


async def test_a_form_of_unknown_length_is_refused(web: Web) -> None:
    async def endless() -> object:
        yield b"x"

    async with http_client() as client:
        reply = await client.post(f"{web.address}/login", content=endless())  # type: ignore[arg-type]
    assert reply.status_code == 411


async def test_the_fhir_api_has_its_own_limit(web: Web) -> None:
    client = await web.client()
    note = {"resourceType": "Basic", "code": {"text": "x" * (LARGEST + 1)}}
    assert (await client.post("/Basic", json=note)).status_code == 201
