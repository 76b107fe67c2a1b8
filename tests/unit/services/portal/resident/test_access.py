from datetime import timedelta
from typing import Any

from auth.audit.record import WORKLIST, Interaction, Outcome
from auth.store.standing import Relation
from services.portal.resident.access import Look, looks
from services.portal.resident.deed import UNOPENED
from services.portal.resident.named import Named
from tests.support.people import HUAXI, JIANYANG, NAMES, entry, five_diseases

LOOKED = entry().moment


def look(**more: object) -> Look:
    return looks([entry(**more)], five_diseases().organizations)[0]


def test_a_doctors_look_says_who_where_as_what_and_why() -> None:
    seen = look()
    assert (seen.who, seen.organization, seen.role, seen.why) == ("周敏", NAMES[HUAXI], "医生", "诊疗")
    assert (seen.action, seen.what, seen.refused, seen.own) == ("看过", ("整份档案",), False, False)


def test_a_look_says_what_let_the_house_in_at_that_moment() -> None:
    day, year = timedelta(days=1), timedelta(days=365)

    def ground(kind: str, house: str = HUAXI, **more: Any) -> tuple[str, Relation]:
        when: dict[str, Any] = {"since": LOOKED - day, "until": LOOKED + year, "practitioner": None}
        return house, Relation(kind=kind, alone=False, guest=False, **when | more)

    def grounds(*known: tuple[str, Relation], **more: object) -> tuple[str, ...]:
        return looks([entry(**more)], {}, known)[0].grounds

    assert grounds(ground("encounter"), ground("contract")) == ("家庭医生签约", "在这里看过病")
    assert grounds(ground("encounter", since=LOOKED + day)) == (), "he came later"
    assert grounds(ground("consent", until=LOOKED)) == ()
    assert grounds(ground("encounter", house=JIANYANG)) == ()
    assert grounds(ground("guest")) == ()
    assert grounds(ground("grant", practitioner="Practitioner/x")) == ()
    named = grounds(ground("grant", practitioner="Practitioner/x"), practitioner="Practitioner/x")
    assert named == ("隐私专员按规定开放",)
    assert grounds(ground("encounter"), result=Outcome.REFUSED) == ()
    assert grounds(ground("encounter"), purpose="BTG") == ()


def test_a_refused_look_was_only_tried() -> None:
    seen = look(result=Outcome.REFUSED)
    assert (seen.action, seen.refused, seen.ended) == ("想看", True, "")
    for reason in ("role", "network", "forbidden", "not_found", "throttled", "share: passcode"):
        assert look(result=Outcome.REFUSED, reason=reason).refused, reason


def test_what_failed_was_not_refused() -> None:
    seen = look(result=Outcome.FAILED)
    assert (seen.action, seen.refused, seen.ended) == ("想看", False, "没有完成")


def test_a_systems_search_names_the_kind_of_data() -> None:
    seen = look(kind="system", role=None, purpose=None, interaction=Interaction.SEARCH, type="Observation")
    assert (seen.role, seen.why, seen.action, seen.what) == (
        "医疗机构系统",
        "诊疗信息交换",
        "看过",
        ("检查检验",),
    )


def test_being_found_in_a_search_is_not_a_look_at_the_file() -> None:
    seen = look(interaction=Interaction.SEARCH)
    assert (seen.action, seen.what) == ("查找了", ("个人信息",))


def test_a_query_of_a_hospital_is_a_search_for_the_person() -> None:
    for interaction in (Interaction.PIX, Interaction.PDQ, Interaction.PERSON_QUERY):
        seen = look(kind="system", role=None, purpose=None, interaction=interaction, type="Patient")
        assert (seen.role, seen.action, seen.what) == ("医疗机构系统", "查找了", ("个人信息",))


def test_an_arrival_and_a_break_glass_say_so() -> None:
    arrived = look(interaction=Interaction.OPERATION, reason="arrival")
    assert (arrived.action, arrived.why, arrived.what) == ("登记到诊并打开档案", "到诊登记", ())
    assert look(purpose="BTG").why == "紧急情况"


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    seen = look(kind="unknown", role=None, organization="Organization/none", purpose=None, type="Basic")
    assert (seen.role, seen.organization, seen.why, seen.what) == (
        "身份未证实",
        None,
        "说明不详",
        ("其他内容",),
    )


def test_own_looks_in_a_row_are_folded() -> None:
    own = entry(own=True, role="resident")
    folded = looks([own, own, entry(), own], {})
    assert [(each.own, each.times) for each in folded] == [(True, 2), (False, 1), (True, 1)]
    assert [each.times for each in looks([entry(), entry()], {})] == [1, 1]


def test_writing_is_not_looking() -> None:
    assert look(interaction=Interaction.CREATE, type="Observation").action == "写入"
    assert look(interaction=Interaction.DELETE, type="Observation").action == "删除"


def test_an_emergency_is_told_with_its_beginning_and_end() -> None:
    opened = look(interaction=Interaction.EMERGENCY, purpose="BTG")
    assert (opened.action, opened.why, opened.what) == ("紧急打开档案", "紧急情况", ())
    assert look(interaction=Interaction.EMERGENCY_END, purpose="BTG").action == "关闭紧急查看"
    refused = look(interaction=Interaction.EMERGENCY, result=Outcome.REFUSED)
    assert (refused.action, refused.refused) == ("想看", True)


