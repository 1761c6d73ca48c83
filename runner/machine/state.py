"""What the machine remembers, as NumPy records: restorable byte for byte."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runner.model.plan import MAX_TARGETS, MAX_TIERS
from runner.model.records import MAX_FLOORS
from runner.model.rules import MAX_CLOCKS

MAX_RESTING = 64
FOREVER = np.iinfo(np.int64).max

LEDGER: np.dtype[Any] = np.dtype(
    [
        ("time", "i8"),
        ("previous_time", "i8"),
        ("initial", "f8"),
        ("balance", "f8"),
        ("seen_open", "f8"),  # open result of positions that are seen from outside instead of held on the tape
        ("batch_balance", "f8"),  # balance when the present instant began
        ("equity", "f8"),
        ("equity_high", "f8"),
        ("closed_high", "f8"),
        ("old_closed_high", "f8"),
        ("credited_past", "f8"),
        ("base", "f8", (2,)),  # by window, phase and payout cycle: the balance that its result is counted from
        ("cycle_from", "f8"),  # the balance that the running day's result is counted from in the payout cycle
        ("sum_positive", "f8", (2,)),
        ("best_day", "f8", (2,)),
        ("best_trade", "f8", (2,)),
        ("paid", "f8"),  # paid out in this phase
        ("lock_at", "f8"),  # balance from which the next floor stands no lower than the initial balance for good
        ("over_cap", "f8"),  # profit of the running day's trades above the cap on one trade
        ("alert", "f8"),  # equity at or below which some house rung fires
        ("closest", "f8"),  # equity below which some house rung comes closer than ever
        ("rise", "f8"),  # equity at or above which a rung on the day's profit fires or comes closer than ever
        ("rearm", "i8"),  # instant at which the next rung's duration is over
        ("calendar", "i8"),  # instant from which a window or a flat time is near enough to be looked at
        ("deadline", "i8"),  # instant at which inactivity or the time limit ends the phase
        ("active_at", "i8", (3,)),  # by Event: when a trade was last closed, a position opened, an order sent
        ("first_open", "i8"),  # when the phase's first position was opened; FOREVER while there was none
        ("next_payout", "i8"),  # the next payout is due from then on
        ("payouts", "i8"),  # of this phase
        ("phase_started", "i8"),
        ("paused_until", "i8"),
        ("first_day", "i8"),  # first row of this phase in the day table
        ("first_trade", "i8"),  # and in the trade record
        ("positions", "i8"),  # opened so far
        ("last_entry", "i8"),  # when an entry was last filled; inside a bar its end
        ("phase", "i4"),
        ("phase_number", "i4"),  # phases entered so far
        ("following", "i4"),  # where fills come from a venue: the phase that begins when everything is flat; -1 none
        ("state", "i4"),
        ("rule", "i4"),
        ("code", "i4"),
        ("ended", "i4"),
        ("halted", "i4"),
        ("ambiguous", "i4"),
        ("losing_streak", "i4"),
        ("days_counted", "i4"),
        ("profitable_days", "i4"),
        ("day_counted", "i4"),
        ("day_trades", "i4"),
        ("phase_trades", "i4"),
        ("short_trades", "i4"),  # of this phase, closed before the shortest holding time
        ("open_positions", "i4"),
        ("resting", "i4"),
        ("closed_in_batch", "i4"),
        ("won", "i4"),  # 1: a trade was won since closed trades were last looked at
        ("check_defence", "i4"),
        ("check_pass", "i4"),
        ("breach_rule", "i4"),  # set by a fill that broke a cap; judged at the end of the instant
        ("breach_ambiguous", "i4"),  # 1: the fill may have come before or after what would make it a breach
        ("breach_value", "f8"),
        ("breach_limit", "f8"),
        ("verdict_time", "i8"),
        ("verdict_value", "f8"),
        ("verdict_floor", "f8"),
        ("ambiguous_time", "i8"),
        ("day_high", "f8"),
        ("day_low", "f8"),
        ("fills", "i8"),
        ("trades", "i8"),
        ("stops", "i8"),
        ("rows", "i8"),  # instants at which bars closed; their equity is in `stretches` and `marks`
        ("stretches", "i8"),
        ("marks", "i8"),
        ("days", "i8"),
        ("results", "i8"),
        ("events", "i8"),
    ]
)

POSITION: np.dtype[Any] = np.dtype(
    [
        ("cursor", "i8"),  # bar being walked, or next to open
        ("next_plan", "i8"),
        ("next_funding", "i8"),
        ("plan", "i8"),
        ("number", "i8"),
        ("opened", "i8"),
        ("expires", "i8"),  # instant of the time stop
        ("last_entry", "i8"),  # of the symbol
        ("acted", "i8"),  # a bit for each rung on single trades that has acted on this position
        ("in_bar", "i4"),
        ("side", "i4"),
        ("targets_hit", "i4"),
        ("adverse_hit", "i4"),
        ("closes_against", "i4"),  # signal bars in a row that closed against it, since it was opened
        ("closes_hit", "i4"),  # tiers of adverse closes that have acted
        ("trailing", "i4"),
        ("stop_reason", "i4"),
        ("exit_reason", "i4"),  # market exit due at the next open; -1 none
        ("resting", "i4"),
        ("effective_reason", "i4"),
        ("strategy", "i4"),
        ("voided", "i4"),  # 1: its profit does not count, a fill of it fell into a window
        ("watch", "i4"),  # 1: the plan asks for something at signal bar closes
        ("quoting", "i4"),  # 1: a quote set runs
        ("quote_at", "i4"),  # its level at which the market stands, 0 the centre
        ("quote_plan", "i8"),
        ("leaving_reason", "i4"),  # of `leaving`
        ("mark", "f8"),
        ("point_value", "f8"),
        ("quantity", "f8"),
        ("leaving", "f8"),  # so much of it is to be closed at the market: at the next open, or now where fills come from a venue
        ("quote_unit", "f8"),  # quantity of one level
        ("quote_loss", "f8"),  # what the set loses at worst
        ("quote_give_back", "f8"),
        ("quote_reserve", "f8"),
        ("last_close", "f8"),  # of the last signal bar, while the position is open
        ("initial_quantity", "f8"),
        ("largest_quantity", "f8"),
        ("entry_price", "f8"),
        ("realised", "f8"),  # net of fees and funding, since the position opened
        ("stop", "f8"),
        ("trail_distance", "f8"),
        ("best_price", "f8"),
        ("best", "f8"),  # highest net result so far, open part at mark
        ("worst", "f8"),
        ("loss_cap", "f8"),  # the net result may not fall below minus this
        ("give_back", "f8"),  # nor this far below `best`
        ("reserve", "f8"),  # funding kept free inside loss_cap
        ("risk", "f8"),
        ("risk_base", "f8"),  # balance when its entry was approved
        ("rise", "f8"),  # net result at or above which a rung on single trades acts or comes closer than ever
        ("notional", "f8"),
        ("margin", "f8"),
        ("liquidation", "f8"),
        ("effective_stop", "f8"),
        ("noted_stop", "f8"),  # the last one written down, and of which position
        ("noted_number", "i8"),
        ("quiet_best", "f8"),  # up to this net result a new best moves no stop
        ("low_trigger", "f8"),
        ("high_trigger", "f8"),
        ("fees", "f8"),
        ("funding", "f8"),
        ("exit_value", "f8"),
        ("exit_quantity", "f8"),
        ("day_result", "f8", (MAX_CLOCKS,)),  # of the symbol since each clock's reset
        ("realised_high", "f8"),  # of this instant's `batch_realised`
        ("realised_low", "f8"),
        ("batch_realised", "f8"),  # of the symbol since the present instant began
        ("batch_start", "f8"),  # the open position's `realised` when the instant began
        ("high", "f8"),  # highest and lowest contribution to equity in this instant's bar
        ("low", "f8"),
        ("guarded", "f8"),  # guaranteed results of positions closed in this instant's bar
        ("favourable", "f8"),  # net result if the bar's favourable extreme came first; -inf when unknown
        ("rose", "i4"),  # 1: a payment has just lifted the highest balance
        ("low_after", "f8"),  # lowest contribution since this symbol last lifted the highest balance
        ("judged_high", "f8"),  # highest contribution if favourable extremes came first
        ("high_realised", "f8"),  # of `high`, what was realised by then
        ("judged_realised", "f8"),  # of `judged_high`
        ("held_from", "i8"),  # seen from outside: when the position was opened
        ("bare_from", "i8"),  # since when its missing stop is counted; 0: nothing is missing
        ("repair_by", "i8"),  # an offence against the stop deadline must be repaired by then; 0: none yet
    ]
)

RESTING: np.dtype[Any] = np.dtype(
    [
        ("active", "i4"),
        ("role", "i4"),  # Reason.ENTRY, ADD or QUOTE
        ("kind", "i4"),
        ("side", "i4"),
        ("step", "i4"),  # number of the add step, from 1; 0 for others
        ("plan", "i8"),
        ("expires", "i8"),
        ("price", "f8"),
        ("quantity", "f8"),
        ("loss", "f8"),
        ("give_back", "f8"),
        ("reserve", "f8"),
        ("balance", "f8"),  # when it was approved
    ]
)

CLOCK: np.dtype[Any] = np.dtype(
    [
        ("next", "i8"),  # column of the reset table
        ("next_time", "i8"),
        ("orders", "i8"),  # sent since the reset
        ("moved", "i8"),  # stops moved since the reset
        ("started", "i8"),
        ("start_balance", "f8"),  # what floors hang from: the harder one where the reset fell inside a bar
        ("counted_from", "f8"),  # the balance that the day's result is counted from: where the day before ended
        ("day_before", "f8"),  # closed result of the day that ended at the reset
        ("start_equity", "f8"),
        ("peak_equity", "f8"),
        ("peak_balance", "f8"),
        ("eod_balance_high", "f8"),  # of the phase, at this clock's resets
        ("eod_equity_high", "f8"),
        ("mild_balance", "f8"),  # the lowest that a reset inside a bar may have met; elsewhere what it met
        ("mild_equity", "f8"),
        ("mild_eod_balance", "f8"),
        ("mild_eod_equity", "f8"),
        ("old_peak_balance", "f8"),
        ("old_peak", "f8"),  # peak before this instant's bar, for the order question
    ]
)

INSTRUMENT: np.dtype[Any] = np.dtype(
    [
        ("tick", "f8"),
        ("step", "f8"),
        ("min_quantity", "f8"),
        ("max_quantity", "f8"),
        ("min_notional", "f8"),
        ("contract_size", "f8"),
        ("taker", "f8"),  # fraction
        ("maker", "f8"),
        ("lot_fee", "f8"),  # account currency for a quantity of 1, every fill
        ("half_spread", "f8"),  # as a distance in price, market and stop fills
        ("maintenance", "f8"),
        ("leverage", "f8"),
        ("funded", "i4"),
    ]
)

SYMBOL: np.dtype[Any] = np.dtype(
    [
        ("first", "i8"),
        ("last", "i8"),  # one past the end
        ("first_plan", "i8"),
        ("last_plan", "i8"),
        ("first_funding", "i8"),
        ("last_funding", "i8"),
        ("converted", "i4"),
    ]
)

SETTINGS: np.dtype[Any] = np.dtype(
    [
        ("gate", "i4"),
        ("follows", "i4"),  # 1: fills come from a venue; the machine wishes and is told
        ("restart", "i4"),
        ("harder", "i4"),  # 1: floors are judged as if the favourable price of a bar had come first
        ("isolated", "i4"),
        ("has_floors", "i4"),
        ("shortcuts", "i4"),  # 0: every bar and instant takes the full way; only to prove that the short way books the same
        ("slippage", "f8"),  # fraction
        ("leverage", "f8"),
        ("give_back_multiple", "f8"),
        ("funding_reserve", "f8"),  # fraction of the position's value
        ("initial", "f8"),
        ("first_time", "i8"),
        ("longest_bar", "i8"),  # of all symbols, milliseconds
    ]
)

PHASE: np.dtype[Any] = np.dtype(
    [
        ("next", "i4"),
        ("floors", "i4"),  # how many rows of each kind
        ("rungs", "i4"),
        ("caps", "i4"),
        ("counters", "i4"),  # position timers among them
        ("dates", "i4"),  # rules of the calendar
        ("target", "i4"),  # rows of the rule table, -1 where the phase has none
        ("trading_days", "i4"),
        ("profitable_days", "i4"),
        ("consistency", "i4"),
        ("profit_cap", "i4"),
        ("inactivity", "i4"),
        ("time_limit", "i4"),
        ("session_flat", "i4"),
        ("symbol_loss", "i4"),
        ("holding", "i4"),
        ("payout", "i4"),
        ("news", "i4"),
        ("modifications", "i4"),
        ("min_trade", "i4"),
        ("at_reset", "i4"),  # 1: some floor is compared only at the reset of its clock
        ("takes_profit", "i4"),  # 1: some floor follows open profit while the balance is held against it
        ("trade_rungs", "i4"),  # rungs on single trades
        ("rests", "i4"),  # a bit for each Event that an inactivity rule waits for
    ]
)

SEEN: np.dtype[Any] = np.dtype(  # one thing seen of an account that is not fed by bars
    [
        ("kind", "i4"),  # Seen
        ("symbol", "i4"),
        ("time", "i8"),
        ("opened", "i8"),  # TRADE
        ("release", "i8"),  # ACTION: the instant of a release, and which calendar it is in
        ("calendar", "i4"),
        ("action", "i4"),  # ACTION: one of Forbidden
        ("balance", "f8"),  # MARK
        ("equity", "f8"),
        ("payout", "f8"),  # MARK: paid out at this instant; `balance` is what remained
        ("notional", "f8"),  # TRADE
        ("result", "f8"),  # TRADE: net; SYMBOL: closed and open result of the symbol since the reset
        ("risk", "f8"),  # STOP_SET: loss at the stop as a fraction of the balance
        ("resized", "i4"),  # STOP_CANCELLED: the position changed its size
    ]
)

STANDING: np.dtype[Any] = np.dtype(  # how the account stands after it
    [
        ("time", "i8"),
        ("paused_until", "i8"),
        ("stop_due", "i8"),  # the next instant by which a missing stop must be set; FOREVER: none is missing
        ("phase", "i4"),
        ("state", "i4"),
        ("rule", "i4"),  # that ended the phase, -1 none
        ("code", "i4"),
        ("halted", "i4"),
        ("days_counted", "i4"),
        ("profitable_days", "i4"),
        ("offences", "i4"),  # against the stop deadline
        ("forbidden", "i4"),  # row of the rule that forbids what was just done, -1 none
        ("within", "i4"),  # 1: the first consistency rule holds, or there is none
        ("binding", "i4"),  # row of the highest floor, -1 without floors
        ("balance", "f8"),
        ("equity", "f8"),
        ("floor", "f8"),  # the highest, -inf without floors
        ("floors", "f8", (MAX_FLOORS,)),  # each of the phase's, in order; NaN beyond
        ("headroom", "f8"),  # smallest distance to a floor
        ("credited", "f8"),
        ("target", "f8"),  # as it is raised; NaN without one
        ("best", "f8"),  # of the first consistency rule, NaN without one: the best day or trade
        ("whole", "f8"),  # what its share is of
        ("cap", "f8"),  # the most that one may bring
        ("needed", "f8"),  # the whole by which the best would be within its share
    ]
)

TOLD: np.dtype[Any] = np.dtype(  # one thing told to a machine whose fills come from a venue
    [
        ("kind", "i4"),  # Told
        ("symbol", "i4"),
        ("time", "i8"),
        ("plan", "i8"),
        ("role", "i4"),  # Reason of the order that filled or is gone
        ("step", "i4"),  # number of its target, add step or adverse tier, from 1
        ("done", "i4"),  # FILL: 1, nothing of the order is left to fill
        ("maker", "i4"),
        ("bits", "i4"),  # CANDLE: strategies whose signal bar ended; GONE: the Answer
        ("quantity", "f8"),
        ("price", "f8"),
        ("reference", "f8"),  # FILL: the price that was reckoned with, NaN when none was
        ("fee", "f8"),
        ("amount", "f8"),  # FUNDING, CASH: money that came in
    ]
)

WANTED: np.dtype[Any] = np.dtype(  # what a symbol's position wants to stand at the venue
    [
        ("stop", "f8"),  # ∓inf: none
        ("goal", "f8"),  # everything is closed here to keep a profit; ±inf: nowhere
        ("exit", "i4"),  # Reason of a market exit of everything that is due, -1 none
        ("targets", "i4"),  # how many are left
        ("tiers", "i4"),
        ("target_number", "i4", (MAX_TARGETS,)),
        ("tier_number", "i4", (MAX_TIERS,)),
        ("target_price", "f8", (MAX_TARGETS,)),
        ("target_quantity", "f8", (MAX_TARGETS,)),
        ("tier_price", "f8", (MAX_TIERS,)),
        ("tier_quantity", "f8", (MAX_TIERS,)),
    ]
)

WINDOW: np.dtype[Any] = np.dtype(
    [
        ("start", "i8"),  # both edges belong to it
        ("end", "i8"),
        ("at", "i8"),  # the release, or the time by which everything is closed
    ]
)


class World(NamedTuple):
    """Everything a step reads and writes. The first block is the state; the second never changes; the third is the record."""

    ledger: NDArray[Any]
    positions: NDArray[Any]
    resting: NDArray[Any]
    clocks: NDArray[Any]
    rule_states: NDArray[Any]
    tallies: NDArray[Any]

    plans: NDArray[Any]
    rules: NDArray[Any]
    phases: NDArray[Any]
    floors: NDArray[np.int32]
    rungs: NDArray[np.int32]
    caps: NDArray[np.int32]
    counters: NDArray[np.int32]
    dates: NDArray[np.int32]
    instruments: NDArray[Any]
    symbols: NDArray[Any]
    open_time: NDArray[np.int64]
    close_time: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    signal_close: NDArray[np.uint8]
    columns: NDArray[np.float64]
    column_start: NDArray[np.int64]
    funding_time: NDArray[np.int64]
    funding_rate: NDArray[np.float64]
    conversion: NDArray[np.float64]
    resets: NDArray[np.int64]
    windows: NDArray[Any]
    spans: NDArray[np.int64]
    others: NDArray[np.int32]
    habits: NDArray[Any]
    settings: NDArray[Any]

    fills: NDArray[Any]
    trades: NDArray[Any]
    stops: NDArray[Any]
    stretches: NDArray[Any]
    marks: NDArray[Any]
    row: NDArray[Any]
    seen: NDArray[Any]
    standing: NDArray[Any]
    told: NDArray[Any]
    wanted: NDArray[Any]
    decisions: NDArray[Any]
    days: NDArray[Any]
    results: NDArray[Any]
    events: NDArray[Any]


type View = Any  # what compiled code gets instead of a World: one record of its addresses, see `runner.machine.view`

STATE = ("ledger", "positions", "resting", "clocks", "rule_states", "tallies", "decisions")
RECORDS = ("fills", "trades", "stops", "stretches", "marks", "days", "results", "events")
