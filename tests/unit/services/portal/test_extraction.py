import re

from babel.messages.pofile import read_po

from services.portal.catalogue import LOCALE
from services.portal.extraction import PORTAL, messages, untranslated

HAN = re.compile("[\u4e00-\u9fff]")
PLACE = re.compile(r"%\(\w+\)s")


def test_every_text_of_the_pages_has_an_english_translation() -> None:
    assert len(messages()) > 150
    assert untranslated() == []


def test_translations_keep_the_places_and_are_english() -> None:
    with (LOCALE / "en" / "LC_MESSAGES" / "portal.po").open("rb") as source:
        for message in read_po(source):
            if not message.id:
                continue
            ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
            strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            for string in map(str, strings):
                assert sorted(PLACE.findall(string)) == sorted(PLACE.findall(str(ids[0]))), ids
                assert not HAN.search(string), ids


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    known = {message if isinstance(message, str) else message[0] for message in messages()}
    with (LOCALE / "en" / "LC_MESSAGES" / "portal.po").open("rb") as source:
        kept = [m.id if isinstance(m.id, str) else m.id[0] for m in read_po(source) if m.id]
    assert sorted(set(kept) - known) == []


def test_no_template_holds_a_text_outside_gettext() -> None:
    for path in PORTAL.rglob("*.html"):
        text = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", "", path.read_text("utf-8"), flags=re.S)
        assert not HAN.search(text), path
