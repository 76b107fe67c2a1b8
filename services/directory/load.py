"""Loading: the directory's file is checked whole, and then written as a client would write it.

FHIR R4 http.html#transaction, provenance.html. First every line is read and checked against the file and the
directory; where one is wrong, nothing is written. Then the lines that change something are written in
transactions of some hundred, each with a Provenance and an audit record; a load that was cut short is done
again from the start, and finds what is done already. The file is read line by line, each time anew.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO

from auth import moment
from auth.access import AccessOf
from auth.audit.record import Agent, AuditRecord, Interaction, Part
from auth.principal import Principal
from fhir import access
from fhir.csv_file import Fault, Row, rows
from fhir.interactions.context import Context, Rules, Trail
from fhir.interactions.transaction import transaction
from fhir.outcome import Refusal
from fhir.store import Stored
from fhir.validation import errors
from services import sources
from services.directory.bundle import bundle_of, provenance_of
from services.directory.columns import COLUMNS, TYPES
from services.directory.element import References
from services.directory.entry import Entry, Read, Sources, read
from services.directory.numbers import Numbers, Posts
from services.directory.outcome import Action, Outcome, outcome
from services.directory.resource import resource_of
from services.failure import Failure
from services.labelling import labelled
from services.platform import Platform

_AT_ONCE = 200
MOST_FAULTS = 1000
Progress = Callable[[int], object]


def _silent(lines: int) -> None:
    """Nobody looks."""


@dataclass(slots=True)
class Checked:
    """How many lines do what, and what is wrong or to be looked at; the first thousand of each are kept."""

    digest: str
    counts: dict[Action, int] = field(default_factory=lambda: dict.fromkeys(Action, 0))
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    wrong: int = 0

    @property
    def lines(self) -> int:
        """How many lines can be read."""
        return sum(self.counts.values())

    def reason(self, *, dry_run: bool) -> str:
        """What the audit says of it."""
        kind = "dry run" if dry_run else "refused" if self.wrong else "load"
        return f"directory, {kind} of {self.lines} lines, SHA-256 {self.digest}"

    def note(self, faults: Sequence[Fault]) -> None:
        """Something is wrong."""
        self.wrong += len(faults)
        self.faults += faults[: max(MOST_FAULTS - len(self.faults), 0)]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A line, the resource that it is about, and those that it names, by column."""

    entry: Entry
    about: str
    references: References


