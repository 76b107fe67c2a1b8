"""Element: how single elements of a directory's resource become what a line says of them.

FHIR R4 datatypes.html. Each keeps what the line does not speak of.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fhir.definitions.own_search_parameters import AREA_CODE
from fhir.resource import Resource
from fhir.search.names.surname import COMPOUND
from services.directory import cell

LICENCE = "urn:furong:identifier:practising-licence"
_ROLES = {
    "医师": "doctor", "医生": "doctor", "doctor": "doctor", "护士": "nurse", "nurse": "nurse",
    "药师": "pharmacist", "pharmacist": "pharmacist", "研究员": "researcher", "researcher": "researcher",
    "教师": "teacher", "teacher": "teacher",
}  # fmt: skip
_ROLE_SYSTEM = "http://terminology.hl7.org/CodeSystem/practitioner-role"
_DEFAULT_QUALIFICATION = "执业资格"

Says = Mapping[str, Any]
"""What a line says, by column; None where a cell is empty."""
References = Mapping[str, str]
"""By column: the resource that a cell names."""


def plain(made: Resource, says: Says, name: str) -> None:
    """A text, a code or a truth as it stands in the column of the same name."""
    if name in says:
        made[name] = says[name]


def active(made: Resource, says: Says) -> None:
    """Whether it is in use; what is new is, unless the line says otherwise."""
    if says.get("active") is not None:
        made["active"] = says["active"]
    else:
        made.setdefault("active", True)


def state(before: str | None, says: Says, on: str, off: str) -> str:
    """The same where the element is a code."""
    if says.get("active") is None:
        return before or on
    return on if says["active"] else off


def refer(made: Resource, says: Says, references: References, **columns: str) -> None:
    """References, of which a line says the only one: element = column."""
    for element, column in columns.items():
        if column in says:
            before = (made.get(element) or {}).get("reference")
            if column not in references:
                made[element] = None
            elif before != references[column]:
                made[element] = {"reference": references[column]}


def refer_all(made: Resource, says: Says, references: References, **columns: str) -> None:
    """A list of references, of which a line says the only one."""
    for element, column in columns.items():
        if column in says:
            before = [each.get("reference") for each in made.get(element) or ()]
            wanted = [references[column]] if column in references else []
            if before != wanted:
                made[element] = [{"reference": each} for each in wanted]


def texts(made: Resource, says: Says, **columns: str) -> None:
    """A list of concepts, of which a line says the only one, in words."""
    for element, column in columns.items():
        if column in says:
            wanted = [says[column]] if says[column] else []
            if [each.get("text") for each in made.get(element) or ()] != wanted:
                made[element] = [{"text": each} for each in wanted]


def phone(made: Resource, says: Says) -> None:
    """The telephone of the work; others stay."""
    if "phone" in says:
        own = {"system": "phone", "value": says["phone"], "use": "work"} if says["phone"] else None
        made["telecom"] = _in_place(made.get("telecom"), own, _of_work)


def _of_work(contact: Mapping[str, Any]) -> bool:
    return (contact.get("system"), contact.get("use")) == ("phone", "work")


def period(made: Resource, says: Says) -> None:
    """From when until when; a day that the file has no column for stays."""
    if says.keys() & {"begins", "ends"}:
        made["period"] = _spanned(made.get("period") or {}, says)


def _spanned(period: Mapping[str, Any], says: Says) -> dict[str, Any]:
    said = {name: says[column] for name, column in (("start", "begins"), ("end", "ends")) if column in says}
    return {name: day for name, day in {**period, **said}.items() if day is not None}


def coded(before: list[Any] | None, table: str, code: str | None) -> list[Any]:
    """Concepts of other code systems stay; that of `table` is the one that the line says."""
    url = cell.table(table).url
    concept = {"coding": [cell.coding(table, code)]} if code else None
    return _in_place(
        before, concept, lambda each: url in (one.get("system") for one in each.get("coding") or ())
    )


def _in_place(before: list[Any] | None, new: Any, replaces: Callable[[Any], bool]) -> list[Any]:
    """A list with `new` where the first stood that it replaces, else at the end; None takes that away."""
    made, waiting = [], new
    for each in before or ():
        if not replaces(each):
            made.append(each)
        elif waiting is not None:
            made.append(waiting)
            waiting = None
    return made if waiting is None else [*made, waiting]


def extension(url: str, table: str, code: str | None) -> list[dict[str, Any]]:
    """An extension with a code of a shipped table, none without a code."""
    return [{"url": url, "valueCoding": cell.coding(table, code)}] if code else []


def address(before: Mapping[str, Any], says: Says) -> dict[str, Any]:
    """The address in words, and its area by code and by name."""
    made = dict(before)
    if "area" in says:
        kept = [each for each in made.get("extension") or () if each["url"] != AREA_CODE]
        made["extension"] = kept + extension(AREA_CODE, cell.AREAS, says["area"])
        made |= _area_names(says["area"])
    if "address" in says:
        made["text"] = says["address"]
    return {name: value for name, value in made.items() if value}


def _area_names(code: str | None) -> dict[str, str | None]:
    if code is None:
        return {"city": None, "district": None, "country": None}
    areas = cell.table(cell.AREAS)
    city, district = areas.find(code[:4] + "00"), areas.find(code)
    named = None if district is city or district is None else district.display
    return {"city": city.display if city else None, "district": named, "country": "CHN"}


def position(says: Says) -> dict[str, Any] | None:
    """Where a place is on earth."""
    if says["latitude"] is None:
        return None
    return {name: cell.decimal(says[name]) for name in ("longitude", "latitude")}


def written(name: Mapping[str, Any]) -> str:
    """A name as it is written, for a comparison: family first where there is no text."""
    return str(name.get("text") or "".join([name.get("family") or "", *(name.get("given") or ())]))


def human_name(text: str) -> dict[str, Any]:
    """A name; of one in Chinese characters the family name is told apart."""
    named: dict[str, Any] = {"use": "official", "text": text}
    if not all("\u3400" <= each <= "\u9fff" or each > "\uffff" for each in text) or len(text) < 2:
        return named
    family = text[:2] if text[:2] in COMPOUND and len(text) > 2 else text[:1]
    return named | {"family": family, "given": [text[len(family) :]]}


def qualifications(before: list[dict[str, Any]], says: Says) -> list[dict[str, Any]]:
    """That which the line speaks of is changed or added; none is ever taken away: it ends."""
    at = _qualification(before, says)
    made = dict(before[at]) if at is not None else {}
    if says.get("licence"):
        others = [each for each in made.get("identifier") or () if each.get("system") != LICENCE]
        made["identifier"] = [{"system": LICENCE, "value": says["licence"]}, *others]
    if says.get("qualification") or "code" not in made:
        made["code"] = {"text": says.get("qualification") or _DEFAULT_QUALIFICATION}
    if says.keys() & {"begins", "ends"}:
        made["period"] = _spanned(made.get("period") or {}, says)
    made = {name: value for name, value in made.items() if value}
    if at is None:
        return [*before, made]
    return [*before[:at], made, *before[at + 1 :]]


def _qualification(before: list[dict[str, Any]], says: Says) -> int | None:
    """Which one it is: that with the licence's number, else that of the same name without a number."""
    for position, each in enumerate(before):
        numbers = [one.get("value") for one in each.get("identifier") or () if one.get("system") == LICENCE]
        if says.get("licence") in numbers if says.get("licence") else False:
            return position
    wanted = says.get("qualification") or _DEFAULT_QUALIFICATION
    for position, each in enumerate(before):
        numbered = any(one.get("system") == LICENCE for one in each.get("identifier") or ())
        if (each.get("code") or {}).get("text") == wanted and not (numbered and says.get("licence")):
            return position
    return None


def role(text: str | None) -> list[dict[str, Any]] | None:
    """What somebody is at a house, by code where FHIR has one."""
    if text is None:
        return None
    code = _ROLES.get(text.lower())
    return [{"coding": [{"system": _ROLE_SYSTEM, "code": code}]} if code else {"text": text}]
