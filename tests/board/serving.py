"""A desk on loopback inside the test's own process, over a folder of the test's making."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from runner.board.acting import Hands
from runner.board.app import listening, server
from runner.board.desk import Desk
from runner.board.gate import Gate
from runner.board.known import Fixed
from runner.board.render import environment
from runner.board.veil import Veil
from runner.board.world import World
from runner.live.keys import Secret
from tests.board.homes import NOON

TOKEN = "a-token-of-the-tests-0123"  # noqa: S105 - of nobody


@dataclass
class Hand:
    """A clock that is set by hand."""

    at_ms: int = NOON

    def now_ms(self) -> int:
        """The present."""
        return self.at_ms

    def sleep_ms(self, ms: int) -> None:
        """Time goes by."""
        self.at_ms += ms


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """Read as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Shown:
    """A running desk."""

    port: int
    world: World
    clock: Hand

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, /, **headers: str) -> Answer:
        """Ask."""
        return self.ask("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, str] | None = None, /, **headers: str) -> Answer:
        """Send a form."""
        return self.ask("POST", path, form or {}, headers)

    def ask(self, method: str, path: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> Answer:
        """A request of any kind; underscores in names of headers are dashes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None if form is None else urlencode(form)
        if body is not None:
            sent["content-type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode())
        finally:
            connection.close()


def world_of(
    home: Path,
    clock: Any,
    *,
    token: str | None = TOKEN,
    open_reading: bool = True,
    secrets: Mapping[str, str] | None = None,
    journal: str = "",
) -> World:
    """What a desk answers from."""
    veil = Veil(secrets or {})
    return World(
        desk=Desk(homes=(home,), clock=clock, library=Fixed({}), journal=journal),
        gate=Gate(clock=clock, token=None if token is None else Secret(token), open_reading=open_reading),
        hands=Hands(clock=clock, veil=veil, log=home / "state" / "desk.acts.jsonl"),
        veil=veil,
        templates=environment(veil),
        every_ms=300,
    )


@contextmanager
def desk(home: Path, **options: Any) -> Iterator[Shown]:
    """A desk that serves until the block ends."""
    clock = Hand()
    with served(world_of(home, clock, **options), clock) as shown:
        yield shown


@contextmanager
def served(world: World, clock: Hand) -> Iterator[Shown]:
    """A world on a free port."""
    with listening("127.0.0.1", 0) as bound:
        serving = server(world)
        thread = threading.Thread(target=serving.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not serving.started:
            assert time.monotonic() < until
            time.sleep(0.01)
        try:
            yield Shown(bound.getsockname()[1], world, clock)
        finally:
            serving.should_exit = True
            thread.join(10)
