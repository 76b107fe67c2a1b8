from starlette.requests import Request

from services.portal import csrf


def request(cookie: str = "", site: str | None = None) -> Request:
    headers = [(b"cookie", cookie.encode())] + ([(b"sec-fetch-site", site.encode())] if site else [])
    return Request({"type": "http", "headers": headers, "method": "POST", "path": "/"})


def test_a_token_is_good_for_the_cookie_it_was_made_for() -> None:
    assert csrf.accepted(request("furong_form=a"), csrf.token("a"))
    assert not csrf.accepted(request("furong_form=b"), csrf.token("a"))
    assert not csrf.accepted(request("furong_form=a"), "")
    assert not csrf.accepted(request(), csrf.token(""))


def test_the_session_goes_before_the_form_cookie() -> None:
    both = request("furong_form=a; furong_session=s")
    assert csrf.accepted(both, csrf.token("s"))
    assert not csrf.accepted(both, csrf.token("a"))
    assert csrf.form_secret(both) == "s"


def test_another_site_is_refused_even_with_the_right_token() -> None:
    assert not csrf.accepted(request("furong_form=a", "cross-site"), csrf.token("a"))
    assert csrf.accepted(request("furong_form=a", "same-origin"), csrf.token("a"))


def test_a_new_browser_gets_a_secret_of_its_own() -> None:
    assert csrf.form_secret(request()) != csrf.form_secret(request())
