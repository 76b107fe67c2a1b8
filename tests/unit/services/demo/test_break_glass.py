"""The demonstration's own emergency access: recorded, opened once, and waiting for its review."""

from auth.audit.archive import Archive
from auth.audit.record import Interaction
from auth.login.accounts import create_demonstration
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store.emergencies import Emergencies
from fhir.store import Store
from services.demo.break_glass import DOCTOR, REASON, RESIDENT, show
from services.demo.house import house

PATIENTS = {RESIDENT: "Patient/x"}


async def test_it_is_there_once_with_its_records(store: Store) -> None:
    await show(store, PATIENTS)
    place = house("QYFY")
    await create_demonstration(
        store.database, Passwords(), store.vault, login=DOCTOR, name="何美玲", roles=(Role.CLINICIAN,),
        password="a long password of the house", totp_secret=None, patient=None,
        organization=f"Organization/{place.id}", practitioner="Practitioner/d",
    )  # fmt: skip
    for _ in range(2):
        await show(store, PATIENTS)
    (opening,) = await Emergencies(store.database, store.vault, store.changes).waiting(9)
    assert (opening.patient, opening.house, opening.reason) == ("Patient/x", place.name, REASON)
    records = await Archive(store.database, store.vault).records(["Patient/x"], None, 9)
    assert {each.interaction for each in records} == {Interaction.EMERGENCY, Interaction.VIEW}
    assert {each.purpose for each in records} == {"BTG"}
    assert all(opening.began <= each.moment or each.interaction is Interaction.EMERGENCY for each in records)
