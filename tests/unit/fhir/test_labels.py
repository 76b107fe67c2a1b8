"""Checklist line 11: labels are added and taken away by what they are."""

from hypothesis import given
from hypothesis import strategies as st

from fhir.labels import with_labels, without_labels

codings = st.lists(st.fixed_dictionaries({"code": st.sampled_from("abcd")}), max_size=4)


@given(codings, codings)
def test_labels_are_sets(have: list[dict[str, str]], more: list[dict[str, str]]) -> None:
    meta = with_labels({}, {"tag": have})
    both = with_labels(meta, {"tag": more})
    codes = [each["code"] for each in both.get("tag", [])]
    assert sorted(codes) == sorted({each["code"] for each in (*have, *more)})
    assert with_labels(both, {"tag": more}) == both
    left = [each["code"] for each in without_labels(both, {"tag": more}).get("tag", [])]
    assert set(left) == {each["code"] for each in have} - {each["code"] for each in more}
