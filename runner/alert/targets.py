"""Where alerts go: names that people write, and the Apprise URLs behind them, which nobody sees."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from runner.live.keys import REDACTOR, Keys, Secret
from runner.model.errors import ConfigError, Problem
from runner.words import closest

NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,39}$")
PART = re.compile(r"[/?&=@,:;#\s]+")
HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$|^localhost$")
LONG_PART, LONG_PASSWORD = 8, 4  # shorter ones are words anybody may write
REFUSED = "alerts have nowhere to go"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A place that alerts are sent to: its name, and the URL that Apprise is given."""

    name: str
    url: Secret


def is_name(text: str) -> bool:
    """Whether it can be the name of a target; a URL is none."""
    return bool(NAME.match(text))


def targets(names: Iterable[str], file: str, home: Path, environment: Mapping[str, str] | None = None) -> list[Target]:
    """The targets of these names, each once: lines `NAME=URL` of a file that only its owner may read, else environment variables.

    file: relative to `home`; '' = none. refuses, all at once: names behind which there is nothing. Every URL is redacted from now on.
    """
    lines, variables = lines_of(home / file) if file else {}, os.environ if environment is None else environment
    wanted = tuple(dict.fromkeys(names))
    urls = {name: (lines.get(name) or variables.get(name, "")).strip() for name in wanted}
    places = f"is no line of {file} and no environment variable that is set" if file else "is no environment variable that is set"
    known = [name for name in (*lines, *variables) if is_name(name)]
    missing = [Problem(path="mode.to", message=f"{name} {places}{alike(name, known)}") for name, url in urls.items() if not url]
    if missing:
        raise ConfigError(REFUSED, missing)
    for url in urls.values():
        learn(url)
    return [Target(name=name, url=Secret(url)) for name, url in urls.items()]


def alike(name: str, known: Iterable[str]) -> str:
    """The name that was perhaps meant."""
    meant = closest(name, (each for each in known if each != name))
    return f"; nearest is {meant}" if meant else ""


def lines_of(path: Path) -> dict[str, str]:
    """URLs by name. ConfigError for a file that is not there, that others may read or whose lines are unclear; no URL is ever told."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise refused(path, "is no file")
        if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o177:
            raise refused(path, f"may be read by others (mode {stat.S_IMODE(status.st_mode):04o}); chmod 600 it")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise refused(path, getattr(error, "strerror", None) or "is not UTF-8 text") from None
    written = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    problems = list(unclear(path, written))
    if problems:
        raise ConfigError(REFUSED, problems)
    pairs = (line.partition("=") for _, line in written)
    return {name.strip(): url.strip() for name, _, url in pairs}


def unclear(path: Path, written: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    """Numbered lines that name no target or one that was named before. Only what can be a name is told: anything else may be a URL."""
    first: dict[str, int] = {}
    for number, line in written:
        name, equals, _ = line.partition("=")
        name, where = name.strip(), f"{path}:{number}"
        if not equals or not is_name(name):
            yield Problem(path="mode.file", message="this line is not NAME=URL: a name of letters, digits and _, then =", where=where)
        elif name in first:
            yield Problem(path="mode.file", message=f"{name} is given twice, first in line {first[name]}; leave one of them", where=where)
        else:
            first[name] = number


def refused(path: Path, message: str) -> ConfigError:
    """A file that cannot be used."""
    return ConfigError(REFUSED, [Problem(path="mode.file", message=message, where=str(path))])


def learn(url: str) -> None:
    """Let nothing of a URL that may be secret stand anywhere: the whole, who signs in, and each long part of it."""
    for part in {url, *secret_parts(url)}:
        REDACTOR.learn(Keys(key=Secret(part), secret=Secret(part)))


def secret_parts(url: str) -> Iterator[str]:
    """What of a URL may be secret, also as it looks when it is quoted otherwise. Names of hosts are not."""
    _, _, rest = url.partition("://")
    yield from forms(rest)
    whom, signed, _ = rest.partition("@")
    if signed and "/" not in whom:
        user, _, password = whom.partition(":")
        yield from (form for part in (user, password) if len(part) >= LONG_PASSWORD for form in forms(part))
    yield from (form for part in PART.split(rest) if len(part) >= LONG_PART and not HOST.match(part) for form in forms(part))
    yield from forms(rest.partition("?")[0].strip("/").partition("/")[0]) if not HOST.match(PART.split(rest)[0]) else ()


def forms(part: str) -> set[str]:
    """A part as it is, unquoted and quoted."""
    return {form for form in (part, unquote(part), quote(unquote(part), safe="")) if len(form) >= LONG_PASSWORD}
