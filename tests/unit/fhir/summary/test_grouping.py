from fhir.summary.grouping import grouped


def test_items_with_a_common_key_are_one_group() -> None:
    assert grouped(["ab", "bc", "xy"], str) == [["ab", "bc"], ["xy"]]


def test_a_later_item_joins_two_groups() -> None:
    assert grouped(["a", "b", "ab", "c"], str) == [["a", "b", "ab"], ["c"]]
    assert grouped(["a", "b", "ab", "b"], str) == [["a", "b", "ab", "b"]]


def test_items_without_keys_stay_alone() -> None:
    assert grouped(["", ""], str) == [[""], [""]]
