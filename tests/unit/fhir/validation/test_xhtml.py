from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.validation.xhtml import ATTRIBUTES, ELEMENTS, NAMESPACE, narrative_fault


def div(inner: str) -> str:
    return f'<div xmlns="{NAMESPACE}">{inner}</div>'


@pytest.mark.parametrize("name", sorted(ELEMENTS))
def test_every_allowed_element(name: str) -> None:
    assert narrative_fault(div(f"<{name}>a</{name}>")) is None


@pytest.mark.parametrize(
    "name", ["script", "object", "embed", "link", "meta", "base", "input", "P", "x:div", "body"]
)
def test_other_elements(name: str) -> None:
    assert narrative_fault(div(f"a<{name}/>")) is not None


@pytest.mark.parametrize("name", sorted(ATTRIBUTES - {"href", "src", "style"}))
def test_every_allowed_attribute(name: str) -> None:
    assert narrative_fault(div(f'<p {name}="a">a</p>')) is None


@pytest.mark.parametrize(
    "name", ["onload", "onerror", "formaction", "srcdoc", "ping", "data", "background", "target"]
)
def test_other_attributes(name: str) -> None:
    assert narrative_fault(div(f'<p {name}="a">a</p>')) is not None


@pytest.mark.parametrize(
    "link",
    ["javascript:a", "JavaScript:a", " javascript:a", "data:text/html,a", "vbscript:a", "java\tscript:a"],
)
def test_links_that_run(link: str) -> None:
    assert narrative_fault(div(f'<a href="{link}">a</a>')) is not None


@pytest.mark.parametrize(
    "style", ["background:url(//a)", "width: expression(1)", "@import 'a'", "b\\65 havior: a"]
)
def test_styles_that_load_or_run(style: str) -> None:
    assert narrative_fault(div(f'<p style="{style}">a</p>')) is not None


def test_the_fault_does_not_repeat_the_text() -> None:
    assert "HTEST" not in str(narrative_fault(div("<HTEST>HTEST</HTEST>")))


def test_an_image_is_content() -> None:
    assert narrative_fault(div('<img src="#a" alt="x"/>')) is None
    assert narrative_fault(div("<br/>")) == "the div must hold some text or an image (txt-2)"


def test_a_deep_div() -> None:
    assert narrative_fault(div("<p>" * 5000 + "a" + "</p>" * 5000)) is None


@given(st.text())
def test_any_text_gets_an_answer(text: Any) -> None:
    assert narrative_fault(text) is not None
    narrative_fault(div(text))
