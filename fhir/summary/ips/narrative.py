"""Narrative: the XHTML of a section, Chinese with English beside it where that is known.

FHIR R4 narrative.html. Every text is escaped; what XML cannot hold is left out.
"""

import re
from collections.abc import Iterable
from html import escape

from fhir.resource import Resource
from fhir.summary.ips.part import Absence, Line, Part
from fhir.summary.ips.written import UNNAMED, source
from fhir.summary.terms import Words
from fhir.summary.wording import Wording

LANGUAGE = "zh-CN"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WITHHELD = Words("本次授权不包括这类内容。", "Not covered by the authorization of this request.")
_PARTLY = Words("本次授权不包括：", "Not covered by the authorization of this request:")
_SOURCE = Words("来源和日期", "Source and date")
_ALSO_DENIED = Words("也有来源记为没有：", "A source also says that there are none:")


def narrative(body: str) -> Resource:
    """A generated Narrative around some XHTML."""
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{LANGUAGE}" xml:lang="{LANGUAGE}">{body}</div>'
    return {"status": "generated", "div": div}


def section_narrative(part: Part) -> Resource:
    """The table of a section, or why there is none."""
    return narrative("".join([*_body(part), *_remarks(part)]))


def absence_text(part: Part) -> Words:
    """Why a section has no lines, in words."""
    if part.absence is Absence.WITHHELD:
        return _WITHHELD
    if part.absence is Absence.NONE_KNOWN and part.heading.none_known:
        return part.heading.none_known
    return part.heading.no_data


def remarks(part: Part) -> list[Words]:
    """What is to be said below the lines of a section."""
    said = [part.heading.note] if part.heading.note and part.lines else []
    if part.lines and part.denied:
        said.append(_followed(_ALSO_DENIED, [source(each) for each in part.denied]))
    if part.withheld and part.absence is not Absence.WITHHELD:
        said.append(_followed(_PARTLY, [Wording(each) for each in part.withheld]))
    return said


def paragraph(words: Words) -> str:
    """A text in both languages."""
    return f"<p>{_both(words.zh, words.en)}</p>"


def written(text: str) -> str:
    """A text as XHTML holds it."""
    return escape(_NO_XML.sub("", text))


def _followed(words: Words, more: list[Wording]) -> Words:
    return Words(f"{words.zh}{'；'.join(more)}", f"{words.en} {'; '.join(each.english for each in more)}")


def _body(part: Part) -> Iterable[str]:
    if part.absence is not None:
        yield paragraph(absence_text(part))
        yield from (paragraph(Words(text, text.english)) for text in map(source, part.denied))
        return
    titles = [*part.heading.columns, _SOURCE]
    head = "".join(f"<th>{_both(each.zh, each.en)}</th>" for each in titles)
    yield f"<table><thead><tr>{head}</tr></thead><tbody>"
    yield from map(_row, part.lines)
    yield "</tbody></table>"


def _remarks(part: Part) -> Iterable[str]:
    return map(paragraph, remarks(part))


def _row(line: Line) -> str:
    name, *details = line.cells
    shown = [name or UNNAMED, *details]
    cells = "".join(f"<td>{_both(each, each.english)}</td>" for each in shown)
    origins = "<br/>".join(_both(text, text.english) for text in map(source, line.origins))
    return f"<tr>{cells}<td>{origins}</td></tr>"


def _both(chinese: str, english: str) -> str:
    if not english or english == chinese:
        return written(chinese)
    if chinese in english:
        return written(english)
    return f'{written(chinese)} <span lang="en" xml:lang="en">{written(english)}</span>'
