"""For every YAML file of the menu: a home in which it is used, with the values its user must give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from runner.compose.document import read
from runner.menu import Menu, shipped

MIDNIGHT = {"at": "00:00", "zone": "UTC"}


def _never() -> dict[str, Any]:
    return {"_target_": "blocks.entry.never.Never"}


REQUIRED: dict[str, dict[str, Any]] = {
    "entry/all_of": {"entries": {"one": _never(), "two": _never()}},
    "entry/any_of": {"entries": {"one": _never(), "two": _never()}},
    "entry/confirmations": {"voters": {"one": _never(), "two": _never()}},
    "entry/oscillator_band": {"indicator": {"_target_": "blocks.indicator.rsi.Rsi"}},
    "entry/oscillator_levels": {"indicator": {"_target_": "blocks.indicator.rsi.Rsi"}},
    "entry/python_signals": {"file": "signals.py"},
    "entry/score": {"primary": {"one": _never()}, "secondary": {"two": _never()}, "weights": {"two": 1.0}},
    "entry/votes": {"voters": {"one": _never(), "two": _never()}, "weights": {"two": 1.0}},
    "exit/column_exit": {"indicator": {"_target_": "blocks.indicator.rsi.Rsi"}, "long_above": 70.0},
    "exit/column_stop": {"indicator": {"_target_": "blocks.indicator.sma.Sma"}},
    "exit/ladder": {"targets": {"tp1": {"at": 1.0, "fraction": 0.5}, "tp2": {"at": 2.0, "fraction": 0.3}}},
    "exit/session_flat": {"flat_by": {"at": "16:55", "zone": "America/New_York"}},
    "exit/step_out": {"steps": {"half_way": {"at": 0.5, "fraction": 0.3}}},
    "exit/tiered_trail": {"tiers": {"wide": {"profit": 0.0, "distance": 0.03}}},
    "filter/blackout": {"periods": {"christmas": {"first": "12-24", "last": "01-02"}}},
    "filter/session": {"windows": {"day": {"opens": "09:30", "closes": "16:00", "zone": "America/New_York"}}},
    "filter/column_trend": {"indicator": {"_target_": "blocks.indicator.sma.Sma"}},
    "filter/indicator_range": {"indicator": {"_target_": "blocks.indicator.rsi.Rsi"}, "upper": 70.0},
    "strategy/python_signals": {"entry": {"file": "signals.py"}},
    "sizing/fixed_notional": {"notional": 1000.0},
    "sizing/fixed_quantity": {"quantity": 1.0},
    "sizing/pyramid": {"of": {"_target_": "blocks.sizing.fixed_risk.FixedRisk"}},
    "sizing/weekday_multiplier": {"of": {"_target_": "blocks.sizing.fixed_risk.FixedRisk"}, "factors": {"mon": 0.5}},
    "sizing/scaled": {
        "of": {"_target_": "blocks.sizing.fixed_risk.FixedRisk"},
        "steps": {"three_losses": {"by": "losing_streak", "at": 3, "factor": 0.5}},
    },
    "venue/futures": {"fee_per_contract": 2.5},
    "rule/account_rules": {"max_active": 2},
    "rule/automation": {"stance": "ask"},
    "rule/bucket_cap": {"limit_multiple": 1.0, "symbols": ["BTCUSDT"]},
    "rule/consistency": {"max_share": 0.4, "share_of": "total_net", "reset": MIDNIGHT},
    "rule/contracts": {"limit_quantity": 5.0},
    "rule/daily_loss": {"amount_fraction": 0.05, "anchor": "initial", "reset": MIDNIGHT},
    "rule/direction": {"allowed": "long"},
    "rule/entry_interval": {"shortest": "4h"},
    "rule/holding_time": {"minimum": "30s"},
    "rule/inactivity": {"longest": "30d"},
    "rule/instruments": {"allow": ["BTCUSDT"]},
    "rule/leverage_cap": {"limit_multiple": 5.0},
    "rule/loss_ladder": {"rungs": {"stop": {"at": 0.04, "do": "pause"}}},
    "rule/margin_cap": {"limit_fraction": 0.25},
    "rule/max_loss": {"amount_fraction": 0.1},
    "rule/modifications_per_day": {"count": 100, "reset": MIDNIGHT},
    "rule/news_blackout": {"before": "2m"},
    "rule/notional_cap": {"limit_multiple": 2.0},
    "rule/open_orders": {"count": 3},
    "rule/open_positions": {"count": 3},
    "rule/orders_per_day": {"count": 3, "reset": MIDNIGHT},
    "rule/position_cap": {"limit_multiple": 0.1},
    "rule/payout": {"first_after": "14d", "every": "14d"},
    "rule/profit_cap": {"reset": MIDNIGHT, "per_day": 500.0},
    "rule/profit_target": {"target_by_size": {"10000": 1000.0}},
    "rule/profitable_days": {"count": 3, "reset": MIDNIGHT},
    "rule/quantity_per_order": {"by_size": {"10000": 5.0}},
    "rule/risk_per_trade": {"amount_fraction": 0.03},
    "rule/scaling": {"factor": 1.25},
    "rule/session_flat": {"flat_by": {"at": "21:00", "zone": "UTC"}},
    "rule/smallest_trade": {"amount": 10.0},
    "rule/stop_deadline": {"within": "5m"},
    "rule/symbol_daily_loss": {"amount_fraction": 0.02, "reset": MIDNIGHT},
    "rule/time_limit": {"longest": "30d"},
    "rule/trading_days": {"count": 5, "reset": MIDNIGHT},
}
PLAIN_STRATEGY = """\
defaults:
  - /entry@entry: shipped/fair_value_gap
  - /exit@exit.stop: shipped/atr_stop
  - /exit@exit.targets: shipped/r_targets
  - /sizing@sizing: shipped/fixed_quantity
  # here
  - _self_
