"""Characters that no font of the system has: shown as 〓, and named below the page.

JIS X 0208 2-14, the geta mark, which printers put where they lack a type.
"""

from collections.abc import Collection

from services.portal.formats import unturned

GETA = "〓"
_UNSEEN = frozenset(
    (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFE00, 0xFE10))
)


def shown(text: str, known: Collection[int], lacking: set[int]) -> str:
    """A text in characters that are `known`; those that are not are added to `lacking`."""
    return "".join(_shown(sign, known, lacking) for sign in unturned(text))


def _shown(sign: str, known: Collection[int], lacking: set[int]) -> str:
    code = ord(sign)
    if code in known:
        return sign
    if code in _UNSEEN or not sign.isprintable():
        return " " if sign.isspace() else ""
    lacking.add(code)
    return GETA


def legend(lacking: Collection[int]) -> str:
    """The characters for which 〓 stands, by their numbers in Unicode."""
    return " ".join(f"U+{code:04X}" for code in sorted(lacking))
