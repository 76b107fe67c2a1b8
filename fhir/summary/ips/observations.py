"""The sections made of Observations: results, vital signs, pregnancy, social history.

IPS 2.0 sectionResults, sectionVitalSigns, sectionPregnancyHx, sectionSocialHistory. Of each test the newest
reading stands in the document; the reports that conclude something stand with the results.
"""

from datetime import date

from fhir.summary.blood import BLOOD_GROUPS, Blood, blood
from fhir.summary.coding import codes, many
from fhir.summary.documents import Document, documents
from fhir.summary.file import HealthFile
from fhir.summary.ips.part import Heading, Line, Need, Part, cell
from fhir.summary.ips.written import flagged
from fhir.summary.results import Reading, Series, results
from fhir.summary.terms import Words
from fhir.summary.verdict import Verdict
from fhir.summary.wording import Wording, joined

_COLUMNS = (
    Words("项目", "Test"),
    Words("结果", "Result"),
    Words("参考范围", "Reference"),
    Words("判断", "Verdict"),
)
_NEWEST = Words("每个项目只列最近一次。", "Of each test only the newest reading.")
RESULTS = Heading(
    "30954-2",
    "Relevant diagnostic tests/laboratory data note",
    Words("检查检验结果", "Results"),
    _COLUMNS,
    ("Observation", "DiagnosticReport"),
    Need.RECOMMENDED,
    no_data=Words("没有检查检验结果。", "No information on results."),
    note=_NEWEST,
)
VITAL_SIGNS = Heading(
    "8716-3", "Vital signs note", Words("生命体征", "Vital Signs"), _COLUMNS, ("Observation",), note=_NEWEST
)
PREGNANCY = Heading(
    "10162-6",
    "History of pregnancies Narrative",
    Words("孕产史", "History of Pregnancy"),
    _COLUMNS[:2],
    ("Observation",),
    note=_NEWEST,
)
SOCIAL = Heading(
    "29762-2",
    "Social history note",
    Words("生活方式", "Social History"),
    _COLUMNS[:2],
    ("Observation",),
    note=_NEWEST,
)
_VITAL = frozenset(
    "85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 9843-4 29463-7 39156-5 85354-9 8480-6 8462-4 8478-0 "  # noqa: SIM905
    "8280-0".split()
)
_PREGNANT = frozenset(
    "82810-3 11778-8 11779-6 11780-4 11636-8 11637-6 11638-4 11639-2 11640-0 11612-9 11613-7 11614-5 "  # noqa: SIM905
    "33065-4".split()
)
_SOCIAL = frozenset(("72166-2", "74013-4"))
_VERDICTS = {
    Verdict.NORMAL: Wording("正常", "normal"),
    Verdict.HIGH: Wording("偏高", "high"),
    Verdict.LOW: Wording("偏低", "low"),
    Verdict.CRITICAL_HIGH: Wording("危急：过高", "critical: too high"),
    Verdict.CRITICAL_LOW: Wording("危急：过低", "critical: too low"),
    Verdict.CRITICAL: Wording("危急", "critical"),
    Verdict.ABNORMAL: Wording("异常", "abnormal"),
    Verdict.POSITIVE: Wording("阳性", "positive"),
    Verdict.NEGATIVE: Wording("阴性", "negative"),
}
_PRELIMINARY = Wording("初步", "preliminary")


def observation_parts(file: HealthFile, today: date) -> list[Part]:
    """The four sections: results first."""
    lines: dict[str, list[Line]] = {each.loinc: [] for each in (RESULTS, VITAL_SIGNS, PREGNANCY, SOCIAL)}
    told = blood(file)
    for series in results(file, today):
        heading = _heading(series)
        line = _line(series, told)
        lines[heading.loinc].append(Line(line.cells[: len(heading.columns)], line.origins, line.originals))
    lines[RESULTS.loinc] += [_report(each) for each in _concluding(file)]
    return [Part(each, lines[each.loinc]) for each in (RESULTS, VITAL_SIGNS, PREGNANCY, SOCIAL)]


def _heading(series: Series) -> Heading:
    observation = series.latest.original
    named = codes(observation.get("code")) | {series.loinc or ""}
    kinds = {code for each in many(observation.get("category")) for code in codes(each)}
    if named & _PREGNANT:
        return PREGNANCY
    if named & _SOCIAL or "social-history" in kinds:
        return SOCIAL
    return VITAL_SIGNS if named & _VITAL or "vital-signs" in kinds else RESULTS


def _line(series: Series, told: Blood) -> Line:
    latest = series.latest
    verdict = _differing(series, told) or _VERDICTS.get(latest.verdict, Wording(""))
    early = latest.status in ("preliminary", "partial")
    return Line(
        (series.name, _value(latest), cell(latest.reference), flagged(verdict, (_PRELIMINARY, early))),
        (latest.origin,),
        (latest.original,),
    )


def _differing(series: Series, told: Blood) -> Wording | None:
    """That sources tell different blood groups: somebody could be given the wrong blood."""
    if series.loinc not in BLOOD_GROUPS:
        return None
    code = {"coding": [{"code": series.loinc}]}
    said = ({"code": code, "valueString": each.value} for each in series.readings)
    text = "；".join(dict.fromkeys(filter(None, map(told.doubts, said))))
    return Wording(f"记录不一致：{text}", f"sources differ: {text}") if text else None


def _value(reading: Reading) -> Wording:
    return joined(filter(None, (reading.value, reading.unit)), (" ", " "))


def _concluding(file: HealthFile) -> list[Document]:
    reports = [each for each in documents(file) if each.original.get("resourceType") == "DiagnosticReport"]
    return [each for each in reports if each.conclusion]


def _report(report: Document) -> Line:
    remark = _PRELIMINARY if report.preliminary else Wording("")
    return Line(
        (report.title, cell(report.conclusion), Wording(""), remark), (report.origin,), (report.original,)
    )
