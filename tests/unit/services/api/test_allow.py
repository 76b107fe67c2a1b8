import pytest

from tests.support.web import Web


@pytest.mark.parametrize(
    ("method", "path", "methods"),
    [
        ("DELETE", "/Patient/1/_history", "GET, HEAD"),
        ("DELETE", "/Patient/1/$everything", "GET, HEAD, POST"),
        ("OPTIONS", "/Patient/$match", "POST"),
        ("POST", "/Patient/1", "DELETE, GET, HEAD, PATCH, PUT"),
    ],
)
async def test_a_405_names_what_the_address_takes(web: Web, method: str, path: str, methods: str) -> None:
    client = await web.client()
    reply = await client.request(method, path)
    assert (reply.status_code, reply.headers["allow"]) == (405, methods)
