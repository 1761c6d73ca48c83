"""Rule books of all kinds for the outsider: small accounts in which every rule is met without our gate. One clock each, or several."""

from __future__ import annotations

from typing import Any

import yaml

PRAGUE = {"at": "00:00", "zone": "Europe/Prague"}
NEW_YORK = {"at": "17:00", "zone": "America/New_York"}
CHICAGO = {"at": "17:00", "zone": "America/Chicago"}
HALF_PAST = {"at": "00:30", "zone": "UTC"}
AFTERNOON = {"at": "16:00", "zone": "UTC"}
MIDNIGHT = {"at": "00:00", "zone": "UTC"}


def rule(kind: str, **says: Any) -> dict[str, Any]:
    """A rule as an account writes it."""
    name = "".join(word.title() for word in kind.split("_"))
    return {"_target_": f"blocks.rule.{kind}.{name}", **says}


def only(**rules: Any) -> dict[str, Any]:
    """A program of one phase."""
    return {"challenge": {"next": None, "rules": rules}}


BOOKS: dict[str, dict[str, Any]] = {
    # the daily floor from the balance at midnight in Prague, broken only below it; two phases
    "prague": {
        "challenge": {
            "next": "verification",
            "rules": {
                "daily": rule("daily_loss", amount_fraction=0.05, anchor="day_start_balance", compare="lt", reset=PRAGUE),
                "overall": rule("max_loss", amount_fraction=0.10, compare="lt"),
                "target": rule("profit_target", target_fraction=0.10),
                "days": rule("trading_days", count=4, reset=PRAGUE),
            },
        },
        "verification": {
            "next": None,
            "rules": {
                "daily": rule("daily_loss", amount_fraction=0.05, anchor="day_start_balance", compare="lt", reset=PRAGUE),
                "target": rule("profit_target", target_fraction=0.05),
                "share": rule("consistency", max_share=0.5, share_of="total_net", effect="block_pass", reset=PRAGUE),
            },
        },
    },
    # a share of the day's own anchor, the day from 17:00 in New York; three profitable days
    "new_york": only(
        daily=rule("daily_loss", amount_fraction=0.05, amount_of="anchor", anchor="max_day_start", reset=NEW_YORK),
        overall=rule("max_loss", amount_fraction=0.10),
        target=rule("profit_target", target_fraction=0.08),
        days=rule("profitable_days", count=3, min_result_fraction=0.005, reset=NEW_YORK),
    ),
    # a daily limit that pauses, the overall floor below the best end-of-day balance up to the start, half of the profit a day
    "chicago": only(
        daily=rule("daily_loss", amount=200.0, anchor="day_start_balance", severity="pause", reset=CHICAGO),
        overall=rule("max_loss", amount=400.0, trail="eod_balance", lock_fraction=1.0, reset=CHICAGO, compare="lt"),
        target=rule("profit_target", target_amount=600.0),
        share=rule("consistency", max_share=0.5, share_of="total_net", effect="block_pass", reset=CHICAGO),
    ),
    # below the best closed balance, locked at the start
    "closed": only(
        overall=rule("max_loss", amount_fraction=0.06, trail="closed_balance", lock_fraction=1.0, compare="lt"),
        daily=rule("daily_loss", amount_fraction=0.04, anchor="day_start_balance", reset=MIDNIGHT),
        target=rule("profit_target", target_fraction=0.10),
    ),
    # below the best equity, locked above the start; thirty days
    "live": only(
        overall=rule("max_loss", amount_fraction=0.04, trail="equity", lock_amount=100.0),
        target=rule("profit_target", target_fraction=0.06),
        limit=rule("time_limit", longest="30d"),
    ),
    # a reset inside every bar, even inside hours
    "half_past": only(
        daily=rule("daily_loss", amount_fraction=0.03, amount_of="anchor", anchor="day_start_balance", reset=HALF_PAST),
        overall=rule("max_loss", amount_fraction=0.06),
        target=rule("profit_target", target_fraction=0.10),
    ),
    # the lower of balance and equity, the balance alone; equity at the reset and its best; no more than two fifths of the winning days
    "lower": only(
        daily=rule("daily_loss", amount_fraction=0.03, anchor="day_start_equity", measure="min_balance_equity", reset=NEW_YORK),
        overall=rule("max_loss", amount_fraction=0.06, measure="min_balance_equity"),
        peak=rule("daily_loss", amount_fraction=0.05, anchor="day_peak_balance", measure="balance", reset=NEW_YORK),
        target=rule("profit_target", target_fraction=0.10),
        share=rule("consistency", max_share=0.4, share_of="sum_positive", reset=NEW_YORK),
    ),
    # single trades, single symbols, caps on profit, quiet time
    "conduct": only(
        hold=rule("holding_time", minimum="12h"),
        symbol=rule("symbol_daily_loss", amount_fraction=0.02, reset=PRAGUE),
        quiet=rule("inactivity", longest="40d"),
        target=rule("profit_target", target_fraction=0.05),
        cap=rule("profit_cap", per_day=150.0, per_trade=120.0, reset=PRAGUE),
    ),
    # what is held: positions, orders of a day, short trades that make a pass wait, a symbol's loss that pauses
    "held": only(
        hold=rule("holding_time", minimum="24h", max_share_below=0.3, severity="block_pass"),
        symbol=rule("symbol_daily_loss", amount_fraction=0.02, amount_of="day_start_balance", reset=NEW_YORK, severity="pause"),
        target=rule("profit_target", target_fraction=0.05),
        orders=rule("orders_per_day", count=1, reset=NEW_YORK),
        open=rule("open_positions", count=1),
        bucket=rule("bucket_cap", limit_multiple=1.5, symbols=["ETHUSDT"]),
    ),
    # no day counts for more than a share of the net profit; days of either sign
    "counted": only(
        daily=rule("daily_loss", amount_fraction=0.04, anchor="day_peak_equity", reset=MIDNIGHT),
        net=rule("consistency", max_share=0.3, share_of="total_net", reset=MIDNIGHT),
        target=rule("profit_target", target_fraction=0.05),
        days=rule("trading_days", count=6, min_notional_fraction=0.05, min_result_fraction=0.01, either_sign=True, reset=MIDNIGHT),
    ),
    # the target rises with the best day; a floor compared at the reset only, and one that comes to stand at the start
    "raised": only(
        daily=rule("daily_loss", amount_fraction=0.02, anchor="day_start_balance", sampling="at_reset", reset=NEW_YORK),
        overall=rule("max_loss", amount_fraction=0.08, trail="closed_balance", lock_trigger_fraction=0.02),
        target=rule("profit_target", target_fraction=0.04),
        share=rule("consistency", max_share=0.3, compare="lt", effect="raise_target", reset=NEW_YORK),
    ),
    # a trade that brought too much fails the account when it would pass; days and quiet time by opening, time from the first trade
    "opened": only(
        overall=rule("max_loss", amount_fraction=0.20),
        target=rule("profit_target", target_by_size={10000: 400.0}),
        days=rule("trading_days", count=8, event="open", reset=PRAGUE),
        quiet=rule("inactivity", longest="20d", event="open"),
        limit=rule("time_limit", longest="90d", starts="first_trade"),
        share=rule("consistency", max_share=0.3, scope="trade", share_of="total_net", effect="fail", reset=PRAGUE),
    ),
    # no trade counts for more than a fifth of the target, and no day for more than half of the profit
    "trades": only(
        overall=rule("max_loss", amount_by_size={10000: 2000.0, 50000: 5000.0}),
        target=rule("profit_target", target_fraction=0.05),
        trade=rule("consistency", max_share=0.2, scope="trade", share_of="phase_target", reset=PRAGUE),
        day=rule("consistency", max_share=0.5, share_of="total_net", reset=PRAGUE),
    ),
    # payouts: the floor keeps, four of them end the phase
    "kept": only(
        overall=rule("max_loss", amount_fraction=0.06, trail="closed_balance", lock_fraction=1.0, compare="lt"),
        daily=rule("daily_loss", amount_fraction=0.05, anchor="day_start_balance", reset=MIDNIGHT),
        pay=rule("payout", first_after="10d", every="7d", minimum=10.0, share=0.8, largest=[60.0, 120.0], count=4),
        share=rule("consistency", max_share=0.9, share_of="total_net", effect="block_payout", per="payout_cycle", reset=MIDNIGHT),
    ),
    # payouts lower the peak, above a buffer, after winning days
    "lowered": only(
        overall=rule("max_loss", amount_fraction=0.08, trail="eod_balance", on_payout="reduce_peak", reset=CHICAGO),
        pay=rule("payout", first_after="5d", every="5d", buffer_amount=50.0),
        days=rule("profitable_days", count=2, min_result_amount=30.0, per="payout_cycle", reset=CHICAGO),
    ),
    # the first payout leaves the floor at the start
    "snapped": only(
        overall=rule("max_loss", amount_fraction=0.10, on_payout="floor_to_initial"),
        daily=rule("daily_loss", amount_fraction=0.05, anchor="day_peak_equity", reset=MIDNIGHT),
        pay=rule("payout", first_after="20d", every="20d", buffer_fraction=0.02),
    ),
}
# books whose rules speak early: a year of bars is enough
SHORT: dict[str, dict[str, Any]] = {
    # everything closed at a time inside every bar of 4 hours, and nothing opened in the six hours before
    "evenings": only(
        flat=rule("session_flat", flat_by=NEW_YORK, before="6h"),
        target=rule("profit_target", target_fraction=0.10),
    ),
    # everything closed at the end of a bar, on Fridays
    "fridays": only(
        flat=rule("session_flat", flat_by=AFTERNOON, weekdays=["fri"], before="8h"),
        target=rule("profit_target", target_fraction=0.10),
    ),
    # floors that follow equity, held against the balance, which stays behind while a position is open
    "behind": only(
        daily=rule("daily_loss", amount_fraction=0.04, anchor="day_peak_equity", measure="balance", reset=MIDNIGHT),
        overall=rule("max_loss", amount_fraction=0.06, trail="equity", measure="min_balance_equity"),
        target=rule("profit_target", target_fraction=0.10),
    ),
    # few units in all, more after a profit
    "contracts": only(
        units=rule(
            "contracts",
            by_size={10000: 12.0, 50000: 99.0},
            tiers_by_size={10000: {0: 4.0, 150: 8.0, 400: 14.0}, 50000: {0: 99.0}},
            reset=CHICAGO,
        ),
        target=rule("profit_target", target_fraction=0.20),
    ),
    # one symbol, and another one, over the equity
    "levered": only(
        lever=rule("leverage_cap", by_symbol={"BTCUSDT": 1.2}, otherwise=0.8),
        any=rule("leverage_cap", limit_multiple=1.1),
        target=rule("profit_target", target_fraction=0.20),
    ),
    # one symbol over the initial balance, all of them, and a symbol on its own
    "sized": only(
        one=rule("position_cap", limit_multiple=1.1),
        all=rule("notional_cap", limit_multiple=1.6),
        target=rule("profit_target", target_fraction=0.20),
    ),
    # one side only
    "sides": only(
        side=rule("direction", allowed="short"),
        target=rule("profit_target", target_fraction=0.20),
    ),
    # how soon after one another entries come, and how small they may be
    "paced": only(
        any=rule("entry_interval", shortest="8h", per="account"),
        same=rule("entry_interval", shortest="40h", per="symbol"),
        small=rule("smallest_trade", amount=7000.0),
        target=rule("profit_target", target_fraction=0.20),
    ),
}
BOOKS |= SHORT


