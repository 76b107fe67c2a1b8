"""Passing a browser on: headers of RFC 9700 lines 29, 30 and 31."""

import pytest
from starlette.responses import Response

from services.portal.apps.passing import quiet, redirected
from services.portal.page import HEADERS


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("https://app.example/cb?x=1", "https://app.example"),
        ("http://127.0.0.1:8000/cb", "http://127.0.0.1:8000"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
def test_a_form_may_lead_to_the_app_alone(uri: str, source: str) -> None:
    response = quiet(Response(headers=HEADERS), uri)
    policy = response.headers["content-security-policy"]
    assert f"form-action 'self' {source};" in policy
    assert policy.count(";") == HEADERS["Content-Security-Policy"].count(";")
    assert response.headers["referrer-policy"] == "no-referrer"


def test_other_pages_keep_their_forms_here() -> None:
    assert "form-action 'self';" in quiet(Response(headers=HEADERS)).headers["content-security-policy"]


def test_a_redirect_is_303_and_byte_for_byte() -> None:
    location = "https://app.example/cb?a=%20b&code=c&state=%E7%97%85"
    response = redirected(location)
    assert (response.status_code, response.headers["location"]) == (303, location)
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"] == "no-store"