symbols: [BTCUSDT]
timeframe: 4h
sizing: {quantity: 1.0}
"""
PLAIN_ACCOUNT = """\
defaults:
  - /firm@program: shipped/none
  - /venue@venue: shipped/paper
  # here
  - _self_
size: 10000
currency: USDT
phase: trading
"""
PLAIN_SIGNALS = "def generate_signals(df):\n    return df.assign(signal='hold')\n"


LADDERS = {"exit/gap_ladder", "exit/ladder", "exit/r_targets"}  # a plan has one
CROWDS = ("filter", "indicator", "rule")  # of these one job may use as many as it likes
QUOTING = {"entry/grid"}  # ends in a range of its own, without exits
FUTURES = {"firm/topstep/combine", "firm/apex/eod", "firm/apex/intraday", "account/topstep_50k", "account/apex_eod_50k"}


@dataclass(frozen=True)
class Context:
    """How one file is put to use: where its keys land, the words to type, and the files around it."""

    name: str
    place: tuple[str, ...]
    words: tuple[str, ...]
    around: Mapping[str, str]

    @property
    def file(self) -> str:
        """The file's path inside a home."""
        group, _, rest = self.name.partition("/")
        return f"accounts/{rest}.yaml" if group == "account" else f"conf/{self.name}.yaml"

    def home(self, folder: Path, data: Mapping[str, Any]) -> Path:
        """A home whose own version of the file holds `data`."""
        for name, text in {**self.around, self.file: yaml.safe_dump(dict(data), sort_keys=False)}.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder


def names() -> list[str]:
    """Every shipped choice as `group/name`, found by walking the folders, not by asking the menu."""
    conf, accounts = shipped("conf"), shipped("accounts")
    inside = [str(file.relative_to(conf).with_suffix("")) for file in conf.rglob("*.yaml") if file.name != "config.yaml"]
    return sorted([*inside, *(f"account/{file.stem}" for file in accounts.rglob("*.yaml"))])


def shipped_data(name: str, menu: Menu) -> dict[str, Any]:
    """The file's own content, with the values its user must give filled in."""
    file = menu.find(name)
    assert file is not None
    return _filled(dict(read(file).data), REQUIRED.get(name, {}))


