"""Infection: what whoever draws blood or shares a room has to know: by diagnosis, by its words, by a result.

Screens, section 1: the red bar. ICD-10, LOINC; of a test the newest reading counts.
"""

import re
from collections.abc import Iterable, Iterator

from fhir.summary.aspect import is_denied
from fhir.summary.problems import Problem
from fhir.summary.results import Series
from fhir.summary.source import Origin
from fhir.summary.verdict import Verdict
from fhir.summary.wording import Wording, spaced

_ICD10 = (
    "A15", "A16", "A17", "A18", "A19", "A50", "A51", "A52", "A53", "B16", "B17", "B18", "B20", "B21", "B22",
    "B23", "B24", "Z21", "Z22.5",
)  # fmt: skip
_WORDS = re.compile(
    "结核|梅毒|艾滋|乙肝|乙型(?:病毒性)?肝炎|丙肝|丙型(?:病毒性)?肝炎|耐药菌|耐甲氧西林|耐碳青霉烯|耐万古霉素"
    r"|\b(?:HIV|AIDS|MRSA|VRE|CRE|CRAB|HBV|HCV|tuberculosis|syphilis)\b",
    re.IGNORECASE | re.ASCII,
)
_PAST = re.compile("接种|疫苗|陈旧|治愈|史|抗体阴性")
_LOINC = frozenset(
    {
        "5195-3", "5196-1", "5197-9", "63557-3", "13955-0", "16128-1", "7917-8", "7918-6", "31201-7",
        "56888-1", "20507-0", "20508-8", "22587-0", "24312-1",
    }
)  # fmt: skip
"""Hepatitis B surface antigen, antibodies of hepatitis C and HIV, syphilis (RPR, treponemes)."""
_TESTS = re.compile(
    r"乙肝表面抗原|乙型肝炎(?:病毒)?表面抗原|HBsAg|HBeAg|乙肝e抗原|丙肝抗体|丙型肝炎(?:病毒)?抗体|抗-?HCV|HCV-?Ab"
    r"|HIV|人类免疫缺陷|艾滋|梅毒|RPR|TRUST|TPPA|TP-?Ab",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"(?<![非无])阳性|(?<!non-)(?<!not )\b(?:positive|reactive|detected)\b|^\+", re.IGNORECASE
)
_NEGATIVE = re.compile(r"阴性|negative|non-?reactive|not detected|未检出", re.IGNORECASE)


def infections(problems: Iterable[Problem], series: Iterable[Series]) -> Iterator[tuple[str, Origin]]:
    """What is told, and by whom."""
    for each in problems:
        if _is_infection(each):
            yield each.sure_name, each.origin
    for test in series:
        latest = test.latest
        if _is_test(test) and _is_positive(str(latest.value), latest.verdict):
            yield _result(test), latest.origin


def _is_infection(problem: Problem) -> bool:
    if problem.code:
        return problem.code.upper().startswith(_ICD10)
    said = str(problem.name)
    return bool(_WORDS.search(said)) and not (is_denied(said) or _PAST.search(said))


def _is_test(series: Series) -> bool:
    return series.loinc in _LOINC or _TESTS.search(series.name) is not None


def _is_positive(value: str, verdict: Verdict) -> bool:
    if _NEGATIVE.search(value):
        return False
    return verdict is Verdict.POSITIVE or _POSITIVE.search(value) is not None


def _result(series: Series) -> Wording:
    return spaced(series.name, series.latest.value or Wording("阳性", "positive"))
