"""Judgement of two records: link, review or separate, and by which rule.

china.md, "Matching persons" rules 1, 2, 4 and 6. Numbers decide where both have one; what can't be told from
twins, newborns and shared cards goes to a clerk; all else goes by weight. A false merge is the serious error.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from fhir.matching.comparison import Levels, compare
from fhir.matching.comparisons import birth_date as birth
from fhir.matching.comparisons import card, citizen_number, contact, name, sex
from fhir.matching.features import Features
from fhir.matching.model import Model


class Outcome(StrEnum):
    """What becomes of two records."""

    LINK = "link"
    REVIEW = "review"
    SEPARATE = "separate"


class Rule(StrEnum):
    """Why."""

    NUMBER = "number"
    CARD_BORROWED = "card-borrowed"
    MOTHERS_NUMBER = "mothers-number"
    TWO_NUMBERS = "two-numbers"
    ONE_NUMBER_WRONG = "one-number-wrong"
    NAMELESS = "nameless"
    TWINS = "twins"
    SEX = "sex"
    BIRTH = "birth"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome for two records, the rule that decided, the comparison vector, the weight in bits."""

    outcome: Outcome
    rule: Rule
    levels: Levels
    weight: float

    @property
    def parts(self) -> bool:
        """Does it take back what record linkage has linked? A little less weight does not."""
        return self.outcome is Outcome.SEPARATE or (
            self.outcome is Outcome.REVIEW and self.rule is not Rule.WEIGHT
        )

    def evidence(self, model: str) -> dict[str, Any]:
        """Why two records are alike, as it is kept: nothing of the people themselves."""
        told = {"levels": self.levels.words, "rule": self.rule.value}
        return told | {"weight": round(self.weight, 2), "model": model}


_AGREE = frozenset((name.SAME, name.VARIANT, name.TURNED, name.CUT))
_CLOSE = _AGREE | {name.SOUND, name.SIMILAR}
_DATED = frozenset((birth.SAME, birth.TURNED, birth.LUNAR, birth.SLIP, birth.YEAR))
_EXPLAINED = _DATED - {birth.SLIP}
_REACHED = frozenset((contact.BOTH, contact.PHONE))
_HOME = _REACHED | {contact.HOUSE}
_GENERATION, _OF_AGE = 10, 19


def judge(
    one: Features, other: Features, levels: Levels, model: Model, population: float, frequency: float = 0.0
) -> Judgement:
    """Whether two records are one person's, as far as they tell it themselves."""
    weight = model.weight(levels, population, frequency)
    if levels.number == citizen_number.SAME:
        outcome, rule = _same_number(one, other, levels)
    elif one.number and other.number:
        outcome, rule = _two_numbers(levels)
    else:
        outcome, rule = _by_weight(one, other, levels, model, weight)
    return Judgement(outcome, rule, levels, weight)


def same_by_number(one: Features, other: Features) -> bool:
    """Are two records one person's because both tell one citizen number of their own?"""
    own = one.number != "" and one.number == other.number
    return own and _same_number(one, other, compare(one, other))[0] is Outcome.LINK


def _same_number(one: Features, other: Features, levels: Levels) -> tuple[Outcome, Rule]:
    """The date of birth may have been copied from the number, so that the name has to speak too.

    A child that is a generation younger than the number says may bear its mother's, and even be called as
    she is; of grown people that is a slip of the pen.
    """
    dated = levels.birth in _DATED
    own = one.number != "" and one.number == other.number
    if _kin(one, other) or _kin(other, one):
        return Outcome.REVIEW, Rule.CARD_BORROWED
    called = levels.name == name.BABY or levels.name in _CLOSE
    if called and not own and not dated and _mother_and_child(one, other):
        return (Outcome.SEPARATE if levels.name == name.BABY else Outcome.REVIEW), Rule.MOTHERS_NUMBER
    if levels.name in _AGREE or (levels.name in _CLOSE and levels.birth != birth.DIFFERENT):
        return Outcome.LINK, Rule.NUMBER
    told = dated and one.told and other.told
    if levels.name in (name.MISSING, name.INITIALS) and told and levels.sex != sex.DIFFERENT:
        return Outcome.LINK, Rule.NUMBER
    return Outcome.REVIEW, Rule.CARD_BORROWED


def _kin(mother: Features, child: Features) -> bool:
    """Does the one record name the other as its mother?"""
    return not child.mothers.isdisjoint(name.text for name in mother.names) and not any(
        name.parent for name in child.names
    )


def _mother_and_child(one: Features, other: Features) -> bool:
    years = sorted(each.birth.year for each in (one, other) if each.birth)
    return len(years) == 2 and years[1] - years[0] >= _GENERATION and not _grown(years[1])


def _grown(born: int) -> bool:
    return born <= date.today().year - _OF_AGE


def _two_numbers(levels: Levels) -> tuple[Outcome, Rule]:
    """Two valid numbers are two people, unless all else says that one of them is somebody else's."""
    alike = levels.name in _AGREE and levels.birth == birth.SAME and levels.sex != sex.DIFFERENT
    if alike and (levels.contact in _HOME or levels.card == card.SAME):
        return Outcome.REVIEW, Rule.ONE_NUMBER_WRONG
    return Outcome.SEPARATE, Rule.TWO_NUMBERS


def _by_weight(
    one: Features, other: Features, levels: Levels, model: Model, weight: float
) -> tuple[Outcome, Rule]:
    if weight < model.review:
        return Outcome.SEPARATE, Rule.WEIGHT
    doubt = _doubt(one, other, levels)
    if doubt is not None:
        return Outcome.REVIEW, doubt
    return (Outcome.LINK if weight >= model.link else Outcome.REVIEW), Rule.WEIGHT


def _doubt(one: Features, other: Features, levels: Levels) -> Rule | None:
    """What keeps two records from being linked without a clerk, however much they agree."""
    own = levels.number == citizen_number.SLIP or levels.card == card.SAME
    if levels.name in (name.MISSING, name.BABY, name.INITIALS, name.GIVEN, name.DIFFERENT):
        return Rule.NAMELESS
    if _twins(one, other, levels, own):
        return Rule.TWINS
    if levels.sex == sex.DIFFERENT and (levels.name not in _AGREE or levels.contact not in _HOME):
        return Rule.SEX
    if levels.name not in _AGREE and levels.birth not in _EXPLAINED and not own:
        return Rule.BIRTH
    reached = levels.contact in _REACHED and levels.birth in (birth.NEAR, birth.MISSING)
    return None if levels.birth in _DATED or reached or own else Rule.BIRTH


def _twins(one: Features, other: Features, levels: Levels, own: bool) -> bool:
    """Could these be brothers or sisters of one day: of another name, with a home and a mother in common?

    Of children a card of their `own` does not tell: it may be the other's. A number that differs by a slip
    does where the names sound or look alike.
    """
    if levels.name in _AGREE:
        return levels.name == name.CUT and (one.multiple or other.multiple)
    grown = all(each.birth and _grown(each.birth.year) for each in (one, other))
    alike = levels.name in (name.SOUND, name.SIMILAR)
    slip = alike and levels.number == citizen_number.SLIP
    told = slip or (grown and (own or (alike and levels.contact in _REACHED)))
    return one.multiple or other.multiple or not told
