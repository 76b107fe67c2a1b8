"""A small reader of rendered pages: what a test asks of HTML, without a browser."""

from html.parser import HTMLParser
from typing import Any

from services.portal.page import Reader, render
from services.portal.preferences import Preferences

VOID = {"meta", "link", "input", "img", "br", "rect", "polyline", "circle", "hr"}
DOCTOR = Reader("周敏", "clinician", idle=900)
RESIDENT = Reader("王建国", "resident", idle=300, shared=True)


class Html(HTMLParser):
    """Elements in order, with their attributes; a tag that closes another is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.elements, self._open = text, list[tuple[str, dict[str, str]]](), list[str]()
        self.feed(text)
        assert self._open == [], self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, tag
        assert self._open.pop() == tag, tag

    def all(self, *tags: str) -> list[dict[str, str]]:
        """The attributes of all elements with one of some tags."""
        return [attributes for tag, attributes in self.elements if tag in tags]


def rendered(template: str, language: str = "zh-CN", *, elder: bool = False, reader: Reader | None = None,
             path: str = "/x", **model: Any) -> Html:  # fmt: skip
    """A template with a model, read."""
    return Html(
        render(template, Preferences(language, elder), token="t0ken", path=path, reader=reader, **model)
    )
