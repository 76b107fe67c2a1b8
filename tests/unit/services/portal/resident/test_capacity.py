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


def test_an_app_acts_by_his_permission_and_a_doctors_for_care() -> None:
    his = look(role="resident", app=True, client="a1", purpose=None, by="wang")
    assert (his.role, his.why, his.by_app, his.own) == ("应用，经您同意", "您允许这个应用查看", True, False)
    (hers,) = looks([entry(role="resident", app=True, client="a1", by="wang")], {}, reader="wang")
    assert not hers.mine, "of an app he may ask"
    doctors = look(client="a1", purpose=None)
    assert (doctors.who, doctors.why, doctors.by_app) == ("周敏", "诊疗", False)


def test_why_a_part_was_hidden_is_true_of_who_looked() -> None:
    assert look(masked=True).hidden.startswith("特别敏感的内容，只有写下它的那一家")
    for kind, said in (("help-desk", "帮办看不到"), ("parent", "父母或监护人看不到"), ("adult", "不许他看")):
        assert said in look(role="resident", proxy=kind, masked=True).hidden
