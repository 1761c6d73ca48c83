"""The runs the outsider lives again: every shipped account with every shipped strategy, then what reaches further."""

from __future__ import annotations

from pathlib import Path

from tests.outsider.books import BOOKS, HOUSES, SHORT, SMALL

SHIPPED = Path(__file__).parents[2]
ACCOUNTS = sorted(file.stem for file in (SHIPPED / "accounts").glob("*.yaml"))
APART = ("python_signals", "grid")  # the one needs a file; the other keeps many orders, which the outsider does not know
SHIPS = sorted(file.stem for file in (SHIPPED / "conf" / "strategy").glob("*.yaml") if file.stem not in APART)
STRATEGIES = ("buy_and_hold", "ema_cross", "fvg")  # these meet every account, the others own money and one of a firm's
MET = ("own_money", "hyro_2step")
DRIFTS = ("ha_flip",)  # thousands of fills, each rounded to 1e-8: more than the outsider lets pass once a floor is in reach
RESTART = "mode.after_failure=restart"
NO_GATE = ("account.gate.enabled=false", "account.house=null")
RISK = {"ema_cross": 0.03, "fvg": 0.05}

FUTURES = ("apex_eod_50k", "topstep_50k")  # no shipped strategy trades futures: the command says so and runs nothing
PAIRS = {
    f"{strategy} on {account}": (f"strategy={strategy}", f"account={account}", RESTART)
    for account in ACCOUNTS
    for strategy in STRATEGIES
    if account not in FUTURES
} | {
    f"{strategy} on {account}": (f"strategy={strategy}", f"account={account}", RESTART)
    for strategy in SHIPS
    if strategy not in STRATEGIES
    for account in (MET[:1] if strategy in DRIFTS else MET)
}


def risky(strategy: str, account: str, *more: str) -> tuple[str, ...]:
    """A strategy at a size that reaches the floors, or at a small one where the book wants profit."""
    size = 0.01 if account in SMALL else RISK[strategy]
    return (f"strategy={strategy}", f"account={account}", RESTART, f"strategy.sizing.risk_fraction={size}", *more)


def patient(phase: str, *rules: str) -> tuple[str, ...]:
    """Rules of a phase that are only written down."""
    return tuple(f"account.program.phases.{phase}.rules.{rule}.severity=warn" for rule in rules)


FURTHER = {
    "as shipped, to the first failure": ("strategy=ema_cross", "account=hyro_2step"),
    "quiet months, with the gate": risky("ema_cross", "hyro_2step_swing", *patient("challenge", "inactivity")),
    "quiet months, gaps, with the gate": risky("fvg", "hyro_2step", *patient("challenge", "inactivity")),
    "no gate, 2-Step": risky("ema_cross", "hyro_2step", *NO_GATE),
    "no gate, 2-Step, floors only": risky("ema_cross", "hyro_2step", *NO_GATE, *patient("challenge", "inactivity", "risk")),
    "no gate, 2-Step, no daily floor": risky(
        "ema_cross", "hyro_2step", *NO_GATE, *patient("challenge", "inactivity", "risk", "daily_standard")
    ),
    "no gate, Swing": risky("ema_cross", "hyro_2step_swing", *NO_GATE, *patient("challenge", "risk")),
    "no gate, 1-Step": risky("fvg", "hyro_1step", *NO_GATE),
    "no gate, 1-Step Swing": risky("ema_cross", "hyro_1step_swing", *NO_GATE),
    "no gate, funded": risky("fvg", "hyro_funded", *NO_GATE),
    "no gate, bought and held": ("strategy=buy_and_hold", "account=hyro_2step", RESTART, *NO_GATE),
    "no gate, hours": risky("ema_cross", "hyro_2step", *NO_GATE, "strategy.detail_timeframe=1h", "mode.end='2023-08-31'"),
    "prague by the hour": risky("ema_cross", "prague", NO_GATE[0], "strategy.detail_timeframe=1h", "mode.end='2023-07-31'"),
    "bought before April": risky("ema_cross", "hyro_2step", *NO_GATE, "account.purchased='2026-03-01'"),
}
YEAR = "mode.end='2023-12-31'"
FREE = {
    f"{book}, {strategy}, no gate": risky(strategy, book, NO_GATE[0], *([YEAR] if book in SHORT else []))
    for book in BOOKS
    for strategy in RISK
    if book not in HOUSES
}
GATED = ("new_york", "live", "conduct", "held", "counted", "raised", *SHORT)
KEPT = {f"{book}, ema_cross": risky("ema_cross", book, *([YEAR] if book in SHORT else [])) for book in GATED}
KEPT["contracts, fvg"] = risky("fvg", "contracts", YEAR)
LADDERS = {f"{book}, {strategy}": risky(strategy, book) for book in HOUSES for strategy in RISK}
LADDERS |= {f"{book}, no gate": risky("ema_cross", book, NO_GATE[0]) for book in HOUSES}
SETS = {
    f"own money under {house}, {strategy}": risky(strategy, "own_money", f"+house@account.house={house}", "~account.house.drawdown")
    for house in sorted(file.stem for file in (SHIPPED / "conf" / "house").glob("*.yaml"))
    for strategy in RISK
}
LIMIT = "strategy.entry.order=limit"  # entries rest and fill inside bars
RESTING = {
    "resting, with the gate": risky("fvg", "hyro_2step", LIMIT),
    "resting, no gate": risky("fvg", "hyro_2step", LIMIT, *NO_GATE),
    "resting, conduct, no gate": risky("fvg", "conduct", LIMIT, NO_GATE[0]),
    "resting, contracts": risky("fvg", "contracts", LIMIT),
    **{f"resting, {book}, no gate": risky("fvg", book, LIMIT, NO_GATE[0], YEAR) for book in ("evenings", "levered", "paced")},
}
RUNS = PAIRS | FURTHER | FREE | KEPT | LADDERS | SETS | RESTING
