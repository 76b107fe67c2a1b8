from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from services.portal.page import own_path, page, see_other


def request(cookie: str = "", method: str = "GET") -> Request:
    scope = {"type": "http", "scheme": "https", "method": method, "path": "/login", "query_string": b"",
             "headers": [(b"cookie", cookie.encode()), (b"host", b"x")], "server": ("x", 443)}  # fmt: skip
    settings = SimpleNamespace(address="https://x")
    app = SimpleNamespace(state=SimpleNamespace(platform=SimpleNamespace(settings=settings)))
    return Request(scope | {"app": app})


def error(**more: str) -> dict[str, Any]:
    base: dict[str, Any] = {
        "title": "出错了",
        "text": "请返回上一页重试。",
        "action": None,
        "reference": "r-1",
    }
    return base | more


def test_every_page_forbids_caches_frames_scripts_and_foreign_things() -> None:
    headers = page(request(), "templates/error.html", **error()).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "same-origin")
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


def test_a_new_browser_gets_a_guarded_cookie_for_its_forms_a_known_one_none() -> None:
    cookie = page(request(), "templates/error.html", **error()).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "SameSite=lax" in cookie
    assert "set-cookie" not in page(request("furong_form=a"), "templates/error.html", **error()).headers


def test_the_page_speaks_the_readers_language_and_size() -> None:
    english = bytes(page(request("furong_language=en"), "templates/error.html", **error()).body).decode()
    assert '<html lang="en">' in english
    assert "Something went wrong" in english
    assert 'lang="zh-CN"' in english
    elder = bytes(page(request("furong_elder=1"), "templates/error.html", **error()).body).decode()
    assert '<html lang="zh-CN" class="elder">' in elder


def test_what_is_shown_is_escaped() -> None:
    body = bytes(page(request(), "templates/error.html", **error(reference="<script>")).body).decode()
    assert "<script>" not in body
    assert "&lt;script&gt;" in body


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/\\evil", "evil", "", None, "/a\r\nX: y", "/a\\b", "\\/evil"],
)
def test_own_path_never_leaves_the_site(path: str | None) -> None:
    assert own_path(path) == "/"


def test_own_path_keeps_ours() -> None:
    assert own_path("/clinician/patients/1?x=2") == "/clinician/patients/1?x=2"


def test_after_a_form_comes_a_303() -> None:
    reply = see_other("/resident")
    assert (reply.status_code, reply.headers["location"], reply.headers["cache-control"]) == (
        303,
        "/resident",
        "no-store",
    )
