"""Accounts with one key: two bots would answer for one account at the venue. No key is ever shown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from runner.compose import Composition
from runner.compose.overrides import COMMAND
from runner.live.keys import read_keys
from runner.menu import Menu
from runner.model.bot import Account
from runner.model.errors import Problem, RunnerError

HIDDEN = ("secret", "password")  # parts of keys that tell no account from another


class Composed(Protocol):
    """An account, and where each of its values was written."""

    @property
    def account(self) -> Account:
        """The account."""
        ...

    @property
    def composed(self) -> Composition:
        """What it was built from."""
        ...


def shared(found: Iterable[Composed], menu: Menu) -> Iterator[Problem]:
    """The second of two accounts that have runs and the same key, by the first that has it."""
    running = {id(each.account): each for each in found if each.account.runs}
    for account, message in twins((each.account for each in running.values()), menu.home):
        place = ("account", kept_in(account))
        yield Problem(path=".".join(place), message=message, where=running[id(account)].composed.trace.where(place) or COMMAND)


def twins(accounts: Iterable[Account], home: Path) -> Iterator[tuple[Account, str]]:
    """Each account whose key one before it has, and what is to be said of it."""
    first: dict[tuple[str, ...], tuple[str, str]] = {}
    for account in accounts:
        own = marks(account, home)
        whose = next((first[key] for key in own if key in first), None)
        if whose is not None:
            other, name = whose
            said = named(account)
            same = said if name == said else f"{said} holds what {name} holds"
            yield account, f"{account.name} has the same key as {other}: {same}; give each account its own"
        for key in own:
            first.setdefault(key, (account.name, named(account)))


def world(account: Account) -> tuple[str, str]:
    """Where its key counts: the same one at an exchange of one's own is another account."""
    return account.environment, str(getattr(account.venue, "endpoint", "") or "")


def named(account: Account) -> str:
    """Where an account's key is, in words."""
    return account.secrets_file or account.secrets_keyring or ", ".join(telling(account.secrets).values())


def kept_in(account: Account) -> str:
    """The field that says where its key is."""
    return "secrets_file" if account.secrets_file else "secrets_keyring" if account.secrets_keyring else "secrets"


def telling(secrets: Mapping[str, str]) -> dict[str, str]:
    """The parts that tell an account from others: the key, or else login and server."""
    return {"key": secrets["key"]} if "key" in secrets else {part: name for part, name in secrets.items() if part not in HIDDEN}


def marks(account: Account, home: Path) -> list[tuple[str, ...]]:
    """What two accounts with the same key have in common: the names of the variables, the file, or, where it is set, the key."""
    names = telling(account.secrets)
    where: list[tuple[str, ...]] = [("file", str((home / account.secrets_file).resolve()))] if account.secrets_file else []
    where += [("keyring", account.secrets_keyring)] if account.secrets_keyring else []
    where += [("names", *sorted(names.values()))] if names and not where else []
    value = held(account, home)
    return [*where, *([("value", *value)] if value else [])]


def held(account: Account, home: Path) -> tuple[str, ...]:
    """The key itself, where it can be read; () where not, and where a keyring would have to be unlocked. Never written, never shown."""
    if account.secrets_keyring:
        return ()
    if account.secrets_file:
        try:
            return (read_keys(account.secrets, account.secrets_file, home).key.reveal(),)
        except RunnerError:
            return ()
    values = tuple(os.environ.get(name, "").strip() for name in telling(account.secrets).values())
    return values if all(values) else ()
