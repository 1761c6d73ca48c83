"""Rules and accounts for tests: rows in short, refusals as text, shipped accounts composed and built."""

from __future__ import annotations

import importlib
import math
import tempfile
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from pydantic import ValidationError

from runner.menu import shipped
from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow

UTC: Any = {"at": "00:00", "zone": "UTC"}
NEW_YORK: Any = {"at": "17:00", "zone": "America/New_York"}
SYMBOLS = ("BTCUSDT", "ETHUSDT", "DOGEUSDT")
BARE = RuleRow(key="", family=Family.FLOOR, code=Code.NONE)


def facts(symbols: tuple[str, ...] = SYMBOLS, initial: float = 10_000.0) -> AccountFacts:
    """An account of 10,000 USDT that trades three symbols."""
    return AccountFacts(initial=initial, currency="USDT", symbols=symbols)


def short(row: RuleRow) -> dict[str, Any]:
    """The fields of a row that say something: those that differ from an empty row."""
    return {f.name: value for f in fields(row) if not _same(value := getattr(row, f.name), getattr(BARE, f.name))}


def rows(rule: Rule, account: AccountFacts | None = None) -> list[dict[str, Any]]:
    """The rows a rule writes, in short."""
    return [short(row) for row in rule.rows(account or facts())]


def refusal(block: type[Any], **parameters: Any) -> str:
    """What a block says to parameters it must refuse, `path: sentence` each."""
    with pytest.raises(ValidationError) as caught:
        block(**parameters)
    return "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in caught.value.errors())


def account(name: str, *overrides: str) -> dict[str, Any]:
    """A shipped account, composed and with its blocks built; overrides as on the command line (`account.variant=swing`)."""
    built: dict[str, Any] = build(composed(name, overrides))
    return built


@cache
def composed(name: str, overrides: tuple[str, ...]) -> Any:
    """A shipped account as plain settings."""
    with tempfile.TemporaryDirectory() as folder:
        for group in ("firm", "rule", "venue"):
            (Path(folder) / group).symlink_to(shipped("conf") / group)
        (Path(folder) / "account").symlink_to(shipped("accounts"))
        (Path(folder) / "config.yaml").write_text("{}\n")
        with initialize_config_dir(folder, version_base="1.3"):
            settled = compose("config", [f"+account={name}", *overrides])
    return OmegaConf.to_container(settled.account, resolve=True, throw_on_missing=True)


def build(node: Any) -> Any:
    """Plain settings with every `_target_` built."""
    if isinstance(node, list):
        return [build(part) for part in node]
    if not isinstance(node, dict):
        return node
    parts = {key: build(value) for key, value in node.items() if key != "_target_"}
    if "_target_" not in node:
        return parts
    module, _, name = node["_target_"].rpartition(".")
    return getattr(importlib.import_module(module), name)(**parts)


def _same(left: Any, right: Any) -> bool:
    """Equal, or both not a number."""
    return bool(left == right) or (isinstance(left, float) and isinstance(right, float) and math.isnan(left) and math.isnan(right))
