"""What every request goes through: a Host that is ours, the right to read; and every answer: headers, and no secret in it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runner.board.world import NO_TOKEN, World

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
OPEN = ("/health", "/sign-in", "/desk.css", "/desk.js", "/desk.svg")  # also where reading needs the token
PROGRAMS = ("/api/", "/part/", "/metrics", "/openapi.json")
LARGEST = 16_384  # bytes of a form


class Shield:
    """Around the whole desk."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self.app, self.world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self.refused(Request(scope))
        await (refused or self.app)(scope, receive, Veiling(send, self.world))

    def refused(self, request: Request) -> Response | None:
        """The answer to a request that gets no further."""
        headers = Headers(scope=request.scope)
        host = headers.get("host", "")
        if not self.world.gate.host_known(host):
            return PlainTextResponse("this desk does not answer to that name; mode.names=[…] adds one\n", 400)
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal() or int(length) > LARGEST:
            return PlainTextResponse("too large\n", 413)
        path = request.url.path
        try:
            if path in OPEN or self.world.reads(request):
                return None
        except HTTPException as error:
            return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
        if path.startswith(PROGRAMS) or request.method != "GET":
            return JSONResponse({"detail": NO_TOKEN}, 401, {"www-authenticate": "Bearer"})
        return RedirectResponse(f"/sign-in?next={quote(path)}", 303)


class Veiling:
    """Sends an answer on with the headers of every answer, and *** for secrets in its text."""

    def __init__(self, send: Send, world: World) -> None:
        self.send, self.world = send, world
        self.start: Message | None = None
        self.body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        """One message of an answer; its text is held until it is whole."""
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body" or self.start is None:
            await self.send(message)
            return
        self.body.append(message.get("body", b""))
        if message.get("more_body", False):
            return
        body = self.veiled(b"".join(self.body))
        headers = MutableHeaders(raw=self.start["headers"])
        for name, value in HEADERS.items():
            headers[name] = value
        headers["content-length"] = str(len(body))
        self.start["headers"] = headers.raw
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": body})

    def veiled(self, body: bytes) -> bytes:
        """The text without secrets."""
        return self.world.veil.values(body.decode("utf-8", "replace")).encode()
