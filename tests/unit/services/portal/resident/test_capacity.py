"""As what and why somebody looked."""

from services.portal.resident.access import looks
from tests.support.people import entry
from tests.unit.services.portal.resident.test_access import look


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    seen = look(kind="unknown", role=None, organization="Organization/none", purpose=None, type="Basic")
    assert (seen.role, seen.organization, seen.why, seen.what) == (
        "身份未证实",
        None,
        "说明不详",
        ("其他内容",),
    )


def test_an_officer_is_not_told_to_have_seen_the_whole_file() -> None:
    seen = look(role="privacy", purpose=None, organization=None)
    assert (seen.what, seen.why) == (("个人信息",), "办理您的授权、投诉、核查或家人的申请")


def test_another_resident_is_not_told_as_the_resident_himself() -> None:
    other = look(role="resident", own=False, purpose="PATRQT", type="RelatedPerson")
    assert (other.role, other.why) == ("另一位居民", "说明不详")
    own = look(role="resident", own=True, purpose="PATRQT")
    assert (own.role, own.why) == ("居民本人", "本人查看")
    (hers,) = looks([entry(role="resident", own=False, by="li")], {}, reader="li")
    assert hers.mine, "whoever reads the log asks nothing about himself"
    assert not look(role="resident", own=False).mine
