"""Keys of an account by reference: from the environment, a file or the system keyring; nothing that is written or raised shows them."""

from __future__ import annotations

import os
import stat
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Protocol

from runner.model.errors import ConfigError, Problem, RunnerError

MASK = "***"
NAMES = ("key", "secret")
SHORTEST_PART = 8  # of a secret of several lines; shorter lines are words anybody may write


class Secret:
    """Text that shows itself only when asked."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the library that signs with it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __format__(self, _specification: str) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

    __str__ = __repr__


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What an account's requests are signed with. named: where both were found, in words, never what they are."""

    key: Secret
    secret: Secret
    named: str = "the account's key"


class Naming(Protocol):
    """What names its keys: an account."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """Names of environment variables, by `key` and `secret`."""
        ...

    @property
    def secrets_file(self) -> str:
        """A file instead."""
        ...

    @property
    def secrets_keyring(self) -> str:
        """A service of the system keyring instead."""
        ...


def keys_of(account: Naming, home: Path = Path()) -> Keys:
    """The keys that an account names, wherever they are. ConfigError as for read_keys."""
    return read_keys(account.secrets, account.secrets_file, home, keyring=account.secrets_keyring)


def read_keys(
    secrets: Mapping[str, str], file: str = "", home: Path = Path(), environment: Mapping[str, str] | None = None, keyring: str = ""
) -> Keys:
    """The account's keys.

    secrets: names of environment variables, by `key` and `secret`. file: a file with lines `key=…` and `secret=…` instead, relative to
    `home`. keyring: a service of the system keyring instead. refuses: names that are missing, variables that are not set, a file that
    others may read, a keyring that does not encrypt; the values are never told.
    """
    if keyring:
        found, named = _from_keyring(keyring), f"the key in the keyring under {keyring}"
    elif file:
        found, named = _from_file(home / file), f"the key in the file {file}"
    else:
        found = _from_environment(secrets, os.environ if environment is None else environment)
        named = f"the key in {secrets['key']} with the secret in {secrets['secret']}"
    return Keys(key=Secret(found["key"]), secret=Secret(found["secret"]), named=named)


def _from_keyring(service: str) -> dict[str, str]:
    from runner.live.keychain import look_up, refused  # only who keeps keys there pays for it

    values = look_up(service, NAMES)
    missing = [name for name in NAMES if not values[name]]
    if missing:
        raise refused(f"{service} holds no {' and no '.join(missing)}; runner mode=keys account=NAME action=set puts them there")
    return {name: value for name, value in values.items() if value}


def _from_environment(secrets: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    unnamed = [Problem(path=f"account.secrets.{name}", message="names no environment variable") for name in NAMES if name not in secrets]
    if unnamed:
        raise ConfigError("the account has no keys", unnamed)
    values = {name: environment.get(secrets[name], "").strip() for name in NAMES}
    unset = [Problem(path=f"account.secrets.{name}", message=f"{secrets[name]} is not set") for name in NAMES if not values[name]]
    if unset:
        raise ConfigError("the account's keys are not in the environment", unset)
    return values


def _from_file(path: Path) -> dict[str, str]:
    try:
        status = path.stat()
        text = path.read_text(encoding="utf-8") if stat.S_ISREG(status.st_mode) else None
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, getattr(error, "strerror", None) or "is not UTF-8 text") from None
    if text is None:
        raise _refused(path, "is no file")
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o177:
        raise _refused(path, f"may be read by others (mode {stat.S_IMODE(status.st_mode):04o}); chmod 600 it")
    values = lines_of(text)
    missing = [name for name in NAMES if not values.get(name)]
    if missing:
        raise _refused(path, f"has no line {' and '.join(f"'{name}=…'" for name in missing)}")
    return {name: values[name] for name in NAMES}


def lines_of(text: str) -> dict[str, str]:
    """What stands in lines `name=value`, comments left out."""
    return {name.strip(): value.strip() for name, found, value in map(_split, text.splitlines()) if found}


def _split(line: str) -> tuple[str, str, str]:
    return ("", "", "") if line.lstrip().startswith("#") else line.partition("=")


def _refused(path: Path, message: str) -> ConfigError:
    return ConfigError("the account's keys cannot be read", [Problem(path="account.secrets_file", message=message, where=str(path))])


@dataclass
class Redactor:
    """Puts *** where a secret would stand, in text, log records and exceptions."""

    parts: tuple[str, ...] = field(default=(), repr=False)

    def learn(self, keys: Keys) -> Redactor:
        """Know these keys from now on."""
        known = set(self.parts)
        for secret in (keys.key, keys.secret):
            lines = secret.reveal().splitlines()
            known |= {line for line in lines if len(line) >= SHORTEST_PART or len(lines) == 1}
        self.parts = tuple(sorted(known, key=len, reverse=True))  # at once: other threads are reading
        return self

    def text(self, text: str) -> str:
        """The text without secrets."""
        for part in self.parts:
            text = text.replace(part, MASK)
        return text

    def patch(self, record: Any) -> None:
        """A patcher for loguru: message, extras and exception of the record without secrets; the exception becomes text."""
        exception = record["exception"]
        if exception is not None:
            trace = traceback.format_exception(exception.type, exception.value, exception.traceback)
            record["message"] += "\n" + "".join(trace).rstrip()
            record["exception"] = None
        record["message"] = self.text(record["message"])
        record["extra"] = {name: self.text(value) if isinstance(value, str) else value for name, value in record["extra"].items()}

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let no exception out whose traceback shows a secret: it leaves as a problem of ours, with *** in it."""
        try:
            yield
        except Exception as error:
            shown = "".join(traceback.format_exception(error))
            if self.text(shown) == shown:
                raise
            raise RunnerError(self.text(f"{type(error).__name__}: {error}")) from None


REDACTOR = Redactor()  # of this process; every key that is read for use is learnt
