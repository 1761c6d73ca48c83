"""Who may read and who may act: a token, sessions of a browser, and how often somebody may try.

The right token is let in whatever others have tried: it is compared before anything is counted, so that nobody can keep the owner from
flattening. Counting wrong ones keeps their noise small; what keeps a token from being guessed is its length.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from runner import private
from runner.live.clock import Clock
from runner.live.keys import REDACTOR, Keys, Secret
from runner.model.errors import ConfigError, Problem, UnwritableError

SHORTEST, DIFFERENT = 24, 10  # letters of a token, and how many of them differ; a made one has 256 bits in 43
SESSION_MS = 12 * 3_600_000
MINUTE_MS = 60_000
TRIES, ALL_TRIES = 5, 60  # wrong tokens in a minute of one address, and of all
ACTS = 20  # halts and releases of an account in a minute
ADDRESSES = 256  # whose wrong tokens are counted apart
SESSIONS = 100  # at once
LOCAL = ("localhost", "127.0.0.1", "::1")
MADE = "made"


class TooOftenError(Exception):
    """Somebody tries a wrong token too often, or acts too often."""


class StrangerError(Exception):
    """A token that is missing or wrong. known: whether there is a token at all."""


@dataclass
class Gate:
    """What stands between a request and what it asks for. token: None where nothing may be acted on. open_reading: without it too."""

    clock: Clock
    token: Secret | None = None
    open_reading: bool = True
    names: tuple[str, ...] = ()
    _sessions: dict[str, int] = field(default_factory=dict, repr=False)
    _tries: deque[int] = field(default_factory=deque, repr=False)
    _tries_of: dict[str, deque[int]] = field(default_factory=dict, repr=False)
    _acts: dict[str, deque[int]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def acts(self) -> bool:
        """Whether anything may be acted on."""
        return self.token is not None

    def host_known(self, host: str) -> bool:
        """Whether a request's Host is ours: this machine, a plain address or a name that was given. Any other may be a stranger's page."""
        name = host_of(host)
        return name in LOCAL or name in self.names or is_address(name)

    def shown(self, token: str, address: str = "") -> None:
        """Somebody at an address shows a token. The right one always passes; StrangerError for a wrong one, TooOftenError for too many."""
        if self.token is not None and hmac.compare_digest(token.encode(), self.token.reveal().encode()):
            return
        now_ms = self.clock.now_ms()
        with self._lock:
            mine = self._tries_of.pop(address, None) or deque()
            self._tries_of = dict(list(self._tries_of.items())[1 - ADDRESSES :]) | {address: mine}
            often = full(mine, TRIES, now_ms) or full(self._tries, ALL_TRIES, now_ms)
            if not often:
                mine.append(now_ms)
                self._tries.append(now_ms)
        raise TooOftenError if often else StrangerError

    def act(self, account: str) -> None:
        """An account is about to be halted or released. TooOftenError after too many of them within a minute."""
        now_ms = self.clock.now_ms()
        with self._lock:
            mine = self._acts.setdefault(account, deque())
            if full(mine, ACTS, now_ms):
                raise TooOftenError
            mine.append(now_ms)

    def enter(self) -> str:
        """A session for somebody who has shown the token; its name goes into a cookie."""
        name, now_ms = secrets.token_urlsafe(32), self.clock.now_ms()
        with self._lock:
            living = {known: until for known, until in self._sessions.items() if until > now_ms}
            self._sessions = dict(list(living.items())[-(SESSIONS - 1) :]) | {name: now_ms + SESSION_MS}
        return name

    def inside(self, name: str) -> bool:
        """Whether that session lives."""
        with self._lock:
            return self._sessions.get(name, 0) > self.clock.now_ms()

    def leave(self, name: str) -> None:
        """The session ends."""
        with self._lock:
            self._sessions.pop(name, None)


def full(times: deque[int], most: int, now_ms: int) -> bool:
    """Whether so many of them lie within the last minute; older ones are forgotten."""
    while times and times[0] <= now_ms - MINUTE_MS:
        times.popleft()
    return len(times) >= most


def host_of(host: str) -> str:
    """The name in a Host header, without the port."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0]


def is_address(name: str) -> bool:
    """Whether it is an address rather than a name: nobody can make one point elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def token_of(wish: str, home: Path) -> Secret | None:
    """The token: None without a wish, out of an environment variable, or out of state/desk.token, made there by `made`.

    ConfigError for a variable that is not set, a token that is short, a file that others may read.
    """
    if not wish:
        return None
    text = made(home) if wish == MADE else os.environ.get(wish, "").strip()
    where = str(token_file(home)) if wish == MADE else f"the environment variable {wish}"
    if not text:
        raise refused(f"{where} is not set" if wish != MADE else f"{where} is empty; remove it, and a new one is made")
    if len(text) < SHORTEST or len(set(text)) < DIFFERENT:
        expected = f"expected at least {SHORTEST} letters, {DIFFERENT} of them different, as `openssl rand -hex 32` makes them"
        raise refused(f"{where}: {expected}; were {len(text)}, {len(set(text))} different")
    REDACTOR.learn(Keys(key=Secret(text), secret=Secret(text)))
    return Secret(text)


def token_file(home: Path) -> Path:
    """Where a token that was made is kept."""
    return home / "state" / "desk.token"


def made(home: Path) -> str:
    """The token in the file, made where there is none."""
    file = token_file(home)
    try:
        private.made(file.parent)
        try:
            number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return kept(file)
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            stream.write(secrets.token_urlsafe(32) + "\n")
    except OSError as error:
        raise UnwritableError("the desk's token cannot be kept", [Problem(path=str(file), message=error.strerror or str(error))]) from error
    return kept(file)


def kept(file: Path) -> str:
    """The token in a file of ours."""
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise refused(f"{file} may be read by others; chmod 600 it")
    return file.read_text(encoding="utf-8").strip()


def refused(message: str) -> ConfigError:
    """The token cannot be used."""
    return ConfigError("the desk's token cannot be used", [Problem(path="mode.token", message=message)])
