"""Character set: from bytes to characters by MSH-18, and back.

HL7 v2 chapter 2.14.9.18 (MSH-18) and table 0211. Bytes are decoded before they are split: in GBK the second
byte of 464 characters looks like a delimiter. Nothing is ever replaced: what no character set can read is a
CharsetError with its place. UTF-16 and UTF-32 are refused, as the standard demands.

Where MSH-18 is silent, a short message may be readable both as UTF-8 and as GB18030. Only UTF-8 of three and
four bytes a character counts (two bytes: 联通 in GBK is such UTF-8 by accident). A GB18030 reading that
swallows a delimiter loses; else the reading with the more usual characters (GB 2312 level 1, then 2) wins,
UTF-8 also where it is nearly so. Names of level 1 never tie: their bytes are no UTF-8 of three bytes.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from adapters.hl7v2.delimiters import Delimiters
from adapters.hl7v2.error import Error, Location

# Other text is valid UTF-8 over this many bytes by accident less often than once in a million times.
CERTAINLY_UTF8 = 16

_ALIASES = {
    "utf-8": ("UNICODEUTF8", "UTF8", "UNICODE", "ISO10646"),
    "gb18030": ("GB180302000", "GB180302005", "GB180302022", "GB18030", "GBK", "GB2312", "GB23121980", "GB",
                "CP936", "MS936", "WINDOWS936", "EUCCN"),
    "cp950": ("BIG5", "CP950", "MS950"),
    "iso2022_jp_2": ("ISOIR87", "ISOIR159"),
    "shift_jis": ("ISOIR13", "JIS"),
    "cp949": ("KSX1001", "KSC5601", "EUCKR"),
}  # fmt: skip
_CODECS = {alias: codec for codec, aliases in _ALIASES.items() for alias in aliases}
_CODECS |= {f"{prefix}8859{n}": f"iso8859-{n}" for prefix in ("", "ISO") for n in range(1, 17) if n != 12}
_DEFAULTS = ("", "ASCII", "USASCII", "ISOIR6")

# Where Python's codec still has the private-use characters of GB 18030-2000, GB 18030-2022 has real ones.
_PUBLIC_OF_PRIVATE = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15,
    0xE793: 0xFE16, 0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE81E: 0x9FB4, 0xE826: 0x9FB5,
    0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE864: 0x9FBB,
}  # fmt: skip
_PRIVATE_OF_PUBLIC = {public: private for private, public in _PUBLIC_OF_PRIVATE.items()}
_PRIVATE = re.compile("[\ue78d-\ue864]")
_ASCII = bytes(range(128))
_TWO_BYTES = re.compile("[\u0080-\u07ff]")
# Other text is such UTF-8 so rarely that one rare character in two (许漯) does not tell against it.
_FAVOUR = 0.1
# GB 2312 rows of level 1, of punctuation and of full-width characters.
_USUAL = frozenset(bytes((row,)) for row in (0xA1, 0xA3, *range(0xB0, 0xD8)))

_HEADER = re.compile(rb"(?:\A|[\r\n\v])(?:\xef\xbb\xbf)?[ \t]*(MSH[^\r\n]*)")
_WIDE = (
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x00\x00\xfe\xff",
    b"M\x00S\x00H\x00",
    b"\x00M\x00S\x00H",
    b"\x00\x00\x00M",
)


class Decoded(NamedTuple):
    """The characters of a message, the codec that read them, and what was unusual about the choice."""

    text: str
    charset: str
    notes: tuple[str, ...] = ()


class CharsetError(ValueError):
    """Bytes that are no text: the byte `offset` of the first, the codec, and where in the message it is."""

    def __init__(self, text_key: str, offset: int, charset: str, location: Location) -> None:
        self.text_key = text_key
        self.offset = offset
        self.charset = charset
        self.location = location
        super().__init__(f"{text_key}: {charset} at byte {offset}")

    @property
    def error(self) -> Error:
        """The finding to acknowledge with."""
        return Error(self.text_key, self.location)


def codec_of(name: str) -> str | None:
    """The Python codec of a character set as MSH-18 or a configuration names it; None when unknown."""
    return _CODECS.get(re.sub(r"[^A-Z0-9]", "", name.upper()))


def decode(raw: bytes, default: str = "GB18030") -> Decoded:
    """The text of `raw`: by MSH-18, else by the source's `default`, else UTF-8, else GB18030.

    Raises CharsetError for UTF-16, UTF-32 and for bytes that none of these can read.
    """
    if raw.startswith(_WIDE):
        raise CharsetError("wide-characters", 0, "UTF-16", Location("MSH", 1))
    declared = _declared(raw)
    chosen = codec_of(declared)
    notes = [] if chosen or _is_default(declared) else ["unknown-character-set"]
    if chosen is None:
        chosen = codec_of(default) or "utf-8"
        notes.append("default-character-set")
    silent = "default-character-set" in notes
    marked = raw.lstrip(b"\v").startswith(codecs.BOM_UTF8)
    if chosen != "utf-8" and (marked or _is_certainly_utf8(raw) or _is_rather_utf8(raw, chosen, silent)):
        chosen = "utf-8"
        notes.append("utf-8-instead")
    try:
        return Decoded(_decode(raw, chosen), chosen, tuple(notes))
    except UnicodeDecodeError as failure:
        return _otherwise(raw, failure, default, chosen, notes)


def _otherwise(
    raw: bytes, failure: UnicodeDecodeError, default: str, chosen: str, notes: list[str]
) -> Decoded:
    """The text by another character set than the `chosen` one, which failed; CharsetError when none reads it.

    A UTF-8 message with a torn character is refused: read as something else, its names would be wrong.
    """
    others = (codec_of(default) or "utf-8", "utf-8", "gb18030")
    for codec in () if chosen == "utf-8" and _is_utf8(raw, 1) else others:
        try:
            return Decoded(_decode(raw, codec), codec, (*notes, f"{codec}-instead"))
        except UnicodeDecodeError:
            continue
    raise CharsetError("undecodable", failure.start, chosen, _location(raw, failure.start, chosen)) from None


def _decode(raw: bytes, codec: str) -> str:
    text = raw.decode(codec)
    return text.translate(_PUBLIC_OF_PRIVATE) if codec == "gb18030" and _PRIVATE.search(text) else text


def _is_default(declared: str) -> bool:
    return re.sub(r"[^A-Z0-9]", "", declared.upper()) in _DEFAULTS


def _is_utf8(raw: bytes, ratio: int) -> bool:
    """Whether readable UTF-8 characters beyond ASCII outnumber the faults `ratio` times."""
    text = raw.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", "ignore")) - faults
    return beyond > 0 and beyond >= ratio * faults


def _is_certainly_utf8(raw: bytes) -> bool:
    return len(raw.translate(None, _ASCII)) >= CERTAINLY_UTF8 and _is_utf8(raw, 4)


def _is_rather_utf8(raw: bytes, chosen: str, silent: bool) -> bool:
    """Whether a short text is UTF-8 rather than `chosen`, which MSH-18 names unless it is `silent`."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if text.isascii() or _TWO_BYTES.search(text):
        return False
    if chosen != "gb18030":
        return silent
    try:
        other = raw.decode("gb18030")
    except UnicodeDecodeError:
        return True
    if _delimiters(other, raw) < _delimiters(text, raw):
        return True
    return silent and _usualness(text) + _FAVOUR >= _usualness(other)


