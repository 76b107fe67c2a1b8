import re

import pytest

from services.api.observation import request_id


@pytest.mark.parametrize("given", [b"abc-1", b"A.b_c", b"x" * 64])
def test_a_plain_word_is_taken_as_the_id(given: bytes) -> None:
    """Checklist line 106."""
    assert request_id({"headers": [(b"x-request-id", given)]}) == given.decode()


@pytest.mark.parametrize("given", [b"", b"a b", b"x" * 65, b"\xff", b"a\nb", "张".encode()])
def test_anything_else_gets_a_new_one(given: bytes) -> None:
    """Checklist line 106: nothing of the caller's gets into a log line."""
    made = request_id({"headers": [(b"x-request-id", given)]})
    assert re.fullmatch(r"[0-9a-f-]{36}", made)
    assert made != request_id({"headers": []})
