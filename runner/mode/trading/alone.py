"""One bot for one set of keys on a host: accounts of different names with the same keys are one account at the venue.

Who trades with keys holds a file, named by a digest of the key, in which its account's name stays: so two ticks that never meet are told
apart, too. Nothing is composed unless another account's name stands there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from runner import private
from runner.live.keys import Keys
from runner.live.state import unwritable
from runner.lock import locked
from runner.menu import Menu
from runner.mode.accounts.asked import chosen_by
from runner.mode.accounts.bare import bare
from runner.mode.accounts.files import owned
from runner.mode.accounts.twins import kept_in, twins, world
from runner.model.bot import Account, Bot
from runner.model.errors import ConfigError, Problem, RunnerError


@contextmanager
def alone(bot: Bot, keys: Keys) -> Iterator[None]:
    """Hold the keys while inside. ConfigError where a bot of another account holds them, or one that has runs with them was here last."""
    place = place_of(bot.home, keys)
    try:
        private.made(place.parent)
        file = private.held(place)
    except OSError as error:
        raise unwritable(place, error) from error
    with file:
        ours = locked(file)
        file.seek(0)
        last = file.read().strip()
        if not ours:
            who = f"account {last}" if last else "another account"
            raise refused(bot.account, f"a bot of {who} trades with these keys on this host now; give each account its own")
        if last not in ("", bot.account.name):
            part_from(bot, last)
        write(file, bot.account.name)
        yield


def place_of(home: Path, keys: Keys) -> Path:
    """The file of these keys, whose name tells nothing of them."""
    return home / "state" / f".keys-{hashlib.sha256(keys.key.reveal().encode()).hexdigest()[:16]}"


def part_from(bot: Bot, last: str) -> None:
    """Refuse where the account that traded with these keys last still has them and runs; one that is typed under another name is itself."""
    menu = Menu(bot.home)
    if chosen_by(bot.words) == last or last not in owned(menu):
        return
    try:
        other = bare(menu, last)
    except RunnerError:
        return  # nothing can be started for it
    if not other.runs or other.name != last or world(other) != world(bot.account):
        return
    for _, message in twins((other, bot.account), bot.home):
        raise refused(bot.account, message)


def refused(account: Account, message: str) -> ConfigError:
    """Two bots would answer for one account at the venue."""
    return ConfigError("another account has the same key", [Problem(path=f"account.{kept_in(account)}", message=message)])


def write(file: TextIO, name: str) -> None:
    """Leave our name; a disk that takes nothing is told by the journal."""
    with suppress(OSError):
        file.truncate(0)
        file.write(name)
        file.flush()
