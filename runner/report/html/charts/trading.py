"""What the strategies did on one symbol: zones, entries, exits, stops as they moved, and the signals that came to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.records import Answer, Reason
from runner.model.stream import Stream
from runner.report.decisions import plan_rows, why
from runner.report.figures import minute, number, text
from runner.report.html.encode import array, times
from runner.report.html.look import BLUE, GREEN, ORANGE, VERMILION, ZONE_LONG, ZONE_SHORT, line
from runner.report.html.story import Story
from runner.report.openings import opens

MOST_TRADES = 2_000  # of one symbol; the largest results are drawn
MOST_ZONES = 800
MOST_STOPS = 6_000
MOST_IDLE = 800
AFTER = 12  # bars a zone without a trade is drawn
Trace = dict[str, Any]


def marks(story: Story, streams: Sequence[Stream]) -> list[Trace]:
    """All traces of one symbol, in the order they are drawn."""
    symbol = streams[0].symbol
    shown = drawn(story, symbol)
    return [
        *zones(story, streams),
        *stops(story, shown),
        *journeys(shown),
        *entries(story, streams, shown),
        *exits(story, shown),
        *idle(story, streams),
    ]


def drawn(story: Story, symbol: str) -> NDArray[Any]:
    """The symbol's trades, dtype TRADE; of very many the ones with the largest results, in order of time."""
    outcome = story.outcome
    if symbol not in outcome.symbols:
        return outcome.trades[:0]
    mine = outcome.trades[outcome.trades["symbol"] == outcome.symbols.index(symbol)]
    largest = np.argsort(-np.abs(mine["profit"]), kind="stable")[:MOST_TRADES]
    shown: NDArray[Any] = mine[np.sort(largest)]
    return shown


def zones(story: Story, streams: Sequence[Stream]) -> list[Trace]:
    """Price zones that signals spoke of, long and short, from their making to the end of the trade they led to."""
    sides: dict[int, tuple[list[Any], list[Any]]] = {1: ([], []), -1: ([], [])}
    for stream in streams:
        for side, first, last, low, high in boxes(story, stream):
            sides[side][0].extend([first, last, last, first, first, None])
            sides[side][1].extend([low, low, high, high, low, None])
    kinds = ((1, "long zone", ZONE_LONG), (-1, "short zone", ZONE_SHORT))
    plain: Trace = {"type": "scatter", "mode": "lines", "fill": "toself", "line": {"width": 0}, "hoverinfo": "skip"}
    return [
        plain | {"name": name, "fillcolor": colour, "x": sides[side][0][:-1], "y": sides[side][1][:-1]}
        for side, name, colour in kinds
        if sides[side][0]
    ]


def boxes(story: Story, stream: Stream) -> list[tuple[int, int, int, float, float]]:
    """(side, first and last time, lower and upper price) of each signal with a zone; of many those that were traded go first."""
    levels, bars = stream.signals.levels, stream.market.bars
    if not {"zone_lower", "zone_upper"} <= set(levels):
        return []
    rows = np.flatnonzero((stream.signals.direction != 0) & np.isfinite(levels["zone_lower"]) & np.isfinite(levels["zone_upper"]))
    ends = last_times(story, stream, rows)
    age = stream.signals.contributions.get("age_bars")
    found = []
    for row in rows[np.sort(np.argsort(ends == 0, kind="stable")[:MOST_ZONES])].tolist():
        end = int(ends[np.searchsorted(rows, row)]) or int(bars.close_time[row]) + AFTER * bars.timeframe_ms
        born = row - int(age[row]) if age is not None and np.isfinite(age[row]) else row
        low, high = (float(f"{levels[name][row]:.10g}") for name in ("zone_lower", "zone_upper"))
        found.append((int(stream.signals.direction[row]), int(bars.open_time[max(0, born)]), end, low, high))
    return found


