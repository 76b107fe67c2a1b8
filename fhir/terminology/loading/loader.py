"""Loading of a code file: its concepts into the store, then one write that lets them count.

FHIR R4 codesystem.html (version). Until that write nobody sees anything of it, and a load that breaks off
leaves the version before. A version stays addressable by `url|version` when a newer one is loaded.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from fhir.resource import Resource
from fhir.store import EVERYONE, Store
from fhir.store.concepts import Concepts, Row, release_of
from fhir.store.transaction import Transaction
from fhir.terminology.canonical import Canonical
from fhir.terminology.concept import concept_of
from fhir.terminology.definitions import current
from fhir.terminology.loading.code_file import BadFileError, CodeFile, Fault, Line
from fhir.terminology.loading.kind import Kind
from fhir.terminology.loading.resources import code_system, value_set
from fhir.terminology.released import Released, property_word, release_named
from fhir.terminology.text_index import search_text, texts_of, words_of

_BATCH = 1000
MOST_FAULTS = 1000
"""Refused lines that a report names; it counts all."""
_SHOWN = 100
Progress = Callable[[int], None]


@dataclass(slots=True)
class Report:
    """What a load found: codes that are `new`, `changed`, `withdrawn` against the version `before`."""

    kind: str
    url: str
    version: str
    before: str | None = None
    codes: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    withdrawn_codes: list[str] = field(default_factory=list)
    refused: int = 0
    faults: list[Fault] = field(default_factory=list)
    loaded: bool = False

    def refuse(self, fault: Fault) -> None:
        """Count a refused line."""
        self.refused += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


class Load:
    """One load of one file; `run` does it."""

    def __init__(self, store: Store, kind: Kind, file: CodeFile, *, version: str = "", url: str = "") -> None:
        self._store, self._kind, self._file = store, kind, file
        self._concepts = Concepts(store.database)
        self._wanted = version
        self._seen: dict[str, bytes] = {}
        self._groups: set[str] = set()
        self._order = 0
        self.report = Report(kind.id, url or kind.url, version)

    async def run(self, progress: Progress, *, dry: bool = False, skip: bool = False) -> Report:
        """Read the file and store its concepts; where a line is refused nothing counts, unless it may be left
        out (`skip`). BadFileError where there are no codes, or nothing tells the version."""
        report = self.report
        release = release_of(datetime.now(UTC))
        try:
            await self._read(release, progress, dry)
            report.codes, report.version = len(self._seen), self._wanted or self._file.version
            if not report.codes:
                raise BadFileError("there is no line with a code" + _first(report))
            if not report.version:
                raise BadFileError("the file does not tell its version: name it (--version)")
            await self._compare()
            if not dry and (skip or not report.refused):
                await self._store.resources.transact(lambda tx: self._publish(tx, release))
                report.loaded = True
        finally:
            if not report.loaded and not dry:
                await self._concepts.remove(release)
        await self._sweep()
        return report

    async def _read(self, release: str, progress: Progress, dry: bool) -> None:
        batch: list[Row] = []
        for row in self._rows():
            batch.append(row)
            if len(batch) >= _BATCH:
                await self._insert(release, batch, dry)
                progress(self._file.position)
                batch = []
        await self._insert(release, batch, dry)
        progress(self._file.position)

    async def _insert(self, release: str, batch: list[Row], dry: bool) -> None:
        if batch and not dry:
            await self._concepts.insert(release, batch)

    def _rows(self) -> Iterator[Row]:
        """The concepts in the order of the file, each once."""
        held: Resource | None = None
        for line in self._file.lines():
            if isinstance(line, Fault):
                self.report.refuse(line)
                continue
            element = self._element(line)
            if element is None:
                continue
            if held is not None and held["code"] == element["code"] and self._kind.repeats:
                held.setdefault("property", []).extend(element.get("property", ()))
                continue
            if held is not None:
                yield self._row(held)
            yield from self._above(line)
            held = element if self._is_free(line, element) else None
        if held is not None:
            yield self._row(held)

    def _above(self, line: Line) -> Iterator[Row]:
        """The codes above that a line names, each once."""
        for code, name in line.headings:
            free = code not in self._seen and code != line.cells["code"]
            if free and name and self._kind.fault(code) is None:
                self._seen[code] = b""
                self._groups.add(code)
                yield self._row({"code": code, "display": name})

    def _element(self, line: Line) -> Resource | None:
        """CodeSystem.concept of a line; None where it is refused."""
        code, display = line.cells["code"], line.cells["display"]
        reason = "the code is missing" if not code else self._kind.fault(code)
        if reason is not None:
            self._refuse(line, "code", reason)
            return None
        if not display:
            self._refuse(line, "display", "the name is missing")
            return None
        element: Resource = {"code": code, "display": display}
        if named := list(_designations(line)):
            element["designation"] = named
        if line.properties:
            element["property"] = [{"code": n, "valueString": v} for n, v in line.properties.items()]
        return element

    def _is_free(self, line: Line, element: Resource) -> bool:
        if element["code"] not in self._seen:
            self._seen[element["code"]] = b""
            return True
        if element["code"] not in self._groups:
            self._refuse(line, "code", f"the code {element['code']} stands in the file before")
        return False

    def _refuse(self, line: Line, element: str, reason: str) -> None:
        self.report.refuse(Fault(line.number, self._file.column(element), reason))

    def _row(self, element: Resource) -> Row:
        inactive = any(
            each["valueString"].upper() in self._kind.inactive.get(each["code"], ())
            for each in element.get("property", ())
        )
        if inactive:
            element["property"].append({"code": "inactive", "valueBoolean": True})
        concept, code = concept_of(element, {n: frozenset({n}) for n in _STANDARD}), element["code"]
        texts = texts_of(concept)
        words = [*words_of(texts), *(property_word(*pair) for pair in _valued(element))]
        digest = hashlib.sha256(orjson.dumps(element)).digest()[:12]
        self._order += 1
        self._seen[code] = digest
        above = self._kind.above(code)
        return Row(code, self._order, element, above, words, search_text(texts), digest, inactive)

    async def _compare(self) -> None:
        """Against the version that counts now, or the same one as it was loaded before."""
        known = await current(self._store)
        url, version = self.report.url, self.report.version
        before = await known.code_system(Canonical(url, version)) or await known.code_system(Canonical(url))
        left = set(self._seen)
        if isinstance(before, Released):
            self.report.before = before.version
            async for code, digest in self._concepts.digests(before.release):
                left.discard(code)
                self._count(code, digest)
        self.report.new = len(left)

    def _count(self, code: str, digest: bytes) -> None:
        report, now = self.report, self._seen.get(code)
        if now is None:
            report.withdrawn += 1
            if len(report.withdrawn_codes) < _SHOWN:
                report.withdrawn_codes.append(code)
        elif now == digest:
            report.unchanged += 1
        else:
            report.changed += 1

    async def _publish(self, tx: Transaction, release: str) -> None:
        told = self._kind, self.report.url, self.report.version
        tx.put(code_system(*told, release, self.report.codes))
        tx.put(value_set(*told))

    async def _sweep(self) -> None:
        """Forget what broken loads and replaced versions have left."""
        known = await loaded(self._store)
        await self._concepts.sweep([str(release_named(each)) for each in known])


async def loaded(store: Store) -> list[Resource]:
    """The CodeSystems whose concepts lie in the store, the newest first."""
    rows = await store.resources.search({"tokens": _BESIDE}, EVERYONE, limit=_MOST_SYSTEMS)
    found = (row.resource() for row in rows)
    return [each for each in found if release_named(each) is not None]


_BESIDE = "CodeSystem.content-mode|not-present"
_MOST_SYSTEMS = 100_000
_STANDARD = ("status", "inactive", "notSelectable")


def _designations(line: Line) -> Iterator[Resource]:
    for element, language in (("english", "en"), ("chinese", "zh-CN"), ("synonyms", "")):
        value = line.cells.get(element, "")
        if value and value != line.cells["display"]:
            yield ({"language": language} if language else {}) | {"value": value}


def _valued(element: Resource) -> Iterator[tuple[str, str]]:
    for each in element.get("property", ()):
        if "valueString" in each:
            yield each["code"], each["valueString"]


def _first(report: Report) -> str:
    return f" ({report.faults[0]})" if report.faults else ""
