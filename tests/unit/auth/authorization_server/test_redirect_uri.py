"""Redirect URIs as data (RFC 9700 lines 1, 2 and 33)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from auth.authorization_server import redirect_uri

_FILE = Path(__file__).parents[3] / "spec" / "access" / "redirect_uris.yaml"
CASES: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
REQUESTS = [
    (known, asked, right)
    for known, requests in CASES["registered"].items()
    for asked, right in requests.items()
]


@pytest.mark.parametrize("uri", CASES["fit"])
def test_may_be_registered(uri: str) -> None:
    assert redirect_uri.check([uri]) == (uri,)


@pytest.mark.parametrize("uri", CASES["unfit"])
def test_may_not_be_registered(uri: str) -> None:
    with pytest.raises(redirect_uri.UnfitAddress):
        redirect_uri.check([uri])


@pytest.mark.parametrize(("known", "asked", "right"), REQUESTS)
def test_a_request_names_a_registered_one(known: str, asked: str, right: bool) -> None:
    assert redirect_uri.registered(asked, [known]) is right


def test_one_to_ten() -> None:
    for uris in ([], [f"https://app.example/{number}" for number in range(11)]):
        with pytest.raises(redirect_uri.UnfitAddress):
            redirect_uri.check(uris)
