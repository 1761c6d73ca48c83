"""What every request is answered from, and who asked."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from jinja2 import Environment

from runner.board.acting import Hands
from runner.board.desk import Desk
from runner.board.gate import Gate, StrangerError, TooOftenError
from runner.board.places import Place
from runner.board.veil import Veil

COOKIE = "desk"
READ_ONLY = "this desk only shows; start it with mode.token=… to let it act"
FOREIGN = "this came from another page than the desk's own"
NO_TOKEN = "the desk's token is missing or wrong"  # noqa: S105 - words about it
TOO_OFTEN = "too often; wait a minute"


@dataclass(frozen=True, kw_only=True)
class World:
    """A desk with its gate. every_ms: how often a page asks for what is new."""

    desk: Desk
    gate: Gate
    hands: Hands
    veil: Veil
    templates: Environment
    every_ms: int

    def place(self, name: str) -> Place:
        """The account of that name, else 404."""
        found = self.desk.place(name)
        if found is None:
            raise HTTPException(404, "there is no such account")
        return found

    def inside(self, request: Request) -> bool:
        """Whether the browser has signed in."""
        return self.gate.inside(request.cookies.get(COOKIE, ""))

    def reads(self, request: Request) -> bool:
        """Whether the request may read, by session or token. HTTPException 429 for a wrong token after too many of them."""
        if self.gate.open_reading or self.inside(request):
            return True
        token = shown(request)
        return bool(token) and self.right(token, request)

    def right(self, token: str, request: Request) -> bool:
        """Whether that is the token. HTTPException 429 for a wrong one after too many of them; the right one is never too often."""
        try:
            self.gate.shown(token, who(request))
        except StrangerError:
            return False
        except TooOftenError:
            raise HTTPException(429, TOO_OFTEN, {"retry-after": "60"}) from None
        return True

    def acts(self, request: Request, token: str = "", *, often: str = "") -> str:
        """Who asks, in words; HTTPException 403 for whoever may not act, 429 for too many wrong tokens.

        often: the account whose acts are counted, '' for what is never refused for being often.

        A session counts only for a request of the desk's own page: SameSite keeps its cookie from other pages, and Origin is asked besides.
        """
        if not self.gate.acts:
            raise HTTPException(403, READ_ONLY)
        origin = request.headers.get("origin", "")
        if origin and not same(origin, request):
            raise HTTPException(403, FOREIGN)
        token = shown(request) or token
        if token:
            if not self.right(token, request):
                raise HTTPException(403, NO_TOKEN)
        elif not (origin and self.inside(request)):
            raise HTTPException(403, NO_TOKEN)
        try:
            if often:
                self.gate.act(often)
        except TooOftenError:
            raise HTTPException(429, TOO_OFTEN, {"retry-after": "60"}) from None
        return who(request)


def shown(request: Request) -> str:
    """The token in a request's headers; '' without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return request.headers.get("x-desk-token", "") or (token.strip() if scheme.lower() == "bearer" else "")


def same(origin: str, request: Request) -> bool:
    """Whether a page's origin is the desk itself."""
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def who(request: Request) -> str:
    """Where a request came from."""
    return request.client.host if request.client else "unknown"
