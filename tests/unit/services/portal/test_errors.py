import logging
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from services.portal.errors import EXPIRED_FORM, error_page, failed, reference_of


def request() -> Request:
    settings = SimpleNamespace(address="http://localhost:8080")
    app = SimpleNamespace(state=SimpleNamespace(platform=SimpleNamespace(settings=settings)))
    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [], "scheme": "http", "state": {}}
    return Request(scope | {"app": app})


@pytest.mark.parametrize(
    ("status", "sent", "title"),
    [
        (403, 403, "不能打开这一页"), (404, 404, "没有这一页"), (410, 410, "没有这一页"),
        (422, 422, "请求有误"), (EXPIRED_FORM, 403, "表单已过期"), (503, 503, "暂时不能使用"),
        (418, 418, "请求有误"), (502, 502, "出错了"),
    ],
)  # fmt: skip
def test_every_status_has_a_page(status: int, sent: int, title: str) -> None:
    reply = error_page(request(), status)
    assert reply.status_code == sent
    assert title in bytes(reply.body).decode()
    assert reply.headers["cache-control"] == "no-store"


def test_the_reference_is_the_requests_id_and_stays() -> None:
    known = request()
    known.state.request_id = "r-77"
    assert reference_of(known) == "r-77"
    assert "r-77" in bytes(error_page(known, 404).body).decode()
    fresh = request()
    assert reference_of(fresh) == reference_of(fresh) != reference_of(request())


def test_our_fault_is_logged_with_the_reference_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    asked = request()
    with caplog.at_level(logging.ERROR, "furong.portal"):
        reply = failed(asked, ValueError("secret"))
    assert reply.status_code == 500
    assert "secret" not in bytes(reply.body).decode()
    assert caplog.records[0].fields["reference"] == reference_of(asked)  # type: ignore[attr-defined]
