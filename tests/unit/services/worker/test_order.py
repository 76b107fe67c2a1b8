"""Order of messages: the property that a patient's messages are processed one by one, as they came."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.worker.order import Order

MESSAGES = st.lists(st.sets(st.sampled_from("abcd"), max_size=3), max_size=14)
RANDOM = st.randoms(use_true_random=False)


@given(MESSAGES, RANDOM)
def test_any_interleaving_keeps_each_keys_order_and_comes_to_an_end(
    messages: list[set[str]], random: Random
) -> None:
    order = Order()
    keys = {f"{number:03}": each for number, each in enumerate(messages)}
    waiting, added, running, finished = list(keys), [], [], []  # type: ignore[var-annotated]
    while len(finished) < len(keys):
        steps = ["ready", *(["add"] if waiting else []), *(["done"] if running else [])]
        match random.choice(steps):
            case "add":
                added.append(waiting.pop(0))
                order.add(added[-1], keys[added[-1]])
            case "done":
                finished.append(running.pop(random.randrange(len(running))))
                order.done(finished[-1])
            case _:
                for id in order.ready():
                    earlier = [each for each in added if each < id and keys[each] & keys[id]]
                    assert set(earlier) <= set(finished)
                    assert not any(keys[each] & keys[id] for each in running)
                    running.append(id)
                idle = set(added) - set(running) - set(finished)
                assert all(any(keys[each] & keys[id] for each in added if each < id) for id in idle)
        assert len(order) == len(added) - len(finished)
    assert order.ready() == order.known == []


def test_each_is_given_once_and_known_ones_stay_where_they_stand() -> None:
    order = Order()
    order.add("1", ["a"])
    order.add("2", ["a"])
    order.add("1", ["b"])
    assert (order.ready(), order.ready(), order.known) == (["1"], [], ["1", "2"])
    order.done("1")
    assert order.ready() == ["2"]


def test_a_message_without_identifiers_waits_for_nobody() -> None:
    order = Order()
    order.add("1", [])
    order.add("2", [])
    assert order.ready() == ["1", "2"]
