"""The firm's rules as figures that can be held against those of another day, whichever files they stand in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from runner.journal.live import LiveJournal
from runner.model.bot import Account
from runner.model.terms import size_key
from runner.rulebook import in_force

META = "firm_rules"  # of the journal
NOTE = "rules_changed"
BESIDE = frozenset({"source", "read_on", "confidence", "question", "reading"})  # where a figure is from, not what it is
PROGRAM = "program.phases."


def figures(account: Account) -> dict[str, str]:
    """Everything that the firm's rules in force say, by `challenge.daily.amount_fraction`; of tables by size the account's own line."""
    phases = {phase.name for phase in account.book.phases}
    found: dict[str, str] = {"version": account.version} if account.version else {}
    for path, rule in account.rules.items():
        phase, _, name = path.removeprefix(PROGRAM).partition(".rules.")
        if path.startswith(PROGRAM) and phase in phases and in_force(rule, account.variant, account.purchased):
            said = rule.model_dump(mode="json", exclude=set(BESIDE))
            found[f"{phase}.{name}"] = type(rule).__name__
            found.update(flat(f"{phase}.{name}", said, size_key(account.size)))
    split = None if account.economics is None else account.economics.split
    if split is not None:
        found.update(flat("split", split.model_dump(mode="json"), ""))
    return found


def flat(path: str, value: Any, size: str) -> Iterator[tuple[str, str]]:
    """What stands under a path, line by line; nothing of what is empty."""
    if isinstance(value, Mapping):
        for key, inner in {"": value[size]}.items() if size in value else value.items():
            yield from flat(f"{path}.{key}" if key else path, inner, size)
    elif value not in (None, "", [], False):
        yield path, as_read(path, value)


def as_read(path: str, value: Any) -> str:
    """A figure as people say it: fractions in percent."""
    if isinstance(value, list):
        return " ".join(as_read("", each) for each in value)
    if isinstance(value, float) and path.endswith(("_fraction", ".share", ".max_share", "split.start", "split.cap", "split.step")):
        return f"{100 * value:.6g}%"
    return f"{value:,.12g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What is different, one line each: `challenge.daily.amount_fraction 5% -> 4%`; a rule that came or went is one line."""
    came = {name for name in set(before) ^ set(now) if name.count(".") == 1}
    names = sorted(name for name in set(before) | set(now) if before.get(name) != now.get(name))
    inside = tuple(f"{rule}." for rule in came)
    return [changed(name, before.get(name), now.get(name)) for name in names if not name.startswith(inside)]


def changed(name: str, before: str | None, now: str | None) -> str:
    """One difference."""
    if name.count(".") == 1 and (before is None or now is None):
        return f"{name} is {'new' if before is None else 'gone'} ({now or before})"
    return f"{name} {before or 'nothing'} -> {now or 'nothing'}"


def keep_rules(journal: LiveJournal, account: Account, now_ms: int) -> list[str]:
    """Hold the firm's rules against those of the last start and leave what is different in the journal; what that was."""
    said, now = journal.meta(META), figures(account)
    found = changes(json.loads(said), now) if said else []
    if not said or found:
        with journal.batch():
            journal.set_meta(META, json.dumps(now, sort_keys=True))
            if found:
                journal.note(now_ms, NOTE, {"changes": found, "firm": account.firm, "program": account.program})
    return found
