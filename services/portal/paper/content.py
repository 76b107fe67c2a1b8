"""What stands on the paper: the head, the red bar, the sections, where it all comes from.

Screens, section 1: the red bar first; each line with its source and date.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from fhir.summary.allergies import Allergy, allergies
from fhir.summary.file import HealthFile
from fhir.summary.flags import Warning, Warns, flags
from fhir.summary.ips.narrative import absence_text, remarks
from fhir.summary.ips.part import Part
from fhir.summary.ips.sections import sections
from fhir.summary.ips.written import source
from fhir.summary.moment import Moment
from fhir.summary.patient import Banner, banner
from fhir.summary.problems import problems
from fhir.summary.results import results
from fhir.summary.section import Emptiness
from fhir.summary.wording import Wording
from services.portal.catalogue import mark, translations
from services.portal.formats import day, minute

Say = Callable[[str], str]
_SOURCE = mark("来源和日期")
_INCOMPLETE = mark("记录很多，本页只读了较新的部分。")
_SEXES = {"male": mark("男"), "female": mark("女")}
_WARNS = {
    Warns.BLOOD: mark("血型"),
    Warns.BLOOD_DIFFERS: mark("血型记录不一致"),
    Warns.PREGNANCY: mark("孕期"),
    Warns.INFECTION: mark("传染病"),
    Warns.IMPLANT: mark("植入物和器械"),
    Warns.CRITICAL: mark("危急值"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A section: its title, its table with the head as the first row, what is said below."""

    title: str
    rows: list[list[str]]
    below: list[str]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything on the paper, in one language."""

    title: str
    name: str
    facts: list[str]
    also: str
    warned: bool
    warnings_title: str
    warnings: list[str]
    tables: list[Table]
    sources_title: str
    sources: list[str]
    incomplete: str = ""


def content(file: HealthFile, today: date, language: str, *, incomplete: bool = False) -> Content:
    """The paper about a file."""
    say = translations(language).gettext
    known, series = allergies(file), results(file, today)
    warnings = flags(file, problems(file, today).current, series, today)
    lines = [
        *(_allergy(each, say, language) for each in known.current),
        *(_warning(each, say, language) for each in warnings),
    ]
    if known.emptiness is Emptiness.NONE_KNOWN:
        lines.append(say(mark("已询问：无已知过敏")))
    elif known.emptiness is Emptiness.NO_DATA:
        lines.append(say(mark("没有过敏记录：不等于没有过敏，请询问居民。")))
    lines += [_sourced(each.text.within(language), source(each.origin), language) for each in known.partly]
    who = banner(file.patients, today)
    return Content(
        title=say(mark("健康摘要")),
        name=who.name or say(mark("姓名未登记")),
        facts=list(_facts(who, say, language)),
        also=f"{say(mark('也登记为'))} {', '.join(who.other_names)}" if who.other_names else "",
        warned=bool(known.current or warnings),
        warnings_title=say(mark("过敏与警示")),
        warnings=lines,
        tables=[_table(each, say, language) for each in sections(file, today)],
        sources_title=say(mark("各机构最近送来数据")),
        sources=[
            f"{row.organization or say(mark('来源不明'))} {_minute(row.received, language)}"
            for row in file.sources.freshness(file.everything())
        ],
        incomplete=say(_INCOMPLETE) if incomplete else "",
    )


def _facts(who: Banner, say: Say, language: str) -> Iterable[str]:
    yield say(_SEXES.get(who.sex, mark("性别未说明")))
    yield (
        f"{say(mark('出生'))} {day(who.birth, language).striptags()}"
        if who.birth
        else say(mark("出生日期不明"))
    )
    if who.number:
        yield f"{say(mark('身份证'))} {who.number}"
    if who.phone:
        yield f"{say(mark('电话'))} {who.phone}"
    if who.deceased:
        yield say(mark("已故"))
    if who.synthetic:
        yield f"{say(mark('演示数据'))} HTEST"


def _allergy(line: Allergy, say: Say, language: str) -> str:
    remarks = [say(mark("严重"))] if line.severe else []
    remarks += [] if line.confirmed else [say(mark("未证实"))]
    text = f"{say(mark('过敏'))}: {line.substance.within(language)}"
    more = ", ".join([*remarks, *(each.within(language) for each in line.reactions)])
    return _sourced(f"{text} ({more})" if more else text, source(line.origins[0]), language)


def _warning(flag: Warning, say: Say, language: str) -> str:
    text = flag.text.within(language) if isinstance(flag.text, Wording) else flag.text
    about = _WARNS.get(flag.about)
    return _sourced(f"{say(about)}: {text}".rstrip(": ") if about else text, source(flag.origin), language)


def _sourced(text: str, origin: Wording, language: str) -> str:
    return f"{text} · {origin.within(language)}"


def _table(part: Part, say: Say, language: str) -> Table:
    title = part.heading.title.within(language)
    below = [each.within(language) for each in remarks(part)]
    if part.absence is not None:
        denied = [source(each).within(language) for each in part.denied]
        return Table(title, [], [absence_text(part).within(language), *denied, *below])
    columns = [each.within(language) for each in part.heading.columns]
    rows = [
        [
            *(cell.within(language) for cell in line.cells),
            "\n".join(source(each).within(language) for each in line.origins),
        ]
        for line in part.lines
    ]
    return Table(title, _without_empty([[*columns, say(_SOURCE)], *rows]), below)


def _without_empty(rows: Sequence[list[str]]) -> list[list[str]]:
    """The columns in which some line says something."""
    held = [number for number in range(len(rows[0])) if number == 0 or any(row[number] for row in rows[1:])]
    return [[row[number] for number in held] for row in rows]


def _minute(received: Moment, language: str) -> str:
    return minute(received, language).striptags()
