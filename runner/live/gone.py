"""Accounts whose file is gone while something of theirs is open: what was kept of the file, and what is open as far as anybody has seen."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import private
from runner.live import status as statuses
from runner.live.state import StateFolder, last_beat, state_of, written
from runner.menu import ACCOUNT, Menu, is_file
from runner.report.files import as_yaml

SEEN = "open.json"
HEAD = """\
# What accounts/%s.yaml came to when it was last started from here. If that file is lost, a copy of this one is as good:
# %s
"""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """An account that no file names any more. what: is open, each in words; never empty."""

    account: str
    home: Path
    what: tuple[str, ...]

    @property
    def line(self) -> str:
        """What has happened."""
        return f"its file is gone while {', '.join(self.what)} {'is' if len(self.what) == 1 else 'are'} open"

    @property
    def advice(self) -> str:
        """What to do about it."""
        folder = shlex.quote(str(state_of(self.home, self.account).root))
        away = f"where all is closed at the venue already and nobody could see it, move {folder} away"
        return f"put the file back ({back(self.home, self.account)}), or close it at the venue; {away}"


def back(home: Path, name: str) -> str:
    """The command that puts an account's file back."""
    menu = Menu(home)
    return f"cp {shlex.quote(str(menu.kept_file(name)))} {shlex.quote(str(file_of(home, name)))}"


def file_of(home: Path, name: str) -> Path:
    """Where the file of an account lies that is started by its name."""
    return home / "accounts" / f"{name}.yaml"


def keep(home: Path, name: str, choice: str, settings: Mapping[str, Any]) -> None:
    """Keep what an account's file comes to, where it is one of the user's and has the account's name. A full disk stops nobody.

    settings: the account's section, settled; names of keys stand in it, never keys.
    """
    if choice != name or not is_file(file_of(home, name)):
        return
    file = Menu(home).kept_file(name)
    text = HEAD % (name, back(home, name)) + as_yaml(dict(settings))
    with suppress(OSError, UnicodeDecodeError):
        if file.exists() and file.read_text(encoding="utf-8") == text:
            return
    part = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        private.made(file.parent)
        with open(part, "w", encoding="utf-8", opener=private.opener) as stream:
            stream.write(text)
        part.replace(file)


def kept(home: Path) -> Iterator[str]:
    """Accounts of which something was kept and whose file is not there."""
    with suppress(OSError):
        for file in sorted((home / "state").glob(f"*/{ACCOUNT}.yaml")):
            if not is_file(file_of(home, file.parent.name)):
                yield file.parent.name


def gone(home: Path, there: Collection[str] = ()) -> list[Gone]:
    """Every account with something open that no file names. there: accounts that another file names."""
    found = (of_account(state_of(home, name)) for name in kept(home) if name not in there)
    return [each for each in found if each is not None]


def of_account(state: StateFolder) -> Gone | None:
    """The same of one; None where its file is there, was never kept, or nothing is open."""
    home = state.root.parent.parent
    if not is_file(Menu(home).kept_file(state.account)) or is_file(file_of(home, state.account)):
        return None
    what = opened(state)
    return Gone(account=state.account, home=home, what=what) if what else None


def opened(state: StateFolder) -> tuple[str, ...]:
    """What is open at the venue, as the last one of bot, guard and way out has seen it: positions, else entries that rest."""
    status, seen = statuses.read(state), _seen(state)
    if seen is not None and (status is None or seen[0] >= status.at_ms):
        return seen[1]
    if status is not None:
        return told(
            ((each.side, each.quantity, each.symbol) for each in status.positions),
            ((each.side, each.quantity, each.symbol) for each in status.orders),
        )
    return ("what nobody knows, for its status.json cannot be read,",) if statuses.spoilt(state) else ()


def told(positions: Iterable[tuple[int, object, str]], entries: Iterable[tuple[int, object, str]]) -> tuple[str, ...]:
    """Positions in words; where there are none, orders that may open one. Each: side, quantity, symbol."""
    held = tuple(f"{'long' if side > 0 else 'short'} {quantity} {symbol}" for side, quantity, symbol in positions)
    return held or tuple(f"an order to {'buy' if side > 0 else 'sell'} {quantity} {symbol}" for side, quantity, symbol in entries)


def leave(state: StateFolder, now_ms: int, what: tuple[str, ...]) -> None:
    """What a guard, or a way out by hand, sees open from now on. UnwritableError when the disk does not take it."""
    written(state.root / SEEN, {"at_ms": now_ms, "open": what}, lasting=False)


def _seen(state: StateFolder) -> tuple[int, tuple[str, ...]] | None:
    """What was last seen open, and when somebody looked last; None where nobody has."""
    try:
        record = json.loads((state.root / SEEN).read_text(encoding="utf-8"))
        at_ms, what = int(record["at_ms"]), tuple(map(str, record["open"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    beat = last_beat(state, "guard")
    return max(at_ms, beat.at_ms if beat is not None else 0), what
