"""Staging: the writes of a transaction Bundle within the transaction of the database.

FHIR R4 3.1.0.11.2 (http.html#trules), its order of processing. Made anew for each attempt.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from fhir.access import Action, Constraint
from fhir.identity import new_id
from fhir.interactions.bundle.entry import Entry, placed, within
from fhir.interactions.bundle.rewriting import rewritten
from fhir.interactions.context import Context
from fhir.interactions.create import reach, register
from fhir.interactions.delete import matched, remove
from fhir.interactions.patch import patched, result
from fhir.interactions.read import not_found
from fhir.interactions.update import check_match, check_unmatched, identified, put_next, seen
from fhir.interactions.writes.acceptance import Row, conditional, dangling, is_conditional, rows_of
from fhir.interactions.writes.criteria import the_one
from fhir.interactions.writes.integrity import check_unreferred
from fhir.interactions.writes.provenance import attach
from fhir.interactions.writes.writing import Written, settle
from fhir.outcome import Fault, Refusal
from fhir.patch import Patch
from fhir.references import targets
from fhir.resource import Resource, is_version
from fhir.store import Stored
from fhir.store.transaction import Transaction


class Staging:
    """`resources` are what entries create or put, with tentative ids; `targets` their full URLs."""

    def __init__(
        self,
        context: Context,
        transaction: Transaction,
        writes: Sequence[Entry],
        permits: Mapping[int, Constraint],
        resources: Mapping[int, Resource],
        targets: Mapping[str, str],
    ) -> None:
        self._context = context
        self._transaction = transaction
        self._writes = writes
        self._permits = permits
        self._resources = dict(resources)
        self._targets = targets
        self._references: dict[int, str] = {}
        self._existing: dict[int, Stored] = {}
        self._created: dict[int, bool] = {}
        self._deleted: dict[int, list[str]] = {}

    async def carry_out(self, provenance: Resource | None) -> dict[int, Written]:
        """All writes; by position what is current now."""
        await self._delete()
        await self._identify()
        self._refuse_twice()
        self._rename()
        await self._transaction.load(self._references.values())
        await self._patch()
        later = [each for each in self._puts() if conditional(self._resources[each.position])]
        waiting = {each.position for each in later}
        await self._put([each for each in self._puts() if each.position not in waiting])
        if later:
            await self._resolve(later)
            await self._put(later)
        self._check_versions()
        await self._check_unreferred()
        written = self._written()
        changed = [each.stored for position, each in written.items() if position not in self._existing]
        await attach(self._context, self._transaction, provenance, changed)
        return written

    def _puts(self) -> list[Entry]:
        return [each for each in self._writes if each.position in self._resources]

    async def _delete(self) -> None:
        for each in self._writes:
            if each.method != "DELETE":
                continue
            self._deleted[each.position] = await within(each.position, self._removed(each))
        if self._deleted:
            await self._transaction.flush()

    def _check_versions(self) -> None:
        """Refuse a reference to a version of what is written here that it does not have by now."""
        current = {reference: stored.version for reference, stored in self._transaction.written.items()}
        for position, resource in self._resources.items():
            for target, versions in targets(resource).items():
                known = current.get(target)
                wrong = {each for each in versions if known is not None and not is_version(each, known)}
                if wrong:
                    missing = {f"{target}/_history/{each}" for each in wrong}
                    raise placed(dangling(resource, missing), position)

    async def _check_unreferred(self) -> None:
        """Asked of all at once; where that is refused, the entry is looked for."""
        try:
            await check_unreferred(
                self._context,
                self._transaction,
                [each for listed in self._deleted.values() for each in listed],
            )
        except Refusal:
            for position, deleted in self._deleted.items():
                await within(position, check_unreferred(self._context, self._transaction, deleted))
            raise

    async def _removed(self, entry: Entry) -> list[str]:
        constraint, required = self._permits[entry.position], entry.criteria is None
        found = [entry.reference]
        if entry.criteria is not None:
            found = await matched(self._context, self._transaction, entry.type, entry.criteria)
        for reference in found:
            owner = await remove(
                self._context,
                self._transaction,
                reference,
                constraint,
                entry.preconditions,
                required=required,
            )
            self._context.trail.touch([owner] if owner else [])
        return found

    async def _identify(self) -> None:
        """Which resource each entry writes, its criteria looked up."""
        searched: set[tuple[str, str]] = set()
        for each in self._writes:
            if each.method == "DELETE":
                continue
            if each.criteria is None:
                self._references[each.position] = each.reference
            elif (each.type, each.criteria) in searched:
                raise placed(_twice(), each.position)
            else:
                searched.add((each.type, each.criteria))
                await within(each.position, self._search(each, each.criteria))

    async def _search(self, entry: Entry, criteria: str) -> None:
        found = await the_one(self._context, self._transaction, entry.type, criteria)
        if entry.method == "POST":
            if found is not None:
                self._existing[entry.position] = found
            self._references[entry.position] = found.reference if found else entry.reference
            return
        if entry.method == "PATCH":
            if found is None:
                raise not_found()
            self._references[entry.position] = found.reference
            return
        resource = self._resources[entry.position]
        id = identified(found, resource)
        if id is None:
            self._permits = {
                **self._permits,
                entry.position: await self._context.permit(entry.type, Action.CREATE),
            }
        else:
            constraint = self._permits[entry.position]
            await check_unmatched(self._transaction, found, f"{entry.type}/{id}", constraint)
        self._references[entry.position] = f"{entry.type}/{id or new_id()}"
        self._created[entry.position] = id is None

    def _refuse_twice(self) -> None:
        written = [(p, each) for p, each in self._references.items() if p not in self._existing]
        deleted = [(p, each) for p, listed in self._deleted.items() for each in listed]
        counts = Counter(each for _, each in (*written, *deleted))
        for position, reference in (*written, *deleted):
            if counts[reference] > 1:
                raise placed(_twice(), position)

    def _rename(self) -> None:
        """Tentative ids become those that were found, in the resources and in what refers to them."""
        for position in self._existing:
            self._resources.pop(position, None)
        renamed = {}
        for each in self._writes:
            reference = self._references.get(each.position)
            if reference is None:
                continue
            if each.id is not None and reference != each.reference:
                renamed[each.reference] = reference
            elif each.id is None and each.full_url:
                renamed[each.full_url] = reference
            if each.position in self._resources:
                id = reference.partition("/")[2]
                self._resources[each.position] = self._resources[each.position] | {"id": id}
        self._targets = {**self._targets, **renamed}
        if renamed:
            for each in self._puts():
                resource = self._resources[each.position]
                self._resources[each.position] = rewritten(resource, renamed, each.full_url)

    async def _patch(self) -> None:
        for each in self._writes:
            if each.patch is not None:
                resource = await within(each.position, self._patched(each, each.patch))
                self._resources[each.position] = rewritten(resource, self._targets, each.full_url)

    async def _patched(self, entry: Entry, change: Patch) -> Resource:
        reference, constraint = self._references[entry.position], self._permits[entry.position]
        return await result(
            self._context, await patched(self._context, self._transaction, reference, constraint), change
        )

    async def _resolve(self, entries: Sequence[Entry]) -> None:
        """Conditional references become literal ones; each has one match or the whole fails."""
        found: dict[str, str] = {}
        for each in entries:
            for target in conditional(self._resources[each.position]):
                if target not in found:
                    found[target] = await within(each.position, self._match(target))
            self._resources[each.position] = rewritten(self._resources[each.position], found)

    async def _match(self, target: str) -> str:
        assert is_conditional(target)
        type, _, criteria = target.partition("?")
        found = await the_one(self._context, self._transaction, type, criteria)
        if found is None:
            raise Refusal(
                Fault.NO_MATCH, "a conditional reference leads to nothing that is known here to you"
            )
        return found.reference

    async def _put(self, entries: Sequence[Entry]) -> None:
        rows = await rows_of(self._context, [self._resources[each.position] for each in entries])
        known = set(self._references.values()).difference(*self._deleted.values())
        new = {
            self._references[each.position]
            for each in self._writes
            if each.method == "POST" and each.position not in self._existing
        } | {self._references[position] for position, created in self._created.items() if created}
        for each in entries:
            await within(each.position, self._put_one(each, known, new, rows))
        await self._transaction.flush()

    async def _put_one(self, entry: Entry, known: set[str], new: set[str], rows: Mapping[str, Row]) -> None:
        resource, reference = self._resources[entry.position], self._references[entry.position]
        constraint = self._permits[entry.position]
        await self._context.vouch(resource, self._transaction.session)
        if reference in new:
            entry.preconditions.check(None)
            constraint = await reach(self._context, entry.type, constraint)
            await settle(self._context, resource, constraint, known, new=new, rows=rows)
            await register(self._context, self._transaction, reference)
            posted = entry.method == "POST"
            self._transaction.put(resource, posted=posted, recorder=self._context.house)
            self._created[entry.position] = True
            return
        current = await seen(self._transaction, reference, constraint)
        entry.preconditions.check(current)
        if entry.criteria is None:
            check_match(self._context, entry.preconditions, current)
        owner = await settle(self._context, resource, constraint, known, new=new, rows=rows)
        staged = put_next(self._transaction, resource, constraint, current, owner)
        self._created[entry.position] = staged.created

    def _written(self) -> dict[int, Written]:
        found = {position: Written(stored) for position, stored in self._existing.items()}
        for position, created in self._created.items():
            found[position] = Written(self._transaction.written[self._references[position]], created)
        return found


def _twice() -> Refusal:
    return Refusal(Fault.MALFORMED, "the resource stands twice in the transaction")
