"""Forms, cookies, headers and error pages over HTTP, as any browser or attacker may send them."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from auth.login import accounts
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import sessions
from tests.functional.portal.conftest import PASSWORD, Site
from tests.functional.portal.region import RESIDENT
from tests.support.http_client import http_client


@pytest.fixture
async def http(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(base_url=site.address) as client:
        client.headers["accept-language"] = "zh-CN"
        yield client


def token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


async def send(http: httpx.AsyncClient, path: str, at: str | None = None, **fields: str) -> httpx.Response:
    form = await http.get(at or path)
    return await http.post(path, data={"csrf": token(form), **fields})


async def resident(http: httpx.AsyncClient) -> httpx.Response:
    return await send(http, "/login", login="wang", password=PASSWORD, next="/resident/access")


async def test_a_right_password_opens_the_page_that_was_asked_for(http: httpx.AsyncClient) -> None:
    reply = await resident(http)
    assert (reply.status_code, reply.headers["location"]) == (303, "/resident/access")
    cookie = next(line for line in reply.headers.get_list("set-cookie") if line.startswith("furong_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await http.get("/")).headers["location"] == "/resident"


async def test_a_wrong_password_and_an_unknown_login_look_alike(http: httpx.AsyncClient, site: Site) -> None:
    wrong = await send(http, "/login", login="wang", password="wrong")
    unknown = await send(http, "/login", login="nobody", password="wrong")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("wang", "nobody") == unknown.text
    assert "wrong" not in wrong.text
    assert "furong_session" not in http.cookies


async def test_nothing_leads_to_another_site(http: httpx.AsyncClient) -> None:
    reply = await send(http, "/login", login="wang", password=PASSWORD, next="//evil.example")
    assert reply.headers["location"] == "/resident"
    back = await send(http, "/preferences", at="/login", language="en", next="https://evil.example")
    assert back.headers["location"] == "/"


@pytest.mark.parametrize(
    "path", ["/login", "/login/factor", "/login/password", "/login/enrol", "/logout", "/preferences"]
)
async def test_a_form_without_our_token_does_nothing(http: httpx.AsyncClient, path: str) -> None:
    await http.get("/login")
    reply = await http.post(path, data={"login": "wang", "password": PASSWORD, "language": "en", "csrf": "x"})
    assert reply.status_code == 403
    assert "表单已过期" in reply.text
    assert "furong_session" not in http.cookies
    assert "furong_language" not in http.cookies


async def test_the_clinicians_forms_want_the_token_too(http: httpx.AsyncClient, site: Site) -> None:
    await doctor(http, site)
    for path, fields in (
        ("/clinician", {"query": "王"}),
        ("/clinician/arrivals", {"number": "510104195803129021"}),
    ):
        assert (await http.post(path, data=fields)).status_code == 403
    assert await site.platform.archive.records(["Patient/stranger"], None, 5) == []


async def doctor(http: httpx.AsyncClient, site: Site) -> None:
    step = await send(http, "/login", login="doctor", password=PASSWORD)
    reply = await send(http, "/login/factor", at=step.headers["location"], code=site.code())
    assert reply.headers["location"] == "/clinician"


async def test_a_wrong_code_opens_nothing(http: httpx.AsyncClient, site: Site) -> None:
    step = await send(http, "/login", login="doctor", password=PASSWORD)
    assert "furong_session" not in http.cookies
    reply = await send(http, "/login/factor", at=step.headers["location"], code="000000")
    assert reply.status_code == 422
    assert (await http.get("/clinician")).headers["location"].startswith("/login")


async def test_a_one_time_password_must_be_replaced_before_anything_opens(
    http: httpx.AsyncClient, site: Site
) -> None:
    _, once = await accounts.create(
        site.platform.database,
        Passwords(),
        login="new",
        name="新人",
        roles=(Role.RESIDENT,),
        patient=f"Patient/{RESIDENT}",
    )
    step = await send(http, "/login", login="new", password=once)
    at = step.headers["location"]
    assert at.startswith("/login/password")
    assert (await http.get("/resident")).status_code == 303
    differing = await send(http, "/login/password", at=at, password="a lake of lotus", again="another")
    assert "两次输入的密码不一样" in differing.text
    short = await send(http, "/login/password", at=at, password="abc", again="abc")
    assert "密码太短" in short.text
    done = await send(http, "/login/password", at=at, password="a lake of lotus", again="a lake of lotus")
    assert done.headers["location"] == "/resident"
    assert (await http.get("/resident")).status_code == 200


async def test_log_out_ends_the_session_on_the_server(http: httpx.AsyncClient, site: Site) -> None:
    await resident(http)
    old = http.cookies["furong_session"]
    reply = await send(http, "/logout", at="/resident")
    assert reply.headers["location"] == "/login?out=1"
    assert "您已退出" in (await http.get("/login?out=1")).text
    http.cookies.set("furong_session", old)
    assert (await http.get("/resident")).status_code == 303


async def test_an_ended_session_goes_to_the_log_in_and_says_why(http: httpx.AsyncClient, site: Site) -> None:
    await resident(http)
    await sessions.end(site.platform.database, http.cookies["furong_session"])
    reply = await http.get("/resident/access")
    assert reply.headers["location"] == "/login?next=/resident/access&expired=1"
    assert "登录已过期" in (await http.get(reply.headers["location"])).text


async def test_language_and_large_type_stay(http: httpx.AsyncClient) -> None:
    reply = await send(http, "/preferences", at="/login", language="en", next="/login")
    assert (reply.status_code, reply.headers["location"]) == (303, "/login")
    await send(http, "/preferences", at="/login", elder="1", next="/login")
    page = (await http.get("/login")).text
    assert '<html lang="en" class="elder">' in page
    await send(http, "/preferences", at="/login", language="xx", elder="2", next="/login")
    assert '<html lang="en" class="elder">' in (await http.get("/login")).text


@pytest.mark.parametrize("path", ["/login", "/clinician", "/clinician/nothing", "/resident/nothing"])
async def test_every_answer_carries_the_headers(http: httpx.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_error_pages_have_a_reference_and_two_languages(http: httpx.AsyncClient) -> None:
    reply = await http.get("/resident/nothing")
    assert reply.status_code == 404
    assert "没有这一页" in reply.text
    assert re.search(r"<code>[A-Za-z0-9._-]+</code>", reply.text)
    english = await http.get("/resident/nothing", headers={"accept-language": "en"})
    assert "There is no such page" in english.text


async def test_our_fault_is_a_page_without_a_word_of_the_inside(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await resident(http)

    def broken(*_: object) -> None:
        raise RuntimeError("王建国's secret")

    monkeypatch.setattr("services.portal.resident.views.my_file", broken)
    reply = await http.get("/resident")
    assert reply.status_code == 500
    assert "出错了" in reply.text
    assert "secret" not in reply.text


async def test_a_page_that_cannot_be_recorded_is_not_shown(
    http: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await resident(http)

    async def fails(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("auth.audit.recorder.Recorder.record", fails)
    reply = await http.get("/resident")
    assert reply.status_code == 500
    assert "糖化血红蛋白" not in reply.text


async def test_static_files_are_kept_for_ever_and_small(http: httpx.AsyncClient) -> None:
    page = await http.get("/login")
    address = re.search(r'href="(/static/portal\.[0-9a-f]+\.css)"', page.text)
    assert address
    css = await http.get(address[1])
    assert css.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert css.headers["content-type"].startswith("text/css")
    assert (await http.get("/static/portal.0000.css")).status_code == 404
    assert (await http.get("/static/..%2froutes.py")).status_code == 404


async def test_log_ins_and_refusals_are_recorded(http: httpx.AsyncClient, site: Site) -> None:
    await send(http, "/login", login="wang", password="wrong")
    await resident(http)
    await send(http, "/logout", at="/resident")
    events = await site.platform.archive.search(None, limit=20)
    kinds = [(event["type"]["code"], event["subtype"][0]["code"], event["outcome"]) for event in events]
    for expected in (("110114", "110122", "4"), ("110114", "110122", "0"), ("110114", "110123", "0")):
        assert expected in kinds
