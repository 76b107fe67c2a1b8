"""Path segment: any text as one segment of a path, and back.

RFC 3986, 3.3. A server takes `%2F` for a slash before it looks for the page, a browser `..` for the parent,
and a log-in on the way decodes once more: so all but letters, digits, `_` and `-` is written `~2F`.
"""

import re

_OTHER = re.compile(r"[^\w-]")
_WRITTEN = re.compile(r"(?:~[0-9A-F]{2})+")


def encode(text: str) -> str:
    """`text` without any character that means something in a path."""
    return _OTHER.sub(lambda found: "".join(f"~{byte:02X}" for byte in found[0].encode()), text)


def decode(segment: str) -> str:
    """The text of a segment; what nobody encoded stays."""
    return _WRITTEN.sub(
        lambda found: bytes.fromhex(found[0].replace("~", "")).decode(errors="replace"), segment
    )
