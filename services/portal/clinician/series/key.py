"""The name of a series in an address: it says nothing of the test, and nothing outside of this session."""

import hashlib
import hmac

from fhir.summary.results import Series

_LONG = 20


def key(series: Series, secret: str) -> str:
    """A keyed hash of the test and its unit."""
    named = f"series\0{series.loinc or series.code or series.name}\0{series.latest.unit}"
    return hmac.new(secret.encode(), named.encode(), hashlib.sha256).hexdigest()[:_LONG]
