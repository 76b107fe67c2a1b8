"""Moves and who is told of them: sealed, told once, confirmed by whom it concerns alone."""

from datetime import timedelta

from auth import moment
from auth.store.moves import Move, Moves
from fhir.store import Store

NOW = moment.now()
MOVE = Move(
    id="m1", root="DiagnosticReport/r1", source="Patient/a", persons=("Patient/a", "Patient/a2"),
    to="Patient/b", references=("DiagnosticReport/r1", "Observation/o1"), parted=(),
    filed=NOW - timedelta(days=1), moment=NOW, account="s1", name="HTEST", house=None, reason="HTEST",
    date="2026-02-03", initial="测",
)  # fmt: skip


async def test_nothing_that_names_somebody_is_kept_in_clear(store: Store) -> None:
    moves = Moves(store.database, store.vault)
    await store.resources.transact(lambda tx: moves.keep(tx.session, MOVE))
    for name in ("moves", "notices"):
        rows = await store.database[name].find().to_list()
        assert rows
        assert not any(name in row for row in rows for name in ("reason", "date", "initial"))
        assert all("2026-02-03" not in str(row) for row in rows)


async def test_both_residents_are_told_at_once_each_person_once(store: Store) -> None:
    moves = Moves(store.database, store.vault)
    await store.resources.transact(lambda tx: moves.keep(tx.session, MOVE))
    (notice,) = await moves.waiting(MOVE.persons)
    assert await moves.acknowledge(notice.id, MOVE.persons) is not None
    assert await moves.waiting(MOVE.persons) == []
    assert [each.kind for each in await moves.waiting(["Patient/b"])] == ["came"]