def _delimiters(text: str, raw: bytes) -> int:
    """How many delimiters and line ends a reading has."""
    found = _HEADER.search(raw)
    line = found[1].decode("ascii", "ignore") if found else "MSH"
    delimiters = Delimiters.of_header(line)
    return sum(map(text.count, {*delimiters.encoding_characters, delimiters.field, "\r", "\n"} - {""}))


def _usualness(text: str) -> float:
    """From 0 to 1, how usual the characters beyond ASCII are; kana and Greek betray a misreading."""
    leads = [character.encode("gb2312", "ignore")[:1] for character in text if not character.isascii()]
    return sum(1.0 if lead in _USUAL else 0.5 if lead >= b"\xd8" else 0.0 for lead in leads) / len(leads)


def _declared(raw: bytes) -> str:
    """MSH-18 (its first value), read with the character set that it names itself where that can be done.

    A reading counts when its own MSH-18, used to read the header again, gives the same MSH-18: names before
    it may hold bytes that look like the field separator.
    """
    found = _HEADER.search(raw)
    if found is None:
        return ""
    line = found[1]
    readings = list(_readings(line))
    for name in readings:
        codec = codec_of(name)
        if codec and name in _readings(line, (codec,)):
            return name
    return readings[0] if readings else ""


def _readings(line: bytes, charsets: tuple[str, ...] = ("utf-8", "gb18030", "latin-1")) -> Iterator[str]:
    for codec in charsets:
        try:
            text = line.decode(codec)
        except UnicodeDecodeError:
            continue
        fields = text.split(text[3:4] or "|")
        values = fields[17].replace(text[5:6] or "~", "\n") if len(fields) > 17 else ""
        yield next((value.strip() for value in values.split("\n") if value.strip()), "")


