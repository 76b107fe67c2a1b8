"""adapters.v2_to_fhir.prior: what MRG says, event by event (lines 50 to 52)."""

import pytest

from adapters.v2_to_fhir.conversion import Conversion
from tests.unit.adapters.v2_to_fhir.given import LOCAL, converted, identify, resources

MERGES = ["A18", "A30", "A34", "A36", "A39", "A40"]
CHANGES = ["A43", "A46", "A47", "A48"]


def patient(number: str, kind: str = "patient") -> str:
    return f"Patient/{identify(f'Patient|{LOCAL}:{kind}|{number}')}"


def visit(number: str) -> str:
    return f"Encounter/{identify(f'Encounter|{LOCAL}:visit|{number}')}"


def account(number: str) -> str:
    return f"Account/{identify(f'Account|{LOCAL}:account|{number}')}"


def adt(event: str, *segments: str) -> Conversion:
    return converted(f"EVN|{event}|20260105100000", *segments, kind=f"ADT^{event}")


def pid(number: str = "S1", account: str = "") -> str:
    return f"PID|1||{number}||张三HTEST|||||||||||||{account}"


def pv1(number: str) -> str:
    return f"PV1|1|I|||||||||||||||||{number}"


@pytest.mark.parametrize("event", MERGES + CHANGES)
def test_each_pair_is_a_link(event: str) -> None:
    made = adt(event, pid("S1"), "MRG|L1", pid("S2"), "MRG|L2")
    links = [(one.type, one.patient, one.other, one.place) for one in made.links]
    assert links == [
        ("replaced-by", patient("L1"), patient("S1"), "MRG[1]-1"),
        ("replaced-by", patient("L2"), patient("S2"), "MRG[2]-1"),
    ]
    assert (made.moves, made.faults) == ((), ())
    assert len(resources(made, "Patient")) == 4


@pytest.mark.parametrize(("event", "faults"), [*((one, 1) for one in MERGES), *((one, 0) for one in CHANGES)])
def test_one_number_is_a_fault_of_a_merge_alone(event: str, faults: int) -> None:
    made = adt(event, pid("S1"), "MRG|S1^^^HTEST^PI")
    assert ([one.place for one in made.faults], made.links) == (["MRG[1]-1"] * faults, ())


def test_numbers_of_different_authorities_are_a_fault_and_kinds_of_one_house_are_none() -> None:
    assert [one.place for one in adt("A40", pid("S1"), "MRG|L1^^^&1.2.3&ISO").faults] == ["MRG[1]-1.4"]
    assert adt("A40", pid("S1"), "MRG|L1^^^&1.2.3&ISO").links == ()
    assert adt("A40", pid("S1~E1^^^&1.2.3&ISO"), "MRG|L1^^^&1.2.3&ISO").faults == ()
    (link,) = adt("A40", pid("S1"), "MRG|OP7^^^^门诊号").links
    assert link.patient == patient("OP7", "outpatient")


def test_a_prior_patient_fills_gaps_under_the_names_of_pid() -> None:
    made = adt("A40", pid("S1"), "MRG|L1|||E1|||李HTEST^四")
    (loser,) = [one for one in made.drafts if one.reference == patient("L1")]
    assert loser.standing == 0
    assert loser.lists == {"identifier": {"PID-3": 1, "PID-2": 1}, "name": {"PID-5": 1}}
    assert made.unmapped == []


@pytest.mark.parametrize("event", ["A35", "A41", "A49"])
def test_an_account_is_another_one(event: str) -> None:
    made = adt(event, pid("S1", account="AS"), "MRG|S1||AL")
    moves = [(one.before, one.after, one.source == one.to == patient("S1")) for one in made.moves]
    by_number = [f"Encounter/{identify(f'Encounter|{LOCAL}:account|{one}')}" for one in ("AL", "AS")]
    assert moves == [(account("AL"), account("AS"), True), (*by_number, True)]
    assert made.links == ()


