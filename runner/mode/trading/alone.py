"""One bot for one set of keys on a host: accounts of different names with the same keys are one account at the venue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner import private
from runner.live.keys import Keys
from runner.live.state import unwritable
from runner.lock import locked
from runner.model.errors import ConfigError, Problem


@contextmanager
def alone(home: Path, keys: Keys) -> Iterator[None]:
    """Hold the keys while inside. ConfigError where a bot of another account name holds them."""
    name = hashlib.sha256(keys.key.reveal().encode()).hexdigest()[:16]
    place = home / "state" / f".keys-{name}"
    try:
        private.made(place.parent)
        file = private.held(place)
    except OSError as error:
        raise unwritable(place, error) from error
    with file:
        if not locked(file):
            problem = Problem(path="account.secrets", message="a bot of another account name on this host trades with these keys")
            raise ConfigError("another bot is at work", [problem])
        yield
