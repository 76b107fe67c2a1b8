import gzip
import hashlib
import re

import pytest

from services.portal.assets import STATIC, address, assets, by_public_name, squeezed
from services.portal.extraction import PORTAL


def test_the_name_holds_the_contents_hash() -> None:
    written = (STATIC / "aloud.js").read_bytes()
    digest = hashlib.sha256(written).hexdigest()[:16]
    assert address("aloud.js") == f"/static/aloud.{digest}.js"
    assert by_public_name()[f"aloud.{digest}.js"].content == written
    style = assets()["portal.css"]
    assert style.name == f"portal.{hashlib.sha256(style.content).hexdigest()[:16]}.css"


def test_a_style_sheet_is_sent_without_what_people_need() -> None:
    sheet = """/* Two
    lines. */
.a > .b,
.c:hover { color: red; margin: 0 auto; }
@media (max-width: 40rem) { .a { content: " "; } }
"""
    sent = '.a > .b,.c:hover{color:red;margin:0 auto}@media (max-width:40rem){.a{content:" "}}'
    assert squeezed(sheet) == sent


def test_a_file_that_does_not_exist_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        address("nothing.css")


def test_the_stylesheet_is_small_and_loads_nothing_from_elsewhere() -> None:
    css = assets()["portal.css"].content.decode()
    assert len(css) < 20_000
    assert "url(" not in css
    assert "@import" not in css
    assert css.count("{") == css.count("}")


SCRIPTED = {
    "passkey.js": {"passkey.html", "enrol_passkey.html"},
    "aloud.js": {"layout.html"},
    "idle.js": {"layout.html"},
    "link.js": {"viewer.html"},
}


def test_no_template_carries_style_or_script_and_few_name_a_script_of_ours() -> None:
    tags = {
        name: f"""<script type="module" src="{{{{ static('{name}') }}}}"></script>""" for name in SCRIPTED
    }
    for name, tag in tags.items():
        found = {path.name for path in PORTAL.rglob("*.html") if tag in path.read_text("utf-8")}
        assert found == SCRIPTED[name]
    for path in PORTAL.rglob("*.html"):
        text = path.read_text("utf-8")
        for tag in tags.values():
            text = text.replace(tag, "")
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", text), path


def test_every_class_of_the_templates_is_styled() -> None:
    css = assets()["portal.css"].content.decode()
    for path in PORTAL.rglob("*.html"):
        for attribute in re.findall(r'class="([^"{]*)"', path.read_text("utf-8")):
            for name in attribute.split():
                assert f".{name}" in css, (path.name, name)


PAIRS = """ink/ground soft/ground soft/paper soft/grave-wash brand/ground grave/grave-wash warm/warm-wash
calm/paper paper/brand paper/grave"""


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        short = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
        parts = [int(short[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_text_colours_reach_wcag_aa_and_in_elder_mode_aaa() -> None:
    css = (STATIC / "portal.css").read_text("utf-8")
    usual = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", css[: css.index(".elder {")]))
    elder = usual | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", css[css.index(".elder {") :][:300]))
    for tokens, least in ((usual, 4.5), (elder, 7.0)):
        for pair in PAIRS.split():
            text, ground = pair.split("/")
            assert contrast(tokens[text], tokens[ground]) >= least, (text, ground, least)


def test_what_gzip_sends_is_the_same_and_a_third() -> None:
    for asset in assets().values():
        assert gzip.decompress(asset.gzipped) == asset.content
    assert len(assets()["portal.css"].gzipped) * 3 < len(assets()["portal.css"].content)
