from datetime import timedelta
from typing import Any

from auth.audit.record import WORKLIST, Interaction, Outcome
from auth.store.standing import Relation
from services.portal.resident.access import Look, looks
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


def test_own_looks_in_a_row_are_folded() -> None:
    own = entry(own=True, role="resident")
    folded = looks([own, own, entry(), own], {})
    assert [(each.own, each.times) for each in folded] == [(True, 2), (False, 1), (True, 1)]
    assert [each.times for each in looks([entry(), entry()], {})] == [1, 1]


def test_lists_of_one_day_are_folded_and_other_looks_are_not() -> None:
    search = entry(interaction=Interaction.SEARCH)
    worklist = entry(interaction=Interaction.SEARCH, reason=WORKLIST)
    later = entry(interaction=Interaction.SEARCH, moment=LOOKED + timedelta(days=1))
    folded = looks([later, search, worklist, entry(), search, worklist, entry(name="李明"), search], {})
    assert [(each.action, each.times) for each in folded] == [
        ("查找了", 1), ("查找了", 3), ("在工作清单上看到", 2), ("看过", 1), ("看过", 1)
    ]  # fmt: skip


def test_what_was_hidden_is_told_to_the_resident_alone() -> None:
    consents: tuple[list[dict[str, Any]] | None, ...] = ([], None)
    told = [looks([entry(masked=True)], {}, (), given)[0].masked for given in consents]
    assert told == [True, False]
