from dataclasses import replace

from fhir.interactions.context import Context, Rules
from fhir.interactions.writes.integrity import check_unreferred
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import observation, put
from tests.unit.fhir.interactions.conftest import Contexts


async def check(context: Context, *references: str) -> None:
    await context.store.resources.transact(lambda tx: check_unreferred(context, tx, references))


async def test_a_referrer_is_named(regional: Context) -> None:
    """Checklist line 27."""
    refusal = await refused(check(regional, "Patient/p1"), Fault.CONFLICT)
    assert refusal.issues[0].diagnostics.startswith("Observation/o1 ")
    await check(regional, "Observation/o1")
    await check(regional)


async def test_what_goes_together_refers_to_nothing(regional: Context) -> None:
    await check(regional, "Patient/p1", "Observation/o1")


async def test_a_hidden_referrer_is_counted(clinic: Context, contexts: Contexts) -> None:
    """Checklist lines 27 and 72."""
    await put(clinic.store, observation("o2", "p2", focus=[{"reference": "Observation/o1"}]))
    refusal = await refused(check(clinic, "Observation/o1"), Fault.CONFLICT)
    assert [issue.diagnostics for issue in refusal.issues] == [
        "what is not yours to see refers to it, so it is not deleted"
    ]
    denied = contexts("Patient/p1", "Patient/p2", denied=("r",))
    assert "o2" not in str((await refused(check(denied, "Observation/o1"), Fault.CONFLICT)).as_outcome())


async def test_a_site_may_ignore_it(regional: Context) -> None:
    await check(replace(regional, rules=Rules(integrity=False)), "Patient/p1")
