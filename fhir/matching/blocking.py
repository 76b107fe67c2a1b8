"""Blocking keys: two records that share none are not compared.

Each key survives some errors: a wrong digit of the number, a wrong character of the name, a birth date with
day and month turned, a name in dialect. Keys are plain text; the store hashes them before it keeps them.
"""

from collections.abc import Iterator

from fhir.matching.birth import Birth
from fhir.matching.features import Features
from fhir.matching.name import Name


def keys(of: Features) -> list[str]:
    """The blocking keys of a record, the most telling first."""
    return list(dict.fromkeys((*_numbered(of), *_contacted(of), *_named(of))))


def _numbered(of: Features) -> Iterator[str]:
    for number in sorted(of.shaped):
        yield f"number|{number}"
        yield f"born|{number[6:17]}"
        yield f"area|{number[:14]}"
    for card in sorted(of.cards):
        yield f"card|{card}"


def _contacted(of: Features) -> Iterator[str]:
    for phone in sorted(of.phones):
        if of.birth:
            yield f"phone|{phone}|{of.birth.year}"
        yield from (f"phone|{phone}|{name.dialect}" for name in of.names)
    if of.address:
        yield from (f"house|{of.address}|{name.dialect}" for name in of.names)
    for mother in sorted(of.mothers):
        if of.birth:
            yield f"mother|{mother}|{of.birth.text}"


def _named(of: Features) -> Iterator[str]:
    for name in of.names:
        if of.birth and not name.parent:
            yield from _dated(name, of.birth)


def _dated(name: Name, birth: Birth) -> Iterator[str]:
    yield f"name|{name.dialect}|{birth.year}"
    if birth.day:
        yield f"day|{name.dialect}|{birth.month}-{birth.day}"
        yield f"surname|{name.dialect_surname or name.dialect[:6]}|{birth.text}"
        yield f"given|{name.dialect_given}|{birth.text}"
        turned = sorted((birth.month, birth.day))
        yield f"letters|{name.dialect_given[:1]}|{turned[0]}|{turned[1]}|{birth.year}"
