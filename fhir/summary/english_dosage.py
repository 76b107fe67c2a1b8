"""English dosage: the frequencies and doses that an English text says in plain phrases.

A phrase in a sentence that limits, permits or goes on in steps ("no more than", "may be", "then") says
nothing here, and neither does a span ("2 to 3 times a day").
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from fhir.summary.coding import folded
from fhir.summary.controlled import table
from fhir.summary.frequency import Frequency, frequency

Dose = tuple[Decimal, str]

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "twelve": 12}
_COUNT = rf"\d{{1,2}}|{'|'.join(_NUMBERS)}"
_APART = r"(?<![\w.,/–-])(?<!\bto )(?<!\bor )(?<!\band )"
_OFTEN = re.compile(
    rf"{_APART}(?:(?P<word>once|twice|thrice)|(?P<count>{_COUNT})[\s-]?(?:times?|x))"
    r"[\s-]+(?:(?P<day>daily|(?:a|per|each|every)[\s-]day)|(?:weekly|(?:a|per|each|every)[\s-]week))\b"
)
_HOURLY = re.compile(rf"\bevery[\s-](?P<hours>{_COUNT})[\s-]?(?:hours?|hrs?|h)\b")
_NAMED = re.compile(
    r"\b(?:(?P<other>every (?:other|second) day|on alternate days)|(?P<night>every night|nightly)"
    r"|(?P<code>qd|bid|tid|qid|qod|qn|q\d{1,2}h))\b"
)
_DOTTED = re.compile(r"\b([bqt])\.i\.d\b\.?|\bq\.(?:o\.)?[dn]\b\.?")
_SENTENCE = re.compile(r"[;,()\n]|\.(?!\d)")
_UNSURE = re.compile(
    r"\b(?:max(?:imum|imal)?|more|most|least|less|than|exceed\w*|up to|limit\w*|not|never|no|if|may|or|unless"
    r"|repeat\w*|instead|previous\w*|usual\w*|total)\b"
)
_STEPS = re.compile(
    r"\b(?:then|followed by|thereafter|afterwards|taper\w*|increas\w*|reduc\w*|decreas\w*"
    r"|titrat\w*|start\w*|initial\w*|first|(?:day|week)s? \d)"
)
_FORMS = {"tab": "tablet", "cap": "capsule", "patche": "patch"}
_DOSE = re.compile(
    rf"{_APART}(?P<number>\d+(?:\.\d+)?|½|half(?: an?)?|{'|'.join(_NUMBERS)})[\s-]?"
    r"(?P<unit>(?:tab(?:let)?|cap(?:sule)?|pill|drop|puff|spray|sachet|bottle|unit|microgram|milligram|gram"
    r"|millilit(?:er|re))s?|patch(?:es)?|mg|g|mcg|ug|ml|iu)\b"
    r"(?!\s*(?:[-–/]|tab|cap|pill|each\b|daily|a day|per\b|to \d|or \d))"
)


@lru_cache(maxsize=4096)
def frequencies_in(text: str) -> tuple[Frequency, ...]:
    """How often, by each plain phrase of an English text."""
    return tuple(often for sentence in _sentences(text) for often in _frequencies(sentence))


@lru_cache(maxsize=4096)
def doses_in(text: str) -> tuple[Dose, ...]:
    """The doses of an English text, as numbers and units; no strengths, no amounts of a whole day."""
    return tuple(
        (_number(found["number"]), unit_in_english(found["unit"]))
        for sentence in _sentences(text)
        for found in _DOSE.finditer(sentence)
    )


def unit_in_english(unit: str) -> str:
    """A unit of one, of its several ways of writing: tabs is tablet."""
    word = folded(unit)
    bare = word[:-1] if len(word) > 2 and word.endswith("s") else word
    known = table("units").get(word) or table("units").get(bare)
    return str(known[0]) if known else _FORMS.get(bare, bare)


def _sentences(text: str) -> list[str]:
    plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), " ".join(text.casefold().split()))
    if _STEPS.search(plain):
        return []
    return [each for each in _SENTENCE.split(plain) if not _UNSURE.search(each)]


def _frequencies(sentence: str) -> Iterator[Frequency]:
    for found in _OFTEN.finditer(sentence):
        times = {"once": 1, "twice": 2, "thrice": 3}.get(found["word"]) or int(_number(found["count"]))
        yield Frequency(times, Decimal(1), "d" if found["day"] else "wk")
    for found in _HOURLY.finditer(sentence):
        yield Frequency(1, _number(found["hours"]), "h")
    for found in _NAMED.finditer(sentence):
        code = "qod" if found["other"] else "qn" if found["night"] else found["code"]
        often = frequency(code)
        if often:
            yield often


def _number(said: str) -> Decimal:
    if said.startswith(("half", "½")):
        return Decimal("0.5")
    return Decimal(_NUMBERS.get(said, said))