def last_times(story: Story, stream: Stream, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """When the trade of each signal ended, UTC ms; 0 for one that was not traded."""
    plans = plan_rows(story.outcome, stream)[rows]
    closed = {int(trade["plan"]): int(trade["closed"]) for trade in story.outcome.trades[["plan", "closed"]]}
    return np.array([closed.get(int(plan), 0) for plan in plans], np.int64)


def stops(story: Story, shown: NDArray[Any]) -> list[Trace]:
    """The protective stop of each position as steps, from its first place to the end of the trade."""
    moves = story.outcome.stops
    moves = moves[np.isin(moves["position"], shown["position"])]
    if len(moves) == 0:
        return []
    moves = fewer(moves[np.lexsort((moves["time"], moves["position"]))])
    closed = dict(zip(shown["position"].tolist(), shown["closed"].tolist(), strict=True))
    last = np.flatnonzero(np.r_[np.diff(moves["position"]) != 0, True])
    ended = np.array([closed[position] for position in moves["position"][last].tolist()], np.float64)
    where = np.repeat(last + 1, 2)
    x = np.insert(moves["time"].astype(np.float64), where, np.c_[ended, ended].ravel())
    y = np.insert(moves["price"], where, np.c_[moves["price"][last], np.full(len(last), np.nan)].ravel())
    hover = "stop %{y}<br>%{x|%Y-%m-%d %H:%M}<extra></extra>"
    return [trace("stop", "lines", x, y, line=line(VERMILION, "dot", 1.5, "hv"), hovertemplate=hover)]


def fewer(moves: NDArray[Any]) -> NDArray[Any]:
    """Of very many moves each position's first and every so manieth."""
    if len(moves) <= MOST_STOPS:
        return moves
    first = np.flatnonzero(np.r_[True, np.diff(moves["position"]) != 0])
    kept: NDArray[Any] = moves[np.unique(np.r_[first, np.linspace(0, len(moves) - 1, MOST_STOPS).astype(np.int64)])]
    return kept


def journeys(shown: NDArray[Any]) -> list[Trace]:
    """A line from entry to exit of each trade: winners and losers."""
    made = []
    for name, colour, dash, mine in (("won", GREEN, "solid", shown["profit"] > 0), ("lost", VERMILION, "solid", shown["profit"] <= 0)):
        trades = shown[mine]
        gap = np.full(len(trades), np.nan)
        x = np.c_[trades["opened"], trades["closed"], trades["closed"]].astype(np.float64).ravel()
        y = np.c_[trades["entry_price"], trades["exit_price"], gap].ravel()
        made.append(trace(f"trade {name}", "lines", x, y, line=line(colour, dash, 1.2), hoverinfo="skip"))
    return made


def entries(story: Story, streams: Sequence[Stream], shown: NDArray[Any]) -> list[Trace]:
    """Triangles at entries and additions, with what the decision was made of."""
    fills = of_positions(story, shown)
    fills = fills[opens(fills)]
    made = []
    for name, symbol, side in (("long entry", "triangle-up", 1), ("short entry", "triangle-down", -1)):
        mine = fills[fills["side"] == side]
        words = [entry_words(story, streams, fill) for fill in mine]
        look = {"symbol": symbol, "size": 11, "color": BLUE, "line": {"width": 1, "color": "white"}}
        made.append(trace(name, "markers", mine["time"], mine["price"], marker=look, text=words, hovertemplate="%{text}<extra></extra>"))
    return made


def of_positions(story: Story, shown: NDArray[Any]) -> NDArray[Any]:
    """Fills of these trades, dtype FILL."""
    fills: NDArray[Any] = story.outcome.fills[np.isin(story.outcome.fills["position"], shown["position"])]
    return fills


def entry_words(story: Story, streams: Sequence[Stream], fill: Any) -> str:
    """Side, size and price, then why: the sentence of the decision, its contributions, its filters."""
    outcome, plan = story.outcome, int(fill["plan"])
    side = "long" if fill["side"] > 0 else "short"
    head = f"<b>#{fill['position']} {side} {text(number(fill['quantity']))} at {text(number(fill['price']))}</b>"
    told_lines = [head, f"{minute(int(fill['time']))} UTC, {outcome.strategies[fill['strategy']]}"]
    stream = next((each for each in streams if each.strategy == outcome.strategies[fill["strategy"]]), None)
    if stream is None or not 0 <= plan < len(outcome.plans):
        return "<br>".join(told_lines)
    row, answer = int(outcome.plans["signal_index"][plan]), outcome.decisions[plan]
    sizes = f"approved {text(number(answer['quantity']))} of {text(number(answer['wanted']))} wanted"
    return "<br>".join([*told_lines, why(outcome, stream, row, plan), sizes, *made_of(stream, row)])


def made_of(stream: Stream, row: int) -> list[str]:
    """What the signal at bar `row` was made of, a line for each part."""
    signals = stream.signals
    numbers = [f"{name.replace('_', ' ')} {values[row]:.4g}" for name, values in signals.contributions.items() if np.isfinite(values[row])]
    held = [f"{name} {'yes' if answers[row] else 'no'}" for name, answers in stream.filters.items()]
    return [*numbers, *([f"filters: {', '.join(held)}"] if held else [])]


def exits(story: Story, shown: NDArray[Any]) -> list[Trace]:
    """Circles where a fill won, crosses where it lost, with the reason."""
    fills = of_positions(story, shown)
    fills = fills[~opens(fills)]
    net = dict(zip(shown["position"].tolist(), zip(shown["profit"].tolist(), shown["risk"].tolist(), strict=True), strict=True))
    made = []
    for name, symbol, colour, mine in (
        ("exit, won", "circle", GREEN, fills["profit"] > 0),
        ("exit, lost", "x", VERMILION, fills["profit"] <= 0),
    ):
        words = [exit_words(fill, *net[int(fill["position"])]) for fill in fills[mine]]
        look = {"symbol": symbol, "size": 9, "color": colour, "line": {"width": 1, "color": "white"}}
        points = fills[mine]
        made.append(
            trace(name, "markers", points["time"], points["price"], marker=look, text=words, hovertemplate="%{text}<extra></extra>")
        )
    return made


def exit_words(fill: Any, profit: float, risk: float) -> str:
    """The reason, size and price, the fill's result and the whole trade's."""
    reason = Reason(int(fill["reason"])).name.lower().replace("_", " ")
    step = f" {fill['target']}" if fill["target"] else ""
    whole = f"whole trade {profit:+,.2f}" + (f", {profit / risk:+.2f} R" if risk > 0 else "")
    head = f"<b>#{fill['position']} {reason}{step}: {text(number(fill['quantity']))} at {text(number(fill['price']))}</b>"
    return "<br>".join([head, f"{minute(int(fill['time']))} UTC", f"this fill {fill['profit']:+,.2f} before its fee", whole])


def idle(story: Story, streams: Sequence[Stream]) -> list[Trace]:
    """Signals that were not traded and why; hidden until the legend is clicked. The last ones where there are very many."""
    found = [each for stream in streams for each in untraded(story, stream)][-MOST_IDLE:]
    if not found:
        return []
    look = {"symbol": "diamond-open", "size": 8, "color": ORANGE, "line": {"width": 1.5, "color": ORANGE}}
    x, y, words = (list(column) for column in zip(*found, strict=True))
    return [
        trace("signal not traded", "markers", x, y, marker=look, text=words, hovertemplate="%{text}<extra></extra>", visible="legendonly")
    ]


def untraded(story: Story, stream: Stream) -> list[tuple[int, float, str]]:
    """(time, price, words) of each signal of a stream without a trade."""
    rows, bars = np.flatnonzero(stream.signals.direction), stream.market.bars
    plans = plan_rows(story.outcome, stream)[rows]
    answers = story.outcome.decisions
    return [
        (int(bars.close_time[row]), float(f"{bars.close[row]:.10g}"), idle_words(story, stream, row, plan))
        for row, plan in list(zip(rows.tolist(), plans.tolist(), strict=True))[-MOST_IDLE:]
        if plan < 0 or answers["answer"][plan] != Answer.APPROVED
    ]


def idle_words(story: Story, stream: Stream, row: int, plan: int) -> str:
    """The direction, then why nothing came of it."""
    side = "long" if stream.signals.direction[row] > 0 else "short"
    head = f"<b>{side} signal, not traded</b>"
    when = f"{minute(int(stream.market.bars.close_time[row]))} UTC, {stream.strategy}"
    return "<br>".join([head, when, why(story.outcome, stream, row, plan), *made_of(stream, row)])


def trace(name: str, mode: str, x: Any, y: Any, **look: Any) -> Trace:
    """A scatter trace."""
    return {"type": "scatter", "mode": mode, "name": name, "x": times(x), "y": array(np.asarray(y), "f8")} | look
