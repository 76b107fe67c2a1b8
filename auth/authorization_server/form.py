"""Form body of a token request: `application/x-www-form-urlencoded`, UTF-8, each parameter once.

RFC 6749 sections 3.2 and B.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749.errors import InvalidRequestError

LARGEST = 65_536
_MOST_PARAMETERS = 50
_MEDIA_TYPE = "application/x-www-form-urlencoded"


def parse_form(content_type: str, body: bytes) -> Mapping[str, str]:
    """The parameters of `body`; one without a value counts as absent. InvalidRequestError otherwise."""
    if content_type.split(";")[0].strip().lower() != _MEDIA_TYPE:
        raise InvalidRequestError(f"the body must be {_MEDIA_TYPE}")
    if len(body) > LARGEST:
        raise InvalidRequestError("the body is too large")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        raise InvalidRequestError("the body is not a UTF-8 form") from None
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise InvalidRequestError("a parameter stands twice")
    return {name: value for name, value in pairs if value}
