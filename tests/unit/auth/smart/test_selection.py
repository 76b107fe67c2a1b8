"""What may be ticked off, and what is then granted (SMART kit lines 47, 69 and 72; RFC 9700 line 17)."""

from hypothesis import given
from hypothesis import strategies as st

from auth.smart.granting import grant
from auth.smart.selection import choices, kept

SCOPE = "openid launch/patient offline_access patient/*.rs patient/Observation.read user/Patient.cruds"


def test_everything_ticked_is_everything_word_for_word() -> None:
    keys = [choice.key for choice in choices(SCOPE)]
    assert kept(SCOPE, [*keys, "offline_access"]) == SCOPE


def test_nothing_ticked_leaves_who_he_is() -> None:
    assert kept(SCOPE, []) == "openid launch/patient"


def test_a_whole_makes_its_parts_needless() -> None:
    wild = choices(SCOPE)[0]
    parts = {part.scope.text: part.key for part in wild.parts}
    laboratory = next(text for text in parts if "laboratory" in text)
    assert kept(SCOPE, [parts[laboratory]]).split()[2:] == [laboratory]
    both = kept(SCOPE, [parts[laboratory], parts["patient/Observation.rs"]])
    assert both.split()[2:] == ["patient/Observation.rs"]


def test_parts_of_a_scope_of_version_1_and_of_one_that_writes() -> None:
    by_scope = {
        choice.scope.text: choice for choice in choices(f"{SCOPE} user/Condition.cruds user/Condition.c")
    }
    assert all(".rs?category=" in part.scope.text for part in by_scope["patient/Observation.read"].parts)
    assert all(".rs?category=" in part.scope.text for part in by_scope["user/Condition.cruds"].parts)
    assert by_scope["user/Condition.c"].parts == ()
    assert by_scope["user/Patient.cruds"].parts == ()


_KEYS = [key for choice in choices(SCOPE) for key in (choice.key, *(part.key for part in choice.parts))]


@given(st.sets(st.sampled_from([*_KEYS, "offline_access", "s99", "s3.999", "patient/*.cruds"])))
def test_never_more_than_was_asked_for(ticked: set[str]) -> None:
    chosen = kept(SCOPE, ticked)
    assert set(grant(chosen, SCOPE).split()) == set(chosen.split())
