"""What an account can show of a day: what it ran under, what was decided and why, what the venue says, how near it came to each rule."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner import private
from runner.journal.live import LiveJournal
from runner.live.evidence_rows import Statement
from runner.live.guard.peaks import SpoiltError, entries
from runner.live.keys import REDACTOR
from runner.live.quality import quality
from runner.live.state import StateFolder
from runner.model.bot import Account
from runner.model.duration import DAY_MS
from runner.model.errors import Problem, RunnerError

MANIFEST = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything of one day. decisions, closest: rows as the journal of a run has them; `planned` as for quality."""

    account: Account
    config_hash: str
    day_ms: int  # its beginning
    statement: Statement
    decisions: Iterable[Mapping[str, Any]] = ()
    closest: Iterable[Mapping[str, Any]] = ()
    planned: Mapping[str, float] = field(default_factory=dict)

    @property
    def end_ms(self) -> int:
        """The first instant after it."""
        return self.day_ms + DAY_MS


def leave(evidence: Evidence, journal: LiveJournal, state: StateFolder) -> Path:
    """Write the day's folder anew, whole or not at all; where it is. RunnerError when the disk does not take it."""
    day = f"{datetime.fromtimestamp(evidence.day_ms / 1000, UTC):%Y-%m-%d}"
    folder, part = state.evidence / day, state.evidence / f"{day}.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        private.made(part)
        sums = {name: kept(part / name, rows) for name, rows in contents(evidence, journal, state).items()}
        kept(part / MANIFEST, [{"day": day, "account": state.account, "sha256": sums}])
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    except OSError as error:
        raise RunnerError("the evidence cannot be written", [Problem(path=str(folder), message=error.strerror or str(error))]) from error
    return folder


def contents(evidence: Evidence, journal: LiveJournal, state: StateFolder) -> dict[str, Iterable[Mapping[str, Any]]]:
    """The files of a day, each a row a line."""
    since, until, told = evidence.day_ms, evidence.end_ms, evidence.statement
    figures = quality(journal, since_ms=since, until_ms=until, planned=evidence.planned)
    return {
        "account.jsonl": [facts(evidence)],
        "decisions.jsonl": [row for row in evidence.decisions if since <= row["time"] < until],
        "closest.jsonl": evidence.closest,
        "orders.jsonl": [asdict(each) for each in journal.intents(since) if each.time_ms < until],
        "steps.jsonl": [asdict(each) for each in journal.steps(since) if each.time_ms < until],
        "fills.jsonl": [asdict(each) for each in journal.fills(since) if each.fill.at_ms < until],
        "notes.jsonl": [asdict(each) for each in journal.notes(since_ms=since) if each.time_ms < until],
        "quality.jsonl": [figures.record()],
        "guard.jsonl": guard_lines(state, since, until),
        "venue_ledger.jsonl": [asdict(each) for each in told.ledger if since <= each.at_ms < until],
        "venue_fills.jsonl": [asdict(each) for each in told.fills if since <= each.at_ms < until],
        "venue_account.jsonl": [{"wallet": told.wallet and asdict(told.wallet), "positions": [asdict(each) for each in told.positions]}],
    }


def facts(evidence: Evidence) -> dict[str, Any]:
    """What the account ran under."""
    account = evidence.account
    names = ("name", "firm", "program", "version", "phase", "variant", "purchased", "size", "currency", "environment")
    return {name: getattr(account, name) for name in names} | {"config_hash": evidence.config_hash}


def guard_lines(state: StateFolder, since_ms: int, until_ms: int) -> list[dict[str, Any]]:
    """What the guard has seen and done; nothing where its file cannot be read."""
    with suppress(SpoiltError):
        return [asdict(line) for line in entries(state.peaks) or () if since_ms <= line.at_ms < until_ms]
    return []


def kept(file: Path, rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as lines of JSON, without secrets; their checksum."""
    content = "".join(REDACTOR.text(json.dumps(row, default=str, sort_keys=True)) + "\n" for row in rows).encode()
    with open(file, "wb", opener=private.opener) as stream:
        stream.write(content)
    return hashlib.sha256(content).hexdigest()