def _filled(data: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The data with what is given laid over it."""
    return {**data, **{key: {**data[key], **value} if isinstance(data.get(key), dict) else value for key, value in given.items()}}


def context(name: str) -> Context:
    """The plainest job that uses the file."""
    group, _, choice = name.partition("/")
    strategy, account = "strategy=plain", "account=plain"
    traded = PLAIN_STRATEGY.replace("[BTCUSDT]", "[ES]") if name in FUTURES else PLAIN_STRATEGY
    plain = {"conf/strategy/plain.yaml": traded, "accounts/plain.yaml": PLAIN_ACCOUNT, "signals.py": PLAIN_SIGNALS}
    if group in ("account", "strategy", "portfolio", "mode", "source", "instrument"):
        words = {
            "account": (strategy, f"account={choice}"),
            "strategy": (f"strategy={choice}", account),
            "portfolio": (f"portfolio={choice}", account),
        }.get(group, (strategy, account, f"{group}={choice}"))
        return Context(name, (group,), words, plain)
    entry, place = _inside(group, choice)
    if group in CROWDS:
        return Context(name, place, (strategy, account), _crowded(plain, group, [entry]))
    if place[0] == "account":
        text = PLAIN_ACCOUNT.replace("# here", f"- {entry}")
        if group == "firm":
            first = next(iter(read(shipped("conf") / f"{name}.yaml").data["phases"]))
            text = text.replace("phase: trading", f"phase: {first}").replace("size: 10000", "size: 50000")
        return Context(name, place, (strategy, account), {**plain, "accounts/plain.yaml": text})
    text = PLAIN_STRATEGY.replace("# here", f"- {entry}")
    if name in LADDERS | QUOTING:
        text = text.replace("  - /exit@exit.targets: shipped/r_targets\n", "")
    if name in QUOTING:
        text = text.replace("shipped/atr_stop", "shipped/no_exit")
    if group == "sizing":
        text = text.replace("sizing: {quantity: 1.0}\n", "")
    return Context(name, place, (strategy, account), {**plain, "conf/strategy/plain.yaml": text})


def crowd(group: str) -> list[Context]:
    """Every file of a group of `CROWDS` in one job, each in a place of its own; without those built on another one."""
    alone = [context(name) for name in names() if name.startswith(f"{group}/") and crowds(name)]
    inside = {one.name: _inside(group, one.name.partition("/")[2], one.name.rpartition("/")[2]) for one in alone}
    around = _crowded(alone[0].around, group, [entry for entry, _ in inside.values()])
    return [Context(one.name, inside[one.name][1], one.words, around) for one in alone]


def crowds(name: str) -> bool:
    """Whether a file may stand beside others of its group that are broken."""
    group, _, choice = name.partition("/")
    return group in CROWDS and "defaults" not in read(shipped("conf") / group / f"{choice}.yaml").data


def _crowded(plain: Mapping[str, str], group: str, entries: Sequence[str]) -> dict[str, str]:
    """The plain job whose account or strategy has these entries in its defaults list."""
    file, text = ("accounts/plain.yaml", PLAIN_ACCOUNT) if group == "rule" else ("conf/strategy/plain.yaml", PLAIN_STRATEGY)
    slots = [entry.partition(": ")[0].split(".")[2] for entry in entries] if group == "indicator" else []
    beneath = [f"/filter@entry.when.{slot}: shipped/indicator_range" for slot in slots]
    text = text.replace("# here", "\n  ".join(f"- {entry}" for entry in [*beneath, *entries]))
    if slots:
        text += "entry: {when: {" + ", ".join(f"{slot}: {{upper: 1.0}}" for slot in slots) + "}}\n"
    return {**plain, file: text}


def _inside(group: str, choice: str, slot: str = "x") -> tuple[str, tuple[str, ...]]:
    """The entry of a defaults list that uses a choice of this group, and the place it goes to; `slot`: its name among its like."""
    places = {
        "rule": (f"/rule@house.{slot}", ("account", "house", slot)),
        "house": ("/house@house", ("account", "house")),
        "venue": ("override /venue@venue", ("account", "venue")),
        "firm": ("override /firm@program", ("account", "program")),
        "entry": ("override /entry@entry", ("strategy", "entry")),
        "exit": ("/exit@exit.x", ("strategy", "exit", "x")),
        "filter": (f"/filter@entry.when.{slot}", ("strategy", "entry", "when", slot)),
        "sizing": ("override /sizing@sizing", ("strategy", "sizing")),
        "indicator": (f"/indicator@entry.when.{slot}.indicator", ("strategy", "entry", "when", slot, "indicator")),
    }
    entry, place = places[group]
    return f"{entry}: {choice}", place
