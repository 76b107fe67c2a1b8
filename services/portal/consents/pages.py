"""Pages of rules: the same six for a resident on his own pages and for an officer who writes from paper."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from services.portal.consents.desk import Desk

Show = Callable[[Desk], Awaitable[Response]]


class At(Protocol):
    """Shows something at the desk of the resident whom a request is about."""

    def __call__(self, request: Request, show: Show, *, form: bool = False) -> Awaitable[Response]:
        """The page, recorded; `form` where it comes of one."""


class Pages:
    """The pages at one kind of desk."""

    def __init__(self, at: At) -> None:
        self._at = at

    async def listed(self, request: Request) -> Response:
        """The rules in force, and those that were withdrawn."""
        return await self._at(request, Desk.listed)

    async def new(self, request: Request) -> Response:
        """The form of a new rule."""
        return await self._at(request, Desk.form)

    async def preview(self, request: Request) -> Response:
        """What a rule would do."""
        return await self._at(request, Desk.preview, form=True)

    async def give(self, request: Request) -> Response:
        """Keep a rule."""
        return await self._at(request, Desk.give, form=True)

    async def one(self, request: Request, id: str) -> Response:
        """What withdrawing a rule would do."""
        return await self._at(request, lambda desk: desk.one(id))

    async def withdraw(self, request: Request, id: str) -> Response:
        """Withdraw a rule."""
        return await self._at(request, lambda desk: desk.withdraw(id), form=True)
