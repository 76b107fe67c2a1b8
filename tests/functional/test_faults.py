"""The store hangs, a set loses its primary: short forms of `python -m tests.faults` (line 64 of the feed).

Its kills stand in test_kill.py, its clocks in feed/test_clock.py; its full disk takes root and minutes.
"""

from tests.faults.fault import fail_over, hang
from tests.faults.replica_set import ReplicaSet
from tests.faults.scene import Scene, broken
from tests.support.serving import wait_until


def hung(scene: Scene) -> None:
    """The store hangs while messages come, and longer than a sender waits for an answer."""
    sent = scene.hospitals
    wait_until(lambda: len(sent.acknowledged) > 20)
    hang(scene.data, 11)
    known = len(sent.acknowledged)
    wait_until(lambda: len(sent.acknowledged) > known + 20, seconds=120)
    assert sum(times for code, times in sent.answers.items() if code != "AA") > 0, "nobody felt the fault"


def test_line_64_a_store_that_hangs_loses_and_doubles_nothing() -> None:
    found = broken("hang", hung)
    assert (found.sound, found.done) == (True, found.acknowledged), found.shown()
    assert found.done > 40


def test_line_64_a_replica_set_that_loses_its_primary_loses_and_doubles_nothing() -> None:
    with ReplicaSet() as members:
        found = broken(
            "fail-over",
            lambda scene: fail_over(members, scene.hospitals.acknowledged, 1),
            uri=members.uri,
        )
    assert (found.sound, found.done) == (True, found.acknowledged), found.shown()
    assert found.done > 60