def _location(raw: bytes, offset: int, codec: str) -> Location:
    """The segment and field around a byte that cannot be read; the missing MSH where there is none."""
    start = max(raw.rfind(b"\r", 0, offset), raw.rfind(b"\n", 0, offset)) + 1
    lines = re.split(rb"[\r\n]+", raw[:start])
    name = raw[start : start + 3]
    header = _HEADER.search(raw)
    if header is None:
        return Location("MSH", 1)
    separator = chr(header[1][3]) if len(header[1]) > 3 else "|"
    if not re.fullmatch(rb"[A-Z][A-Z0-9]{2}", name):
        return Location()
    field = raw[start:offset].decode(codec, "ignore").count(separator) + (name == b"MSH")
    return Location(name.decode(), sum(line.startswith(name) for line in lines) + 1, field or None)


def header(raw: bytes, default: str = "GB18030") -> str:
    """The MSH segment of an unreadable message, for its acknowledgement only; empty when there is none."""
    found = _HEADER.search(raw)
    if found is None:
        return ""
    chosen = codec_of(_declared(raw)) or codec_of(default) or "utf-8"
    for codec in (chosen, "utf-8", "gb18030"):
        try:
            return found[1].decode(codec)
        except UnicodeDecodeError:
            continue
    return found[1].decode(chosen, "ignore")


def encode(text: str, charset: str) -> bytes:
    """`text` in `charset` (a codec or an MSH-18 name); UnicodeEncodeError when it has no such character."""
    codec = codec_of(charset) or codecs.lookup(charset).name
    return (text.translate(_PRIVATE_OF_PUBLIC) if codec == "gb18030" else text).encode(codec)


def fitted(text: str, charset: str, escape: str) -> bytes:
    r"""`text` in `charset`; what that has no character for is escaped as hexadecimal UTF-8 (`\XE5BCA0\`).

    Where there is no escape character either, all of it is UTF-8.
    """
    if not escape or codec_of(charset) in (None, "utf-8"):
        return encode(text, "UTF-8")
    fitting: list[str] = []
    while text:
        try:
            encode(text, charset)
        except UnicodeEncodeError as error:
            hidden = text[error.start : error.end].encode("utf-8", "replace").hex().upper()
            fitting += [text[: error.start], f"{escape}X{hidden}{escape}"]
            text = text[error.end :]
        else:
            break
    return encode("".join([*fitting, text]), charset)
