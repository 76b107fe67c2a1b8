"""Token request as Authlib wants it, from plain parts instead of a web framework's object.

RFC 6749 section 3.2. The URI comes from the configured issuer, never from the Host header.
"""

from collections import defaultdict
from collections.abc import Mapping

from authlib.oauth2.rfc6749.requests import OAuth2Payload, OAuth2Request


class Payload(OAuth2Payload):  # type: ignore[misc]
    """The form's parameters; each stands once (`auth.authorization_server.form`)."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = dict(form)

    @property
    def data(self) -> dict[str, str]:
        """Parameter by name."""
        return self._form

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """All values by name."""
        return defaultdict(list, {name: [value] for name, value in self._form.items()})


class TokenRequest(OAuth2Request):  # type: ignore[misc]
    """One POST to the token endpoint."""

    def __init__(self, uri: str, form: Mapping[str, str], authorization: str | None) -> None:
        super().__init__("POST", uri, headers={"Authorization": authorization} if authorization else {})
        self.payload = Payload(form)
        self.alarm: str | None = None
        """What happened that somebody should look at: a code or refresh token that came twice."""

    @property
    def form(self) -> dict[str, str]:
        """The form's parameters."""
        data: dict[str, str] = self.payload.data
        return data
