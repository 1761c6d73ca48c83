"""What a host starts: one process for each run of its accounts, and those that all accounts share."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from runner.deploy.timing import Manners, Timing, timing
from runner.model.bot import Account
from runner.model.errors import ConfigError, Problem
from runner.model.run import TRADING
from runner.schedule.runs import Due
from runner.schedule.when import Always, When

ORDERS = ("once", "live")  # jobs that send orders
WORD = "live=yes-real-money"
REFUSED, BUSY = 2, 7  # exit statuses: as it is written it cannot run; another process is at it, and nothing was done
WAITING = ("guard", "alerts")  # jobs a host has one process for: a second one takes over when the first ends
LONGEST_TICK_S = 600
NOT_PLAIN = re.compile(r"[^a-z0-9]+")
QUOTING = frozenset("'\"\\")  # characters of a value that its readers understand in different ways
DIGITS = 8  # of a name that was cut


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where processes run and what they are given there; paths are absolute.

    program, python: what `runner` and its interpreter are called there. environment: the file that holds the keys, never read but for its
    names. journal: the environment variable with the journal's URL; '' = a file. zone: the host's. year: whose times are tried out.
    files: what the user wrote, by its path below his folder. carried: further environment variables, none of them secret.
    """

    home: Path
    program: str
    python: str
    year: int
    environment: Path | None = None
    journal: str = ""
    zone: str = "UTC"
    memory: str = "512M"
    prefix: str = "prop-runner"
    user: str = ""  # whom systemd runs it as; '' = whoever's manager it is
    cache: Path | None = None  # of compiled code
    libraries: tuple[str, ...] = ()  # folders of the interpreter and of what it imports
    image: str = "prop-runner"
    namespace: str = "prop-runner"
    secret: str = "prop-runner-keys"  # noqa: S105 - the name of a Secret
    storage: str = "1Gi"
    files: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()  # of the user's folder, that a container sees
    carried: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Process:
    """One thing that is started. words: after `runner`. keys: names of the environment variables it needs."""

    name: str
    job: str
    words: tuple[str, ...]
    when: When
    accounts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def lasts(self) -> bool:
        """Whether it runs until it is stopped."""
        return isinstance(self.when, Always)

    @property
    def waits(self) -> bool:
        """Whether it is started again and again while another process is at it. No bot waits for another one's account."""
        return self.job in WAITING

    @property
    def final(self) -> tuple[int, ...]:
        """Exit statuses after which another start changes nothing."""
        return (REFUSED,) if self.waits else (REFUSED, BUSY)

    @property
    def log(self) -> str:
        """Whose log it writes into."""
        return self.accounts[0] if len(self.accounts) == 1 and self.job != "guard" else self.name

    def times(self, zones: tuple[str, ...], year: int, manners: Manners = "plain") -> Timing:
        """Its times on a clock of one of these zones. ConfigError names it."""
        try:
            return timing(self.when, zones, year, manners)
        except ConfigError as error:
            message = "comes more than once a minute; job: live or `runner mode=serve` can do that"
            raise ConfigError(error.title, [Problem(path=self.name, message=message)]) from None

    @property
    def own_zone(self) -> str:
        """The zone its times are said in."""
        return str(getattr(self.when, "zone", "UTC"))


def processes(dues: Sequence[Due], journal: str = "", shared: Sequence[str] = ()) -> list[Process]:
    """What a host starts for these runs: one guard for all that send orders, what they share, and each run.

    shared: further modes of the host, "alerts", "desk".
    """
    guarded = {due.account.name: due.account for due in dues if due.run.job in (*ORDERS, "guard")}
    found = [guard(tuple(guarded.values()))] if guarded else []
    found += [Process(name=mode, job=mode, words=(f"mode={mode}", *told(journal)), when=Always(), keys=named(journal)) for mode in shared]
    return found + [process(due, journal) for due in dues if due.run.job != "guard"]


def guard(accounts: tuple[Account, ...]) -> Process:
    """The one guard of a host."""
    names = tuple(account.name for account in accounts)
    keys = tuple(dict.fromkeys(name for account in accounts for name in keys_of(account)))
    return Process(
        name="guard", job="guard", words=("mode=guard", f"mode.accounts=[{','.join(names)}]"), when=Always(), accounts=names, keys=keys
    )


