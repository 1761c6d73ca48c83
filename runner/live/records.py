"""What an account has gone through before it is trusted with more: backtests, rehearsals, halts and exits by hand, one line each.

`$RUNNER_HOME/state/records/ACCOUNT.jsonl`, to which lines are only ever added. A process that dies while it writes loses at most the line
it was writing; a line that was cut short, or holds what no record does, is passed over.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from runner import private
from runner.live.state import unwritable
from runner.model.bot import Bot
from runner.report.fingerprint import config_hash

type Kind = Literal["backtest", "rehearsal", "halt", "flatten"]
KINDS: tuple[str, ...] = get_args(Kind.__value__)
PLACES = ("mode", "source", "live")  # sections of the settings that say where and how, not what is traded
SORTS = {"account": str, "at_ms": int, "passed": bool, "strategy": str, "config_hash": str, "detail": dict}  # a line may hold anything
OF_ACCOUNT = ("name", "group", "adopt", "paid")
OF_VENUE = ("name", "environment", "endpoint", "apply_settings")


@dataclass(frozen=True, kw_only=True)
class Record:
    """Something that was done with an account, and whether it went well. config_hash: `practice_hash` of what was run, '' of nothing."""

    kind: Kind
    account: str
    at_ms: int
    passed: bool
    strategy: str = ""
    config_hash: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def file_of(home: Path, account: str) -> Path:
    """Where an account's records lie."""
    return home / "state" / "records" / f"{account}.jsonl"


def keep(home: Path, record: Record) -> None:
    """Add a record. UnwritableError when the disk does not take it."""
    file = file_of(home, record.account)
    line = json.dumps(asdict(record), sort_keys=True, separators=(",", ":"), default=str).encode()
    try:
        private.made(file.parent)
        with open(file, "a+b", opener=private.opener) as stream:
            added = ahead(stream) + line + b"\n"
            whole = os.write(stream.fileno(), added) == len(added)
            os.fsync(stream.fileno())
    except OSError as error:
        raise unwritable(file, error) from error
    if not whole:  # the disk has become full in the middle
        raise unwritable(file, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))


def ahead(stream: Any) -> bytes:
    """What closes a line that somebody died over."""
    if not stream.seek(0, os.SEEK_END):
        return b""
    stream.seek(-1, os.SEEK_END)
    return b"" if stream.read(1) == b"\n" else b"\n"


def records(home: Path, account: str, kind: Kind | None = None) -> list[Record]:
    """An account's records, oldest first; those of one kind, or all."""
    return [record for record in _read(file_of(home, account)) if kind in (None, record.kind)]


def _read(file: Path) -> Iterator[Record]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            said = json.loads(line)
            record = Record(**said)
        except (ValueError, TypeError):
            continue
        if record.kind in KINDS and all(isinstance(said[name], kind) for name, kind in SORTS.items() if name in said):
            yield record


def practice_hash(bot: Bot) -> str:
    """One hash for what is traded under which rules: equal for a backtest, a rehearsal, paper and live trading of one configuration.

    The account's name, its keys and its venue's address are left out, so that practice on another account of the same rules counts.
    """
    settings = {key: value for key, value in bot.settings.items() if key not in PLACES}
    account = {key: value for key, value in settings.get("account", {}).items() if key not in OF_ACCOUNT}
    if isinstance(account.get("venue"), Mapping):
        account["venue"] = {key: value for key, value in account["venue"].items() if key not in OF_VENUE}
    return config_hash(settings | {"account": account}, bot.account.book, [], bot.code)
