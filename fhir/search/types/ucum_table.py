"""UCUM: the tables of units and prefixes, as the Unified Code for Units of Measure 2.2 gives them.

ucum.org/ucum, sections 4 (tables) and 3.2 (arbitrary units). Read once, from the official XML that ucumvert
carries; ucumvert itself is not imported, since its unit registry takes 0.15 s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

_NAMESPACE = "{http://unitsofmeasure.org/ucum-essence}"
# Affine scales: kelvin = (value + offset) * factor. The other special units (levels, pH …) are logarithmic.
_SCALES = {
    "Cel": (Fraction("273.15"), Fraction(1)),
    "[degF]": (Fraction("459.67"), Fraction(5, 9)),
    "[degRe]": (Fraction("218.52"), Fraction(5, 4)),
}


@dataclass(frozen=True, slots=True)
class Atom:
    """One unit of the tables: `factor` times `term`, or (term None) a dimension of its own."""

    code: str
    metric: bool
    factor: Fraction = Fraction(1)
    term: str | None = None
    offset: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """All prefixes and units by their case-sensitive codes."""

    prefixes: Mapping[str, Fraction]
    atoms: Mapping[str, Atom]


@cache
def table() -> Table:
    """The tables of UCUM."""
    spec = find_spec("ucumvert")
    assert spec is not None
    assert spec.origin is not None
    root = ElementTree.parse(Path(spec.origin).parent / "vendor" / "ucum-essence.xml").getroot()  # noqa: S314
    prefixes = {each.attrib["Code"]: _value(each) for each in root.iter(f"{_NAMESPACE}prefix")}
    bases = [Atom(each.attrib["Code"], metric=True) for each in root.iter(f"{_NAMESPACE}base-unit")]
    atoms = [*bases, *map(_atom, root.iter(f"{_NAMESPACE}unit"))]
    return Table(prefixes, {atom.code: atom for atom in atoms})


def _value(element: ElementTree.Element) -> Fraction:
    return Fraction(next(element.iter(f"{_NAMESPACE}value")).attrib["value"])


def _atom(element: ElementTree.Element) -> Atom:
    code, metric = element.attrib["Code"], element.attrib.get("isMetric") == "yes"
    if code in _SCALES:
        offset, factor = _SCALES[code]
        return Atom(code, metric, factor, "K", offset)
    term = next(element.iter(f"{_NAMESPACE}value")).attrib["Unit"]
    alone = element.attrib.get("isArbitrary") == "yes" and term == "1"
    if alone or element.attrib.get("isSpecial") == "yes":
        return Atom(code, metric)
    return Atom(code, metric, _value(element), term)
