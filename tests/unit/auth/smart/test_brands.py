"""User-access brands (SMART kit lines 92 to 95) and the style of the pages."""

import re
from pathlib import Path

import services.portal
from auth.smart.brands import STYLE, brands
from fhir.validation import errors


def test_the_bundle_is_valid_and_joined() -> None:
    bundle = brands("https://furong.example", "2026-11-26T12:00:00+08:00")
    assert not errors(bundle)
    brand, endpoint = (entry["resource"] for entry in bundle["entry"])
    assert endpoint["address"] == "https://furong.example/fhir"
    assert brand["endpoint"] == [{"reference": f"Endpoint/{endpoint['id']}"}]


def test_the_colours_are_those_of_the_pages() -> None:
    css = (Path(services.portal.__file__).parent / "static" / "portal.css").read_text("utf-8")
    tokens = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", css))
    assert STYLE["color_text"] == tokens["ink"]
    assert STYLE["color_background"] == tokens["ground"]
    assert STYLE["color_highlight"] == tokens["brand"]
    assert STYLE["color_error"] == tokens["grave"]
