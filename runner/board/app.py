"""The desk as a web application, and the server that it runs in."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as Refusal

from runner import __version__
from runner.board import api, web
from runner.board.patience import PatientProtocol
from runner.board.shield import PROGRAMS, Shield
from runner.board.world import World
from runner.model.errors import ConfigError, Problem

TITLES = {400: "Not done", 403: "Not allowed", 404: "Not found", 409: "Busy", 429: "Too often", 503: "It did not work"}
GRACE_S = 2


def application(world: World) -> FastAPI:
    """Pages and API behind the shield."""
    about = "How accounts stand, what they did and why; halt, release and flatten with the desk's token."
    app = FastAPI(title="desk", version=__version__, description=about, docs_url=None, redoc_url=None)
    app.include_router(api.routes(world))
    app.include_router(web.routes(world))
    app.add_middleware(Shield, world=world)

    @app.exception_handler(Refusal)
    async def refused(request: Request, error: HTTPException) -> Response:
        return answered(world, request, error.status_code, str(error.detail), error.headers)

    @app.exception_handler(RequestValidationError)
    async def misread(request: Request, error: RequestValidationError) -> Response:
        words = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        return answered(world, request, 400, words)

    return app


def answered(world: World, request: Request, status: int, said: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal: JSON for programs, a page for people."""
    path = request.url.path
    if path.startswith(PROGRAMS):
        return JSONResponse({"detail": said}, status, headers)
    name = path.split("/")[2] if path.startswith("/accounts/") and status != 404 else ""
    back = f"/accounts/{name}" if name else "/"
    page = web.shown(world, request, "said.html", status=status, title=TITLES.get(status, "Not done"), said=said, back=back)
    page.headers.update(headers or {})
    return page


class Server(uvicorn.Server):
    """Ends at SIGTERM and SIGINT like any other mode: what is under way is answered, and the exit status is the mode's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Listen for the two signals while serving."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.should_exit = True

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                with suppress(TypeError):
                    signal.signal(number, handler)


def server(world: World) -> Server:
    """The server, not yet listening."""
    config = uvicorn.Config(
        application(world),
        log_config=None,
        access_log=False,
        server_header=False,
        http=PatientProtocol,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    return Server(config)


def listening(host: str, port: int) -> socket.socket:
    """A socket at that place; ConfigError, one line, where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen()
    except OSError as error:
        bound.close()
        said = f"{host}:{port} cannot be opened: {error.strerror or error}; type mode.port=0 for a port that is free"
        raise ConfigError("the desk cannot be served", [Problem(path="mode.port", message=said)]) from None
    return bound