def process(due: Due, journal: str) -> Process:
    """A run of an account."""
    orders = due.run.job in ORDERS
    reads = orders or due.run.job in ("report", "review")
    sworn = (WORD,) if orders and due.account.environment == "live" else ()
    words = (*due.words, *(told(journal) if reads else ()), *sworn)
    keys = (*(keys_of(due.account) if orders else ()), *(named(journal) if reads else ()))
    return Process(name=due.name, job=due.run.job, words=words, when=due.when, accounts=(due.account.name,), keys=keys)


def told(journal: str) -> tuple[str, ...]:
    """Which journal a process is told of."""
    return (f"mode.journal={journal}",) if journal else ()


def named(journal: str) -> tuple[str, ...]:
    """The environment variable it is in."""
    return (journal,) if journal else ()


def keys_of(account: Account) -> tuple[str, ...]:
    """The environment variables an account's keys are in; () where they are in a file or a keyring."""
    return () if account.secrets_file or account.secrets_keyring else tuple(account.secrets.values())


def unsworn(dues: Sequence[Due], live: str | None) -> list[Problem]:
    """Accounts that would trade real money without the second word."""
    trading = {due.account.name for due in dues if due.run.job in TRADING and due.run.job in ORDERS and due.account.environment == "live"}
    if live is not None:
        return []
    return [
        Problem(path="live", message=f"{name} trades real money; type {WORD} as well", where="command line") for name in sorted(trading)
    ]


def keyless(found: Sequence[Process], file: Path | None, given: Collection[str]) -> list[Problem]:
    """Keys that no process would be given. given: the names in the environment file."""
    place = str(file) if file is not None else "no environment file; name one: mode.environment=FILE"
    return [
        Problem(path=each.name, message=f"needs {name}, which is not there", where=place)
        for each in found
        for name in each.keys
        if name not in given
    ]


def slugs(names: Sequence[str], longest: int) -> dict[str, str]:
    """Names of small letters, digits and dashes, each once; what had to be cut or would be twice ends with digits of the whole name."""
    plain = {name: NOT_PLAIN.sub("-", name.lower()).strip("-") for name in names}
    taken = list(plain.values())
    return {
        name: slug
        if len(slug) <= longest and taken.count(slug) == 1
        else f"{slug[: longest - DIGITS - 1].rstrip('-')}-{sha256(name.encode()).hexdigest()[:DIGITS]}"
        for name, slug in plain.items()
    }


def values_in(file: Path) -> dict[str, str]:
    """What an environment file sets, by name; nobody shows the values.

    ConfigError: a file others may read, a line that is no NAME=value, a value that systemd or Compose would read otherwise.
    """
    try:
        mode, text = file.stat().st_mode & 0o777, file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refused(file, getattr(error, "strerror", None) or "is not UTF-8 text") from None
    if os.name == "posix" and mode & 0o077:
        raise refused(file, f"may be read by others (mode {mode:04o}); chmod 600 it")
    values = {}
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith(("#", ";")):
            name, equals, value = line.partition("=")
            if not equals or not name.isidentifier() or not name.isascii():
                raise refused(file, f"line {number}: expected NAME=value, without `export` or spaces before '='")
            if value != value.strip() or not value.isprintable() or QUOTING & set(value):
                raise refused(file, f"line {number}: expected a value of {name} without quotes, backslashes and spaces around it")
            values[name] = value
    return values


def twins(accounts: Sequence[Account], file: Path | None, values: Mapping[str, str]) -> list[Problem]:
    """Accounts whose keys are the same: two bots would answer for one account at the venue. No key is shown."""
    first: dict[str, tuple[str, str]] = {}
    found = []
    for account in accounts:
        name = account.secrets.get("key", "") if keys_of(account) else ""
        other, named = first.setdefault(values.get(name, ""), (account.name, name))
        if values.get(name) and other != account.name:
            message = f"has the same key as {other}: {name} holds what {named} holds; give each account its own"
            found.append(Problem(path=account.name, message=message, where=str(file)))
    return found


def refused(file: Path, message: str) -> ConfigError:
    """The environment file cannot be used."""
    return ConfigError("the environment file cannot be used", [Problem(path="mode.environment", message=message, where=str(file))])
