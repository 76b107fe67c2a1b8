"""Demographics: whom the criteria of a Patient Demographics Query mean.

IHE ITI TF-2 3.21.4.1.3; HL7 v2 3.3.57. `candidates` is the one place that finds them. All criteria hold of
one source Patient; a name is met by any of its written forms, then by its pinyin; without `*` by all of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from adapters.v2_to_fhir.criteria import Criteria, Word
from fhir.interactions.context import Context
from fhir.interactions.search import search
from fhir.resource import Resource
from fhir.search.names.fold import fold_name
from fhir.search.names.humanname import asked_name, family_forms, forms, given_forms, parts_of, written
from fhir.search.value import escaped
from services.queries.continuation import Place
from services.queries.domains import Domain
from services.queries.numbers import parameter
from services.queries.people import Person, people

MOST = 300
"""More source Patients than these are no answer to a look-up: who asks has to say more."""
WRITTEN, SPOKEN, BORN = "NA", "NP", "DB"
"""Table 0392: the name matches, it sounds alike, the birth date matches."""


class Candidate(NamedTuple):
    """A person who may be meant: in which order, why (table 0392), and how certainly, if anybody knows."""

    rank: int
    person: Person
    reasons: tuple[str, ...]
    certainty: float | None = None

    @property
    def place(self) -> Place:
        """Where he stands among all, whoever comes or goes: of equal rank the oldest first."""
        return self.rank, self.person.birth_date, self.person.key


class TooManyError(Exception):
    """The criteria mean half the town."""


async def candidates(
    context: Context, criteria: Criteria, number: Domain | None, account: Domain | None
) -> list[Candidate]:
    """Everybody who meets the criteria and whom who asks may see, the best first; TooManyError.

    `number` and `account` are the domains of the identifiers that the criteria name (None: any).
    """
    asked = [*_parameters(criteria, number, account), ("_count", str(MOST))]
    page = await search(context, "Patient", asked, strict=True)
    if any(relation == "next" for relation, _ in page.links):
        raise TooManyError
    met = {
        row.reference: why for row in page.matches if (why := _meets(row.resource(), criteria)) is not None
    }
    found: dict[str, Candidate] = {}
    for reference, person in (
        await people(context, [row for row in page.matches if row.reference in met])
    ).items():
        candidate = Candidate(int(SPOKEN in met[reference]), person, met[reference])
        found[person.key] = min(candidate, found.get(person.key, candidate), key=lambda each: each.place)
    return sorted(found.values(), key=lambda each: each.place)


def _parameters(criteria: Criteria, number: Domain | None, account: Domain | None) -> list[tuple[str, str]]:
    """The search that finds all who may meet the criteria."""
    asked = [("birthdate", criteria.birth_date), ("gender", criteria.gender)]
    asked += [("phone", escaped(each)) for each in criteria.phones]
    asked += [("email", escaped(each)) for each in criteria.mails]
    asked += [(name, escaped(word.text)) for name, word in criteria.addresses]
    asked += [("name", escaped(word.text)) for word in criteria.families]
    asked += [("given", escaped(word.text)) for word in criteria.givens if not criteria.families]
    if criteria.number.value:
        asked.append(parameter(criteria.number.value, number))
    if criteria.account.value:
        asked.append(parameter(criteria.account.value, account, "_has:Account:patient:identifier"))
    return [each for each in asked if each[1]]


def _meets(patient: Resource, criteria: Criteria) -> tuple[str, ...] | None:
    """Why a Patient meets the criteria, as far as names and birth date tell; None where a name does not."""
    names = [name for name in patient.get("name", ()) if name.get("use") != "old"] or [{}]
    why: dict[str, None] = {}
    pairs = _pairs(criteria)
    for family, given in pairs:
        reasons = [reason for name in names if (reason := _named(name, family, given))]
        if not reasons:
            return None
        why[min(reasons)] = None
    if SPOKEN in why:
        why.pop(WRITTEN, None)
    return (*why, *((BORN,) if criteria.birth_date else ()))


def _pairs(criteria: Criteria) -> list[tuple[Word, Word]]:
    """Family and given names as they belong together, in their order."""
    count = max(len(criteria.families), len(criteria.givens))
    nothing = [Word("")] * count
    return list(zip((criteria.families + nothing)[:count], (criteria.givens + nothing)[:count], strict=True))


def _named(name: Resource, family: Word, given: Word) -> str:
    """Is it the name that is asked for: as it is written, by its pinyin, or (nothing) not at all?"""
    joined = "".join(map(fold_name, parts_of(name, ("given",))))
    firsts = {joined, *(form for each in parts_of(name, ("given",)) for form in given_forms(each))}
    lasts = set(family_forms(name.get("family", "")))
    spellings = set(written(name))
    if not family.text:
        return _how(given, firsts, spellings)
    if not given.text:
        return _how(family, (set(forms(name)) - firsts) | lasts, spellings)
    if family.open:
        apart = (_how(family, lasts, spellings), _how(given, firsts, spellings))
        return max(apart) if all(apart) else ""
    return _how(Word(family.text + given.text, given.open), set(forms(name)), spellings)


def _how(word: Word, known: set[str], spellings: set[str]) -> str:
    """How one of the forms is the word, or begins with it."""
    text = fold_name(asked_name(word.text))
    met: Sequence[str] = [form for form in known if form == text or (word.open and form.startswith(text))]
    if not met:
        return ""
    return WRITTEN if any(form in spellings for form in met) else SPOKEN
