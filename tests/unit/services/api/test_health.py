from tests.support.web import Web


async def test_alive_ready_and_measured(web: Web) -> None:
    address = web.fhir.removesuffix("/fhir")
    assert (await web.http.get(f"{address}/healthz")).json() == {"status": "ok"}
    assert (await web.http.get(f"{address}/readyz")).status_code == 200
    metrics = await web.http.get(f"{address}/metrics")
    assert "furong_http_requests_total" in metrics.text
