"""The question, and the apps that were let in, as their pages show them."""

from services.portal.apps.presenters import app, lines
from tests.unit.services.portal.apps.pages import GRANT, NOW, client


def test_lines_have_parts_where_there_are_any() -> None:
    whole, one, other = lines("openid patient/*.rs user/Patient.r patient/Observation.rs launch")
    assert (whole.box.scope, one.everyone, other.everyone) == ("patient/*.rs", True, False)
    assert len(whole.parts) > 30
    assert one.parts == ()
    assert [part.plain.partition(" ")[0] for part in other.parts] == ["Observation"] * 5
    keys = [each.box.key for each in (whole, one, other)] + [part.key for part in whole.parts + other.parts]
    assert len(keys) == len(set(keys))


def test_an_app_that_was_let_in() -> None:
    shown = app(GRANT, client(name="HTEST"))
    assert (shown.name, shown.ended, shown.offline, shown.given) == ("HTEST", False, True, NOW)
    assert app(GRANT, client(disabled=True)).ended
    gone = app(GRANT, None)
    assert (gone.name, gone.ended) == ("c1", True)