@pytest.mark.parametrize("event", ["A42", "A50", "A51"])
def test_a_visit_is_another_one(event: str) -> None:
    (move,) = adt(event, pid("S1"), "MRG|S1||||VL", pv1("VS")).moves
    assert (move.before, move.after, move.source, move.to) == (visit("VL"), visit("VS"), *[patient("S1")] * 2)
    assert [one["value"] for one in move.former] == ["VL"]


@pytest.mark.parametrize(("event", "place"), [("A42", ["MRG[1]-5"]), ("A50", []), ("A51", [])])
def test_a_visit_is_no_fault_when_its_number_stays_but_in_a_merge(event: str, place: list[str]) -> None:
    made = adt(event, pid("S1"), "MRG|S1||||V1", pv1("V1"))
    assert ([one.place for one in made.faults], made.moves) == (place, ())


def test_visits_move_to_another_patient_each_with_its_own_number() -> None:
    made = adt("A45", pid("S1"), "MRG|W1||||V1", pv1("V1"), "MRG|W1||||V2", pv1("V3"))
    moves = [(one.before, one.after, one.source, one.to) for one in made.moves]
    assert moves == [
        (visit("V1"), visit("V1"), patient("W1"), patient("S1")),
        (visit("V2"), visit("V3"), patient("W1"), patient("S1")),
    ]
    assert patient("W1") not in {one.reference for one in made.drafts}


def test_a_visit_moves_from_whoever_has_it_when_nobody_is_named() -> None:
    (move,) = adt("A45", pid("S1"), "MRG|||||V1", pv1("V1")).moves
    assert (move.source, move.to) == ("", patient("S1"))


def test_an_account_moves_to_another_patient() -> None:
    move, by_number = adt("A44", pid("S1", account="A1"), "MRG|W1||A1").moves
    assert (move.before, move.after, move.source, move.to) == (
        *[account("A1")] * 2,
        patient("W1"),
        patient("S1"),
    )
    assert by_number.before == by_number.after


def test_two_patients_are_linked_whichever_comes_first() -> None:
    one, other = adt("A24", "PID|||P1", "PID|||Q1").links + adt("A37", "PID|||Q1", "PID|||P1").links
    assert (one.type, one.holds, other.holds) == ("seealso", True, False)
    assert (one.patient, one.other) == (other.patient, other.other)
    assert [fault.place for fault in adt("A24", "PID|||P1", "PID|||P1").faults] == ["PID[2]-3"]
    assert adt("A24", "PID|||P1").links == ()


def test_what_an_event_does_not_use_of_mrg_is_listed() -> None:
    assert adt("A40", pid("S1"), "MRG|L1||A1||V1|W1").unmapped == ["MRG[1]-5", "MRG[1]-6", "MRG[1]-3"]


def test_mrg_of_a_result_says_nothing() -> None:
    made = converted(pid("S1"), "MRG|L1", "OBR|1||F1|X", kind="ORU^R01")
    assert (made.links, made.moves) == ((), ())


def test_a_visit_without_its_number_is_none_of_a_merge() -> None:
    made = adt("A40", pid("S1", account="A1"), "MRG|L1", "PV1|1|I|3B^1^1")
    assert resources(made, "Encounter") == []
    assert "PV1[1]-3" in made.unmapped


@pytest.mark.parametrize(
    ("event", "segments", "place"),
    [
        ("A41", (pid("S1"), "MRG|S1||A1"), "PID[1]-18"),
        ("A50", (pid("S1"), "MRG|S1||||V1"), "PV1[1]-19"),
        ("A42", (pid("S1"), "MRG|S1||||V1", "PV1|1|I"), "PV1[1]-19"),
    ],
)
def test_without_the_present_number_nothing_is_moved(
    event: str, segments: tuple[str, ...], place: str
) -> None:
    made = adt(event, *segments)
    assert ([one.place for one in made.faults], made.moves) == ([place], ())
