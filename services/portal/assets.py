"""Static files: served under a name that holds their content's hash, so that they are cached for ever.

The files are few and small: they are read once and answered from memory.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATIC = Path(__file__).with_name("static")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its public name, its type, its bytes, and those as gzip has them."""

    name: str
    media_type: str
    content: bytes
    gzipped: bytes


@cache
def assets() -> dict[str, Asset]:
    """All files by their own name (`portal.css`)."""
    return {path.name: _asset(path) for path in sorted(STATIC.iterdir()) if path.suffix in _TYPES}


@cache
def by_public_name() -> dict[str, Asset]:
    """All files by the name they are served under (`portal.<hash>.css`)."""
    return {asset.name: asset for asset in assets().values()}


def address(name: str) -> str:
    """Where a file is served; KeyError for a file that does not exist."""
    return f"/static/{assets()[name].name}"


def squeezed(style: str) -> str:
    """A style sheet without comments and without the space that only people need; it holds no such string."""
    bare = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s+|\n\s*", r"\1", bare).replace(";}", "}").strip()


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    if path.suffix == ".css":
        content = squeezed(content.decode()).encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    name = f"{path.stem}.{digest}{path.suffix}"
    return Asset(name, _TYPES[path.suffix], content, gzip.compress(content, 9, mtime=0))
