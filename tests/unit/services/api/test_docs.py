from tests.support.web import Web


async def test_the_page_and_the_description_need_no_token_and_no_script(web: Web) -> None:
    page = await web.http.get(f"{web.fhir}/docs")
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert "<script" not in page.text
    told = (await web.http.get(f"{web.fhir}/openapi.json")).json()
    assert told["openapi"].startswith("3.1")
