"""Re-cut: a public message as a Chinese hospital would send it.

Version 2.4, no MSH-9.3, a name with characters whose bytes look like delimiters, Z segments between the
results, and the character set of the hospital.
"""

from typing import NamedTuple

from adapters.hl7v2.charset import encode
from adapters.hl7v2.message import Message

DANGEROUS = "珅琝玘"
"""In GBK their second bytes are `|` `\\` `^`."""
RARE = DANGEROUS + "㛃䶮" + "\U00020bb7"
"""And four bytes in GB 18030, FE9F, and beyond the basic plane."""


class Hospital(NamedTuple):
    """How a hospital writes: the real character set, what MSH-18 says of it, and the patient's name."""

    charset: str
    declared: str
    name: str


HOSPITALS = (
    Hospital("gb18030", "GB18030", RARE),
    Hospital("gb18030", "GB 18030-2000", RARE),
    Hospital("gbk", "GBK", DANGEROUS),
    Hospital("gb18030", "", RARE),
    Hospital("utf-8", "UNICODE UTF-8", RARE),
    Hospital("utf-8", "UTF-8", RARE),
    Hospital("utf-8", "", RARE),
    Hospital("gb18030", "ASCII", RARE),
)


def recut(text: str, hospital: Hospital) -> bytes:
    """The bytes that `hospital` would send instead of `text`."""
    return encode("\r".join(_lines(text, hospital)) + "\r", hospital.charset)


def named(text: str, name: str) -> str:
    """The message as it is, but for the patient's name."""
    return "\r".join(_named(segment.raw, name) for segment in Message.parse(text).segments) + "\r"


def _lines(text: str, hospital: Hospital) -> list[str]:
    found = []
    for segment in Message.parse(text).segments:
        raw = _named(segment.raw, hospital.name)
        found.append(_header(raw, segment.delimiters.component, hospital) if segment.name == "MSH" else raw)
        if segment.name == "OBX":
            found.append(raw[3].join(("ZRS", "1", "本院", hospital.name)))
    return found


def _header(raw: str, component: str, hospital: Hospital) -> str:
    fields = raw.split(raw[3])
    fields += [""] * (18 - len(fields))
    fields[1] = fields[1][:4]
    fields[8] = component.join(fields[8].split(component)[:2])
    fields[11], fields[17] = "2.4", hospital.declared
    return raw[3].join(fields)


def _named(raw: str, name: str) -> str:
    if not raw.startswith("PID"):
        return raw
    fields = raw.split(raw[3])
    fields += [""] * (6 - len(fields))
    fields[5] = name
    return raw[3].join(fields)


def padded(raw: bytes, charset: str) -> list[bytes]:
    """The same message with other ends of lines, and with blanks around lines and behind fields."""
    lines = raw.decode(charset).rstrip("\r").split("\r")
    head, rest = lines[0], lines[1:]
    separator = head[3]
    wide = [
        head,
        *(separator.join(f"{one}  " if one else one for one in line.split(separator)) for line in rest),
    ]
    wide = [head, *(line[:3] + line[5:] if line[3:5] == "  " else line for line in wide[1:])]
    forms = (
        "\r\n".join(f"{line}  " for line in lines) + "\r\n",
        "\n\n".join([head, *(f" {line}\u3000" for line in rest)]),
        "\ufeff" * charset.startswith("utf") + "\r".join(wide),
    )
    return [form.encode(charset) for form in forms]
