"""UCUM: what a unit is in base units, so that values in different units can be compared.

ucum.org/ucum 2.2, sections 2.1 (grammar), 3.2 (arbitrary units are each a dimension of their own) and 3.3
(special units: the temperatures are converted, each other one is a dimension of its own). Factors are exact
fractions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from fhir.search.types.ucum_table import Atom, table

SYSTEM = "http://unitsofmeasure.org"
LONGEST = 100
MOST_POWER = 60
_DIGITS = 400
_TOKEN = re.compile(r"(?P<note>\{[!-z|~]*\})|(?P<sign>[./()])|(?P<unit>(?:\[[^\]\s]*\]|[^./(){}\[\]\s])+)")
_POWER = re.compile(r"(?P<unit>.*?)(?P<power>[+-]?\d{1,3})?")
_FACTOR = re.compile(r"[1-9]\d{0,17}")


class UnitError(ValueError):
    """The code is not one of UCUM, or its value is beyond what is compared."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`(value + offset) * factor` base units of `dimension` (`g1m-3`)."""

    factor: Fraction
    dimension: str
    offset: Fraction = Fraction(0)

    def canonical(self, value: Decimal | int) -> float:
        """The value in base units, exact until it is rounded once; infinite beyond the range of a double."""
        over, under = value.as_integer_ratio()
        if self.offset:
            over, under = (
                over * self.offset.denominator + self.offset.numerator * under,
                under * self.offset.denominator,
            )
        try:
            return (over * self.factor.numerator) / (under * self.factor.denominator)
        except OverflowError:
            return float("inf") if over > 0 else float("-inf")


@dataclass(slots=True)
class _Product:
    factor: Fraction = Fraction(1)
    powers: dict[str, int] = field(default_factory=dict)
    offset: Fraction | None = None

    def times(self, other: "_Product", power: int) -> None:
        if abs(power) > MOST_POWER or (self.offset or other.offset) is not None:
            raise UnitError("a temperature scale stands alone; powers are small")
        self.factor *= other.factor**power
        if max(self.factor.numerator.bit_length(), self.factor.denominator.bit_length()) > 4 * _DIGITS:
            raise UnitError("the unit is beyond what is compared")
        for name, exponent in other.powers.items():
            self.powers[name] = self.powers.get(name, 0) + exponent * power


@lru_cache(maxsize=4096)
def unit(code: str) -> Unit | None:
    """The unit of a UCUM code (case-sensitive); None where it is none."""
    if len(code) > LONGEST:
        return None
    try:
        product = _read(code)
    except (UnitError, RecursionError):
        return None
    return Unit(product.factor, _dimension(product.powers), product.offset or Fraction(0))


def _dimension(powers: Mapping[str, int]) -> str:
    return "".join(f"{name}{power}" for name, power in sorted(powers.items()) if power) or "1"


def _read(code: str) -> _Product:
    tokens, at = [], 0
    while at < len(code):
        match = _TOKEN.match(code, at)
        if match is None:
            raise UnitError(code)
        tokens.append(match)
        at = match.end()
    if not tokens:
        raise UnitError(code)
    product, rest = _term(tokens, 0)
    if rest != len(tokens):
        raise UnitError(code)
    return product


def _term(tokens: list[re.Match[str]], at: int) -> tuple[_Product, int]:
    """`[/]component{./component}` up to the end or a closing bracket."""
    power = 1
    if at < len(tokens) and tokens[at][0] == "/":
        power, at = -1, at + 1
    found, at = _component(tokens, at)
    product = found if power == 1 else _Product()
    if power == -1:
        product.times(found, -1)
    while at < len(tokens) and tokens[at][0] in "./":
        power = -1 if tokens[at][0] == "/" else 1
        found, at = _component(tokens, at + 1)
        product.times(found, power)
    return product, at


def _component(tokens: list[re.Match[str]], at: int) -> tuple[_Product, int]:
    """A unit, a bracketed term or an annotation; annotations are the unity."""
    if at >= len(tokens):
        raise UnitError("a unit is missing")
    token, product = tokens[at], _Product()
    if token["sign"] == "(":
        product, at = _term(tokens, at + 1)
        if at >= len(tokens) or tokens[at][0] != ")":
            raise UnitError("a bracket is open")
    elif token["unit"]:
        product = _powered(token[0])
    elif not token["note"]:
        raise UnitError("a unit is missing")
    at += 1
    while at < len(tokens) and tokens[at]["note"]:
        at += 1
    return product, at


def _powered(text: str) -> _Product:
    if _FACTOR.fullmatch(text):
        return _Product(Fraction(int(text)))
    match = _POWER.fullmatch(text)
    assert match is not None
    whole = _simple(text) if match["power"] else None
    if whole is not None:  # a code that ends in a digit, such as [CCID_50]
        return whole
    found = _simple(match["unit"])
    if found is None:
        raise UnitError(text)
    if match["power"] is None:
        return found
    product = _Product()
    product.times(found, int(match["power"]))
    return product


def _simple(text: str) -> _Product | None:
    """An atom of the tables, with a prefix where it is metric."""
    atoms = table().atoms
    if (atom := atoms.get(text)) is not None:
        return _expanded(atom, Fraction(1))
    for length in (1, 2):
        prefix, atom = table().prefixes.get(text[:length]), atoms.get(text[length:])
        if prefix is not None and atom is not None and atom.metric:
            return _expanded(atom, prefix)
    return None


def _expanded(atom: Atom, prefix: Fraction) -> _Product:
    if atom.term is None:
        return _Product(prefix, {atom.code: 1})
    if atom.offset is not None:  # (value * prefix + offset) * factor
        return _Product(prefix * atom.factor, {"K": 1}, atom.offset / prefix)
    product = _Product(prefix * atom.factor)
    product.times(_inner(atom.term), 1)
    return product


@lru_cache(maxsize=512)
def _inner(term: str) -> _Product:
    return _read(term)