class Directory:
    """One file that is loaded by somebody; `label` is a security label for all that it brings."""

    def __init__(
        self, platform: Platform, principal: Principal, file: BinaryIO, label: str | None = None
    ) -> None:
        self._platform = platform
        self._principal = principal
        self._file = file
        self._label = label
        self._sources: Sources = {}
        self._closed: frozenset[str] = frozenset()
        self._about: dict[int, str] = {}
        self._context = context_of(platform, principal)
        self._numbers = Numbers(self._context)

    async def check(
        self, show: Callable[[Outcome], object] | None = None, progress: Progress = _silent
    ) -> Checked:
        """Read and check every line, and `show` what each would do; nothing is written. BadFile."""
        checked = Checked(await asyncio.to_thread(_digest, self._file))
        registered = await sources.registered(self._platform.database, overlaid=False)
        self._sources = {code: each.source for code, each in registered.items()}
        decisions = [(type, await self._context.access.decide(type, access.Action.UPDATE)) for type in TYPES]
        self._closed = frozenset(type for type, decision in decisions if isinstance(decision, access.Deny))
        async for batch in self._batches(progress):
            for each in batch:
                checked.note(each.faults)
                self._numbers.excuse(each.means if each.faults else ())
                checked.warnings += each.warnings[: max(MOST_FAULTS - len(checked.warnings), 0)]
            about, faults = await self._numbers.learn([each.entry for each in batch if each.entry])
            self._about |= about
            checked.note(faults)
        async for outcomes, faults in self._outcomes(_silent):
            checked.note(faults)
            for one in outcomes:
                checked.counts[one.action] += 1
                if show is not None:
                    show(one)
        checked.faults.sort(key=lambda fault: fault.line)
        return checked

    async def apply(self, checked: Checked, progress: Progress = _silent) -> None:
        """Write what `check` has found, where it found no fault."""
        assert not checked.wrong
        async for outcomes, faults in self._outcomes(progress):
            if faults:
                raise Failure(f"{faults[0]}. The directory was changed meanwhile: load the file again.")
            changed = [each for each in outcomes if each.action is not Action.UNCHANGED]
            if changed:
                await self._write(changed, checked)

    async def _batches(self, progress: Progress) -> AsyncIterator[list[Read]]:
        self._file.seek(0)
        lines = rows(self._file, COLUMNS, ["type"])
        while batch := [self._read(each) for each in islice(lines, _AT_ONCE)]:
            yield batch
            progress(len(batch))
            await asyncio.sleep(0)

    def _read(self, row: Row | Fault) -> Read:
        if isinstance(row, Fault):
            return Read(None, (), [row], [])
        found = read(row, self._sources)
        if found.entry and found.entry.type in self._closed:
            text = f"type: a {found.entry.type} is loaded by the command, not by this role"
            return Read(None, found.means, [Fault(row.line, text)], [])
        return found

    async def _outcomes(self, progress: Progress) -> AsyncIterator[tuple[list[Outcome], list[Fault]]]:
        """What the lines do to the directory as it is now, some hundred at a time."""
        async for batch in self._batches(progress):
            faults: list[Fault] = []
            meant = await self._meanings([each.entry for each in batch if each.entry], faults)
            stored = await self._numbers.resources(each.about for each in meant)
            found = (self._outcome(each, stored.get(each.about), faults) for each in meant)
            yield [each for each in found if each], faults

    async def _meanings(self, entries: Sequence[Entry], faults: list[Fault]) -> list[Meaning]:
        named = await self._numbers.named(entries)
        known: list[tuple[Entry, dict[str, str]]] = []
        for each in entries:
            missing = [column for column, number in each.names.items() if number not in named]
            told = [column for column in missing if self._numbers.told(each.names[column])]
            faults += [_unknown(each, column) for column in told]
            if not missing:
                known.append((each, {column: named[number] for column, number in each.names.items()}))
        unnumbered = [references for each, references in known if self._unnumbered(each)]
        posts = await self._numbers.posts(each["practitioner"] for each in unnumbered)
        meant = (
            (each, self._meant(each, references, posts, faults), references) for each, references in known
        )
        return [Meaning(each, about, references) for each, about, references in meant if about]

    def _unnumbered(self, entry: Entry) -> bool:
        return entry.type == "PractitionerRole" and not entry.means

    def _outcome(self, meant: Meaning, current: Stored | None, faults: list[Fault]) -> Outcome | None:
        entry, before = meant.entry, current.resource() if current else None
        if entry.type == "Device" and before is not None and "patient" in before:
            faults.append(Fault(entry.line, "number: this device is a resident's"))
            return None
        id = meant.about.partition("/")[2]
        after = labelled(resource_of(entry, id, before, meant.references), self._label)
        faults += [Fault(entry.line, f"{one.expression}: {one.diagnostics}") for one in errors(after)]
        return outcome(entry.line, before, after, current.version if current else 0, moment.now())

    def _meant(self, entry: Entry, references: References, posts: Posts, faults: list[Fault]) -> str | None:
        """What a line is about: as `check` has learnt, a post without a number by who holds it where."""
        if not self._unnumbered(entry):
            return self._about.get(entry.line)
        who, where = references["practitioner"], references["organization"]
        found = posts.get((who, where), [])
        if len(found) > 1:
            text = "number: is missing, and there are several posts of this practitioner at this organization"
            faults.append(Fault(entry.line, text))
            return None
        about = found[0] if found else self._numbers.new_post(who, where)
        fault = self._numbers.claim(entry.line, about)
        faults += [fault] if fault else []
        return None if fault else about

    async def _write(self, changed: Sequence[Outcome], checked: Checked) -> None:
        context = replace(self._context, trail=Trail())
        try:
            provenance = provenance_of(self._principal.name, checked.digest)
            await transaction(context, bundle_of(changed), provenance=provenance)
        except Refusal as refusal:
            place = changed[0].line, changed[-1].line
            text = f"lines {place[0]} to {place[1]} can't be written: {refusal}"
            raise Failure(f"{text}. What stands before them is written; load the file again.") from None
        parts = tuple(Part((), each.reference, None, None) for each in changed)
        await self._record(Interaction.TRANSACTION, f"directory, SHA-256 {checked.digest}", parts)

    async def record(self, checked: Checked, *, dry_run: bool) -> None:
        """Keep in the audit that the file was looked at or is going to be loaded."""
        await self._record(Interaction.CONFIGURE, checked.reason(dry_run=dry_run))

    async def _record(self, interaction: Interaction, reason: str, parts: tuple[Part, ...] = ()) -> None:
        who = Agent.of(self._principal)
        await self._platform.recorder.record(AuditRecord(who, interaction, parts=parts, reason=reason))


def context_of(platform: Platform, principal: Principal) -> Context:
    """What reads and writes need. References have been looked up in the file as a whole, of which a
    transaction has only a part: they are not checked again."""
    return Context(
        store=platform.store,
        access=AccessOf(principal, platform.grounds),
        base=platform.settings.fhir_base,
        reader=f"{principal.kind}:{principal.id}",
        rules=Rules(integrity=False),
    )


def _unknown(entry: Entry, column: str) -> Fault:
    type = entry.names[column][0]
    text = f"{column}: no {type}, or more than one, has this number, neither in the file nor in the directory"
    return Fault(entry.line, text)


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
