"""Authorization server: OAuth 2.0 for the platform's clients, on Authlib's synchronous core.

RFC 6749. `AuthorizationServer` is the whole interface; it is called from the thread pool.
"""

from auth.authorization_server.server import AuthorizationServer
from auth.authorization_server.token_endpoint import Reply

__all__ = ["AuthorizationServer", "Reply"]