def ladder(measure: str, reset: dict[str, Any] = MIDNIGHT, anchor: str = "day_start_equity", **rungs: dict[str, Any]) -> dict[str, Any]:
    """A ladder of the house."""
    return rule("loss_ladder", measure=measure, anchor=anchor, reset=reset, rungs=rungs)


# our own ladders, under rules that leave them room
HOUSES: dict[str, dict[str, Any]] = {
    # losses of days and weeks: smaller, the worst ones closed, nothing new, all closed
    "losses": {
        "daily": ladder(
            "day_loss",
            NEW_YORK,
            smaller={"at": 0.008, "do": "scale", "value": 0.4},
            worst={"at": 0.012, "do": "close_worst", "value": 1},
            half={"at": 0.018, "do": "close_worst_half"},
            less={"at": 0.024, "do": "reduce", "value": 0.3},
            stop={"at": 0.03, "do": "pause"},
        ),
        "weekly": ladder("day_loss", {**PRAGUE, "weekdays": ["mon"]}, "day_start_balance", rest={"at": 0.045, "do": "block"}),
        "peak": ladder("drawdown", rest={"at": 0.06, "do": "flatten", "until": "duration", "lasts": "60h"}),
    },
    # what is left of the firm's allowance, losses in a row, until a trade wins
    "streaks": {
        "room": ladder(
            "floor_used", half={"at": 0.5, "do": "close_worst_half", "until": "winning_trade"}, end={"at": 0.9, "do": "flatten"}
        ),
        "streak": ladder(
            "losing_streak",
            smaller={"at": 2, "do": "scale", "value": 0.5, "until": "winning_trade"},
            rest={"at": 3, "do": "pause", "until": "duration", "lasts": "52h"},
        ),
    },
    # profits of days and trades, and the end
    "profits": {
        "after": ladder("day_before_profit", PRAGUE, smaller={"at": 0.01, "do": "scale", "value": 0.6}),
        "day": ladder("profit_share", PRAGUE, trim={"at": 0.15, "do": "reduce", "value": 0.5}),
        "trade": ladder("trade_share", PRAGUE, trim={"at": 0.2, "do": "reduce", "value": 0.9}),
        "end": ladder("drawdown", end={"at": 0.08, "do": "halt", "until": "phase_end"}),
    },
}
BOOKS |= {
    "losses": only(overall=rule("max_loss", amount_fraction=0.3)),
    "streaks": only(
        overall=rule("max_loss", amount_fraction=0.08, trail="closed_balance"), target=rule("profit_target", target_fraction=0.2)
    ),
    "profits": only(overall=rule("max_loss", amount_fraction=0.1), target=rule("profit_target", target_fraction=0.2)),
}
SMALL = ("raised", "opened", "trades", "kept", "lowered", "snapped")  # books that want profit, not broken floors


def account(name: str) -> str:
    """The account file of a book: own money and its costs under these rules, no house but its own."""
    program = {"firm": "none", "program": name, "phases": BOOKS[name]}
    says = {"defaults": ["own_money", "_self_"], "name": name, "phase": "challenge", "house": HOUSES.get(name), "program": program}
    return yaml.safe_dump(says, sort_keys=False)
