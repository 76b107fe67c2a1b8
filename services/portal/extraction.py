"""gettext extraction: every text of the pages that the catalogue must hold.

`python -m services.portal.extraction` prints what has no English yet, ready to be put into portal.po.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import escape
from jinja2.ext import babel_extract

from services.portal.catalogue import ENGLISH, translations

PORTAL = Path(__file__).parent
Message = str | tuple[str, str]


def messages() -> list[Message]:
    """All msgids in order of appearance; a pair is a singular and its plural."""
    found = [m for path in sorted(PORTAL.rglob("*.html")) for m in _of_template(path)]
    found += [m for path in sorted(PORTAL.rglob("*.py")) for m in _of_module(path)]
    return list(dict.fromkeys(found))


def untranslated() -> list[Message]:
    """The messages that the English catalogue does not hold."""
    english = translations(ENGLISH)
    return [m for m in messages() if _translated(english, m) == (m if isinstance(m, str) else m[0])]


def _translated(catalogue: object, message: Message) -> str:
    if isinstance(message, str):
        return str(catalogue.gettext(message))  # type: ignore[attr-defined]
    return str(catalogue.ngettext(*message, 1))  # type: ignore[attr-defined]


def _of_template(path: Path) -> Iterator[Message]:
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    with path.open("rb") as source:
        for _, function, message, _ in babel_extract(source, ("_", "gettext", "ngettext"), (), options):
            if function == "ngettext":
                yield str(message[0]), str(message[1])  # type: ignore[index]
            elif text := message if isinstance(message, str) else message and message[0]:
                yield str(text)


def _of_module(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mark":
            argument = node.args[0]
            if isinstance(argument, ast.Constant):
                yield str(argument.value)


def _entry(message: Message) -> str:
    if isinstance(message, str):
        return f'msgid {escape(message)}\nmsgstr ""\n'
    return f'msgid {escape(message[0])}\nmsgid_plural {escape(message[1])}\nmsgstr[0] ""\nmsgstr[1] ""\n'


if __name__ == "__main__":
    print("\n".join(map(_entry, untranslated())))
