"""Which faults of the store a message waits out: checklist lines 35 and 64 of the feed."""

import pytest
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from services.worker.__main__ import passing


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (AutoReconnect("gone"), True),
        (OperationFailure("no room on the disk", 14_031), True),
        (OperationFailure("shutting down", 11_600), True),
        (OperationFailure("not the primary", 10_107), True),
        (OperationFailure("a conflict", 112, {"errorLabels": ["TransientTransactionError"]}), True),
        (OperationFailure("an unknown operator", 2), False),
        (PyMongoError("something else"), False),
    ],
)
def test_a_fault_of_the_moment_is_waited_out(error: PyMongoError, passes: bool) -> None:
    assert passing(error) is passes
