"""Which faults of the store a message waits out: checklist lines 35 and 64 of the feed."""

import pytest
from pymongo.errors import AutoReconnect, BulkWriteError, OperationFailure, PyMongoError

from services.worker.__main__ import passing

FULL = "No space left on device"


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (AutoReconnect("gone"), True),
        (OperationFailure("no room on the disk", 14_031), True),
        (OperationFailure("shutting down", 11_600), True),
        (OperationFailure("not the primary", 10_107), True),
        (OperationFailure("a conflict", 112, {"errorLabels": ["TransientTransactionError"]}), True),
        (OperationFailure("an unknown operator", 2), False),
        (OperationFailure("", 8, {"errmsg": "_insert: table:index-44 28: No space left on device"}), True),
        (BulkWriteError({"writeErrors": [{"code": 8, "errmsg": "28: No space left on device"}]}), True),
        (BulkWriteError({"writeErrors": [{"code": 11_602, "errmsg": "the server steps down"}]}), True),
        (BulkWriteError({"writeErrors": [{"code": 8, "errmsg": "", "op": {"a": FULL}}]}), False),
        (BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64, "errmsg": ""}]}), True),
        (BulkWriteError({"writeErrors": [{"code": 11_000, "errmsg": "twice"}]}), False),
        (PyMongoError("something else"), False),
    ],
)
def test_a_fault_of_the_moment_is_waited_out(error: PyMongoError, passes: bool) -> None:
    assert passing(error) is passes