def test_what_a_steward_decides_of_records_is_told_without_his_reason() -> None:
    steward = {"role": "steward", "purpose": "HOPERAT", "interaction": Interaction.UPDATE}
    seen = look(**steward, reason="link: his sister said so")
    assert (seen.role, seen.why, seen.what) == ("数据管理员", "核对哪些记录是同一个人的", ())
    assert seen.action == "认定两份记录是同一个人的，合在一起"
    assert look(**steward | {"interaction": Interaction.VIEW}, reason="compare").action.startswith("对照了")
    assert look(**steward, reason="link: x", result=Outcome.REFUSED).action == "想看"
    assert look(reason="link: x").action == "看过", "of others it means nothing"


def test_whoever_opened_a_share_is_told_with_what_was_in_it() -> None:
    shared = {"kind": "link", "role": None, "purpose": "PATRQT", "interaction": Interaction.OPERATION}
    seen = look(**shared, type="Bundle", reason="share: allergies,results")
    assert (seen.role, seen.why, seen.how) == ("扫了您二维码的人，身份未证实", "您用二维码分享", "二维码")
    assert seen.what == ("过敏情况", "检查结果")
    refused = look(**shared, type="Bundle", reason="share: passcode", result=Outcome.REFUSED)
    assert (refused.refused, refused.what) == (True, ("口令不对",))


def test_by_what_a_look_came() -> None:
    assert look().how == "网页"
    assert look(client="app-1").how == "应用"
    assert look(reason="print: TREAT").how == "打印"
    assert look(kind="system").how == "医疗机构系统的接口"
    assert look(kind="system", interaction=Interaction.PDQ).how == "医院发来的查询消息"


def test_lists_of_one_day_are_folded_and_other_looks_are_not() -> None:
    search = entry(interaction=Interaction.SEARCH)
    worklist = entry(interaction=Interaction.SEARCH, reason=WORKLIST)
    later = entry(interaction=Interaction.SEARCH, moment=LOOKED + timedelta(days=1))
    folded = looks([later, search, worklist, entry(), search, worklist, entry(name="李明"), search], {})
    assert [(each.action, each.times) for each in folded] == [
        ("查找了", 1), ("查找了", 3), ("在工作清单上看到", 2), ("看过", 1), ("看过", 1)
    ]  # fmt: skip


def test_an_officer_is_not_told_to_have_seen_the_whole_file() -> None:
    seen = look(role="privacy", purpose=None, organization=None)
    assert (seen.what, seen.why) == (("个人信息",), "办理您的授权、投诉、核查或家人的申请")


def test_a_form_that_was_not_complete_is_no_refusal() -> None:
    for who in ({"own": True, "role": "resident"}, {"proxy": "parent", "role": "resident"}, {}):
        seen = look(**who, result=Outcome.REFUSED, reason="invalid", type="Consent")
        assert (seen.action, seen.refused, seen.ended) == ("填了一张表，没有办成", False, "没有完成")
        assert look(**who, result=Outcome.REFUSED, reason="not_found").refused
    by_app = look(result=Outcome.REFUSED, reason="parameter", client="app-1")
    assert (by_app.action, by_app.refused) == ("想看", False)


def test_a_document_that_is_not_there_was_not_refused() -> None:
    tried: dict[str, Any] = {"result": Outcome.REFUSED, "reason": "not_found", "type": "DocumentReference"}
    tried["entity"] = "DocumentReference/d/_history/2"
    names = {"DocumentReference/d": Named("HTEST 小结", None)}
    absent = look(**tried)
    assert (absent.action, absent.refused, absent.named) == ("想看", False, ())
    assert "没有这一项" in absent.ended
    (hidden,) = looks([entry(**tried)], {}, names=names)
    assert (hidden.refused, hidden.named) == (True, (Named("HTEST 小结", None, "文书"),))
    assert look(**tried | {"reason": "role"}).refused
    damaged = look(**tried | {"reason": UNOPENED})
    assert (damaged.refused, damaged.what) == (False, ("文书里的文件",))


def test_what_was_taken_along_says_as_which_file() -> None:
    hows = [look(reason=f"download {name}: TREAT").how for name in ("ips.pdf", "ips.json")]
    assert hows == ["下载（PDF）", "下载（FHIR）"]
    assert look(reason="print: TREAT").how == "打印"
    assert look(kind="system").how == "医疗机构系统的接口"


def test_what_was_hidden_is_told_to_the_resident_alone() -> None:
    consents: tuple[list[dict[str, Any]] | None, ...] = ([], None)
    told = [looks([entry(masked=True)], {}, (), given)[0].masked for given in consents]
    assert told == [True, False]


def test_another_resident_is_not_told_as_the_resident_himself() -> None:
    other = look(role="resident", own=False, purpose="PATRQT", type="RelatedPerson")
    assert (other.role, other.why) == ("另一位居民", "说明不详")
    own = look(role="resident", own=True, purpose="PATRQT")
    assert (own.role, own.why) == ("居民本人", "本人查看")
    (hers,) = looks([entry(role="resident", own=False, by="li")], {}, reader="li")
    assert hers.mine, "whoever reads the log asks nothing about himself"
    assert not look(role="resident", own=False).mine
