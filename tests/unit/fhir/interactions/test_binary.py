from hypothesis import given
from hypothesis import strategies as st

from fhir.interactions.binary import binary, content
from fhir.validation import errors


@given(st.binary(max_size=50), st.sampled_from(["application/pdf", "text/plain; charset=gb18030"]))
def test_what_goes_in_comes_out(raw: bytes, type: str) -> None:
    """Checklist line 14."""
    made = binary(raw, type)
    assert content(made) == (type, raw)
    assert errors(made) == []


def test_the_security_context_and_the_id() -> None:
    """Checklist line 14."""
    made = binary(b"x", "text/plain", "Patient/p1", "b1")
    assert (made["securityContext"], made["id"]) == ({"reference": "Patient/p1"}, "b1")
