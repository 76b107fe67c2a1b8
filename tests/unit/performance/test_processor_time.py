import os

import pytest

from tests.performance.processor_time import Usage, cores, usage


def test_cores_are_seconds_used_in_a_second_and_others_have_the_rest() -> None:
    before = Usage({"api": 1.0, "ended": 5.0}, 10.0)
    after = Usage({"api": 3.0, "begun": 1.0}, 16.0)
    assert cores(before, after, 4.0) == {"api": 0.5, "others": 1.0}


def test_where_the_machine_is_unknown_nothing_is_said_of_others() -> None:
    assert cores(Usage({"api": 1.0}, None), Usage({"api": 2.0}, None), 1.0) == {"api": 1.0}


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="only Linux tells")
def test_this_process_has_used_some_time_and_an_unknown_one_none() -> None:
    found = usage({"self": os.getpid(), "nobody": 2**22 + 1})
    assert set(found.processes) == {"self"}
    assert found.processes["self"] > 0
    assert found.machine is not None
    assert found.machine >= found.processes["self"]
