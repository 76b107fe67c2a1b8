"""The app of a look, and what it is called."""

from auth.audit.record import Interaction, Outcome
from services.portal.resident.access import looks
from services.portal.resident.app import App, app_of, caller
from tests.support.people import entry

APPS = {"a1": App("a1", "HTEST 步数")}


def test_an_app_of_the_resident_is_called_by_its_own_name() -> None:
    his = entry(role="resident", app=True, client="a1", name="王建国")
    assert caller(his, APPS) == "HTEST 步数"
    assert caller(his, {}) == "", "it is gone"
    assert caller(entry(client="a1"), APPS) == "周敏"
    assert caller(entry(), APPS) == "周敏"
    assert (app_of(his, {}), app_of(entry(), APPS)) == (App("a1"), None)
    assert app_of(entry(kind="system", role=None, client="a1"), APPS) is None


def test_what_an_app_reads_in_a_row_on_one_day_is_folded() -> None:
    his = {"role": "resident", "app": True, "client": "a1", "interaction": Interaction.SEARCH}
    read = [
        entry(**his, id="1", type="Condition"),
        entry(**his, id="2", type="Observation"),
        entry(**his | {"client": "a2"}, id="3"),
    ]
    (first, other) = looks(read, {}, apps=APPS)
    assert (first.times, first.ids, first.what) == (2, ("1", "2"), ("诊断", "检查检验"))
    assert other.app == App("a2")


def test_who_is_not_told_which_app_is_not_told_what_it_may_see() -> None:
    let_in = entry(
        role="resident", own=True, type=None, interaction=Interaction.TOKEN, result=Outcome.SUCCESS,
        reason="allowed to the app a1: patient/Condition.rs",
    )  # fmt: skip
    assert looks([let_in], {}, apps=APPS)[0].what == ("诊断和健康问题",)
    (hidden,) = looks([let_in], {}, apps={"a1": App()})
    assert (hidden.app, hidden.what) == (App(), ())
