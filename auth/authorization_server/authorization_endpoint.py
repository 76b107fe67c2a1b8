"""Authorization endpoint: from an app's request to its answer, by way of a person who says yes or no.

RFC 6749 section 4.1, RFC 9207 (`iss` in every answer), RFC 9700. What the person chooses comes from the pages
(`services.portal.apps`); whatever they send, no more is granted than was asked for and is allowed to the app.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from authlib.oauth2.base import OAuth2Error

from auth.authorization_server.authorization_code import Answer
from auth.authorization_server.authorization_request import AuthorizationRequest
from auth.authorization_server.redirect_uri import answer, is_native
from auth.smart.granting import grant, has_access, of_person
from auth.store import launches
from auth.store.clients import NONE, ClientRecord

if TYPE_CHECKING:
    from auth.authorization_server.server import AuthorizationServer


class Refused(Exception):
    """The request goes no further: back to the app at `location`, or (None) to a page of ours."""

    def __init__(self, error: str, location: str | None) -> None:
        super().__init__(error)
        self.error = error
        self.location = location


class Asked:
    """An authorization request that is right: which app, what for, and the answers to it."""

    def __init__(self, server: "AuthorizationServer", request: AuthorizationRequest, grant: Any) -> None:
        self._server = server
        self._request = request
        self._grant = grant
        self.client: ClientRecord = request.client.record
        self.parameters: Mapping[str, str] = request.parameters
        self.redirect_uri: str = request.parameters["redirect_uri"]
        self.scope = _launchable(of_person(request.scope), "launch" in request.parameters)
        self.prompts = frozenset(self.parameters.get("prompt", "").split())
        age = self.parameters.get("max_age")
        self.max_age = None if age is None else int(age)

    @property
    def launch(self) -> str | None:
        """The `launch` parameter of an app that was started from a page of ours."""
        return self.parameters["launch"] if "launch" in self.scope.split() else None

    @property
    def impersonable(self) -> bool:
        """Could another program pass for this app? Then the person is always asked (RFC 8252 section 8.6)."""
        return self.client.method == NONE and is_native(self.redirect_uri)

    def refuse(self, error: str, description: str | None = None) -> str:
        """Where the browser goes with an error."""
        return _refusal(self._server.issuer, self._request, self.redirect_uri, error, description)

    def allow(self, given: Answer) -> str | None:
        """Where the browser goes with a code; None when nothing is granted, or the launch was used before.

        It runs in the thread pool.
        """
        scope = grant(given.scope, self.scope)
        if not has_access(scope) or (self.launch is not None and not self._claim(given)):
            return None
        user = Answer(**{name: getattr(given, name) for name in Answer.__slots__} | {"scope": scope})
        reply = self._server.create_authorization_response(self._request, grant_user=user, grant=self._grant)
        location: str = reply.headers["Location"]
        return location

    def _claim(self, given: Answer) -> bool:
        found = launches.claim(
            self._server.database, self.launch or "", self.client.id, given.account, given.hat
        )
        return found is not None and found.patient == given.patient


def asked(server: "AuthorizationServer", pairs: Iterable[tuple[str, str]]) -> Asked:
    """See `AuthorizationServer.asked`."""
    request = AuthorizationRequest(f"{server.issuer}/oauth/authorize", pairs)
    try:
        grant = server.get_consent_grant(request)
    except OAuth2Error as error:
        raise _refused(server.issuer, request, error) from None
    except ValueError:
        # Authlib raises it while it builds an error text from what the app sent (a quote, 中).
        raise Refused("invalid_request", None) from None
    return Asked(server, request, grant)


def _launchable(scope: str, launched: bool) -> str:
    """Without a launch there is neither `launch` nor an Encounter in context."""
    dropped = () if launched else ("launch", "launch/encounter")
    return " ".join(word for word in scope.split() if word not in dropped)


def _refused(issuer: str, request: AuthorizationRequest, error: OAuth2Error) -> Refused:
    location = None
    if error.redirect_uri:
        location = _refusal(issuer, request, error.redirect_uri, error.error, error.description)
    return Refused(error.error, location)


def _refusal(
    issuer: str, request: AuthorizationRequest, uri: str, error: str, description: str | None
) -> str:
    state = request.parameters.get("state")
    return answer(
        uri, {"error": error, "error_description": description or None, "state": state, "iss": issuer}
    )
