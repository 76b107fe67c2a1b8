"""Comparison: two records side by side, feature by feature, as the page of a pair shows them.

Fellegi and Sunter 1969; issue 6. What the levels say stands beside what the records say, with the characters
marked in which they differ.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fhir.matching.birth import Birth, birth, solar
from fhir.matching.citizen_number import SYSTEM, normalise, shaped, valid
from fhir.matching.features import CARDS
from fhir.resource import Resource
from fhir.search.names.fold import fold_name, simplified
from fhir.summary.coding import many
from fhir.summary.patient import masked_number, names_of, phones
from services.portal.catalogue import mark
from services.portal.console.persons import marks
from services.portal.console.persons.likeness import FEATURES, Phrase, Slip, Unnamed, level, phrase
from services.portal.console.persons.marks import Line, Piece
from services.portal.console.persons.record import Record

Cells = tuple[tuple[Line, ...], tuple[Line, ...]]
_Cell = Callable[[Record, Record], Iterable[Line]]
_SEXES = {"male": mark("男"), "female": mark("女"), "other": mark("其他")}
_UNSAID = mark("性别未说明")
_SOLAR, _OF_NUMBER = mark("若这是农历，公历是"), mark("（取自身份证号）")
_BUSY = mark("这个电话很多人共用")
_TWIN = mark("双胞胎或多胞胎之一")


@dataclass(frozen=True, slots=True)
class Row:
    """One feature: what each record says of it, and how far the two agree."""

    feature: str
    cells: Cells
    verdict: Phrase


def rows(one: Record, other: Record, levels: Mapping[str, str]) -> list[Row]:
    """All features, in the order of a clerk's look."""
    slip = name_slip(one, other)
    cells = {
        "number": _both(_numbers, one, other),
        "birth": _both(_birth, one, other),
        "name": _both(_names, one, other),
        "sex": _both(_sex, one, other),
        "contact": _contacts(one, other, levels),
        "mother": _both(_mothers, one, other),
        "card": _both(_cards, one, other),
    }
    return [
        Row(text, cells[feature], phrase(feature, level(feature, levels), slip))
        for feature, text in FEATURES.items()
    ]


def twin(record: Record) -> str | None:
    """That the record speaks of twins, as a msgid."""
    return _TWIN if record.features.multiple else None


def name_slip(one: Record, other: Record) -> Slip | None:
    """How the names differ that are most alike."""
    found = (
        marks.slip(a.text, b.text)
        for a in one.features.names
        for b in other.features.names
        if a.text != b.text
    )
    return next((each for each in found if each is not None), None)


def unnamed(one: Record, other: Record) -> Unnamed | None:
    """Whether one of the records was made before anybody knew a name, and of whom."""
    for names in (one.features.names, other.features.names):
        if not names or all(name.parent for name in names):
            return Unnamed.NEWBORN if names else Unnamed.UNKNOWN
    return None


def told(one: Record, other: Record, levels: Mapping[str, str]) -> dict[str, str]:
    """The levels as a clerk is told them: that of a baby only its mother's name is known is no other name."""
    newborn = unnamed(one, other) is Unnamed.NEWBORN and levels.get("name") == "different"
    return {**levels, "name": "baby"} if newborn else dict(levels)


def _both(cell: _Cell, one: Record, other: Record) -> Cells:
    return tuple(cell(one, other)), tuple(cell(other, one))


def _numbers(own: Record, other: Record) -> Iterable[Line]:
    theirs = _identifiers(other.resource)
    for value in _identifiers(own.resource):
        yield marks.number(value, value if value in theirs else marks.nearest(value, theirs))


def _identifiers(patient: Resource) -> list[str]:
    """Citizen numbers as they are compared, those that fail their check too."""
    found = []
    for each in many(patient.get("identifier")):
        text = str(each.get("value") or "")
        if each.get("system") == SYSTEM and text and each.get("use") != "old":
            found.append(valid(text) or shaped(text) or normalise(text))
    return list(dict.fromkeys(found))


def _birth(own: Record, other: Record) -> Iterable[Line]:
    text, theirs = (str(each.resource.get("birthDate") or "") for each in (own, other))
    if not text:
        from_number = own.features.birth
        if from_number is not None:
            yield Piece(_written(from_number)), Piece(_OF_NUMBER, term=True)
        return
    yield marks.texts(text, theirs)[0] if theirs else (Piece(text),)
    told, wanted = birth(text), other.features.birth
    if told is not None and wanted is not None and told != wanted:
        read = solar(told) if told.day else None
        if read == (wanted.year, wanted.month, wanted.day):
            yield Piece(_SOLAR, term=True), Piece(f" {_written(wanted)}")


def _written(told: Birth) -> str:
    return "-".join((f"{told.year:04}", *(f"{part:02}" for part in (told.month, told.day) if part)))


def _names(own: Record, other: Record) -> Iterable[Line]:
    theirs = names_of(other.resource)
    for name in names_of(own.resource):
        yield _same(name, theirs) or marks.texts(name, marks.nearest(name, theirs))[0]
        spelled = marks.spelled(name)
        if spelled:
            yield (Piece(spelled),)


def _same(name: str, others: Sequence[str]) -> Line:
    """A name that another is but for spaces, width and traditional characters, without a mark."""
    plain = {simplified(fold_name(each)) for each in others}
    return (Piece(name),) if not others or simplified(fold_name(name)) in plain else ()


def _sex(own: Record, other: Record) -> Iterable[Line]:
    codes = [_SEXES.get(str(each.resource.get("gender")), _UNSAID) for each in (own, other)]
    yield (Piece(codes[0], _UNSAID not in codes and codes[0] != codes[1], term=True),)


def _contacts(one: Record, other: Record, levels: Mapping[str, str]) -> Cells:
    shared = one.features.phones & other.features.phones
    busy = shared and level("contact", levels) not in ("both", "phone")
    more: tuple[Line, ...] = ((Piece(_BUSY, term=True),),) if busy else ()
    return (*_contact(one, other), *more), (*_contact(other, one), *more)


def _contact(own: Record, other: Record) -> Iterable[Line]:
    theirs = [_digits(each) for each in phones(other.resource)]
    for each in phones(own.resource):
        yield marks.phone(_digits(each), theirs)
    places = _addresses(other.resource)
    for place in _addresses(own.resource):
        yield marks.texts(place, marks.nearest(place, places))[0] if places else (Piece(place),)


def _digits(phone: str) -> str:
    return "".join(character for character in phone if character.isdigit())[-11:]


def _addresses(patient: Resource) -> list[str]:
    found = (
        str(each.get("text") or "") or "".join(map(str, many(each.get("line"))))
        for each in many(patient.get("address"))
    )
    return list(dict.fromkeys(filter(None, found)))


def _mothers(own: Record, other: Record) -> Iterable[Line]:
    theirs = sorted(other.features.mothers)
    for name in sorted(own.features.mothers):
        yield marks.texts(name, marks.nearest(name, theirs))[0] if theirs else (Piece(name),)


def _cards(own: Record, other: Record) -> Iterable[Line]:
    theirs = {(each.get("system"), each.get("value")) for each in many(other.resource.get("identifier"))}
    for each in many(own.resource.get("identifier")):
        if each.get("system") in CARDS and each.get("value"):
            kept = (each["system"], each["value"]) in theirs
            yield (Piece(masked_number(str(each["value"])) or "", bool(theirs) and not kept),)
