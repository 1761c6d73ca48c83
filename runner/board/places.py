"""Which accounts a desk shows: those that have left something in a user's folder, and those that are written there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.board.files import stamp_of
from runner.live.state import StateFolder, state_of
from runner.model.errors import ConfigError, Problem

TRACES = ("status.json", "journal.db", "heartbeat.bot", "heartbeat.guard", "halts")


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account of a user's folder. key: what it is called on the page; the folder's name in front where two folders have it."""

    key: str
    account: str
    home: Path

    @property
    def state(self) -> StateFolder:
        """Its state folder."""
        return state_of(self.home, self.account)


def places(homes: Sequence[Path], written: Iterable[tuple[Path, str]] = (), only: Sequence[str] = ()) -> list[Place]:
    """Every account by its key. written: accounts (user's folder, name) that have left nothing yet. only: no others, where it is given."""
    found = dict.fromkeys((home, name) for home in homes for name in traced(home))
    found.update(dict.fromkeys(written))
    mine = [(home, name) for home, name in found if not only or name in only]
    often = [name for _, name in mine]
    return sorted(
        (Place(key=name if often.count(name) == 1 else f"{home.name}:{name}", account=name, home=home) for home, name in mine),
        key=lambda place: place.key,
    )


def traced(home: Path) -> list[str]:
    """Accounts with a state folder in which something lies."""
    try:
        folders = [folder for folder in (home / "state").iterdir() if folder.is_dir()]
    except OSError:
        return []
    return sorted(folder.name for folder in folders if any(stamp_of(folder / name) is not None for name in TRACES))


def apart(homes: Sequence[Path]) -> None:
    """Refuses user's folders that are not there, and two of one name, whose accounts could not be told apart."""
    problems = [Problem(path="mode.homes", message=f"there is no folder {home}") for home in homes if not home.is_dir()]
    names = [home.name for home in homes]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [Problem(path="mode.homes", message=f"two folders are called {name}; accounts are told apart by that") for name in twice]
    if problems:
        raise ConfigError("the desk cannot show these folders", problems)
