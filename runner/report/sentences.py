"""The verdict as sentences a trader can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runner.model.duration import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from runner.model.rules import Code, State
from runner.report.words import COUNT, DURATION, FRACTION, MONEY, STATES, short

Page = Mapping[str, Any]
SPANS = ((DAY_MS, "d"), (HOUR_MS, "h"), (MINUTE_MS, "min"), (SECOND_MS, "s"))


def amount(value: float | None) -> str:
    """Money as people read it: '9,498.20'; '-' for none."""
    return "-" if value is None else f"{value:,.2f}"


def at(moment: str | None) -> str:
    """'2024-03-01T08:00:00Z' as '2024-03-01 08:00'; '-' for never."""
    return "-" if moment is None else moment[:16].replace("T", " ")


def headline(page: Page) -> str:
    """Who, where, how it stands, since when: 'fvg on hyro_2step: challenge FAILED 2024-03-01 08:00 UTC'."""
    verdict = page["verdict"]
    state = STATES[State[verdict["state"].upper()]]
    when = f" at {at(verdict['time'])} UTC" if verdict["time"] else ""
    return f"{page['strategy']} on {page['account']}: {verdict['phase'] or 'no phase'} {state}{when}{halted(page)}"


def halted(page: Page) -> str:
    """', but the house halted it on 2023-01-20' for an account that only still stands because nothing may trade any more; else nothing."""
    if (
        page["verdict"]["state"] != State.ACTIVE.name.lower()
        or Code.HALTED.name not in page.get("refusals", {})
        or len(page["phases"]) != 1
    ):
        return ""
    reached = [
        rule["at"] for rule in page["rules"] if rule["code"] == Code.HOUSE.name and rule["headroom"] is not None and rule["headroom"] <= 0
    ]
    return f", but the house halted it{f' on {max(reached)[:10]}' if reached else ''}"


def brief(page: Page) -> str:
    """What came of a run, in a part of a line: 'challenge FAILED: INACTIVITY (challenge.inactivity), net -27.71 USDT'."""
    if "rehearsal" in page:
        return rehearsed(page["rehearsal"])
    verdict = page["verdict"]
    where = f" ({short(verdict['path'])})" if verdict["path"] else ""
    rule = f": {verdict['rule']}{where}" if verdict["rule"] else ""
    state = STATES[State[verdict["state"].upper()]]
    return f"{verdict['phase'] or 'no phase'} {state}{rule}{halted(page)}, net {page['net_profit']:+,.2f} {page['currency']}"


def rehearsed(section: Page) -> str:
    """What came of a rehearsal, in a part of a line: 'good: decisions 100%, fills 100%, 0 faults, 0 kills'."""
    parity = ", ".join(f"{name} {share:.0%}" for name, share in section["parity"].items())
    word = "NOT GOOD" if not section["good"] else "good" if section["orders"] else "no orders, so nothing was tried"
    return f"{word}: {parity}, {sum(section['faults'].values())} faults, {section['kills']} kills"


def grounds(page: Page) -> list[str]:
    """Why the last phase stands as it does, and what the run was."""
    phase = page["phases"][-1] if page["phases"] else None
    why = [] if phase is None else [GROUNDS.get(State[phase["state"].upper()], going_on)(phase)]
    return [*why, *([] if phase is None else advice(phase)), scope(page)]


def advice(phase: Page) -> list[str]:
    """What could be changed about a failure; empty when there is nothing to say."""
    if State[phase["state"].upper()] is not State.FAILED or not phase["rule"]:
        return []
    said = ADVICE.get(Code[phase["rule"]])
    return [said.format(path=phase["path"])] if said else []


def failed(phase: Page) -> str:
    """The rule, what was measured and the floor or limit it reached."""
    where = f" ({short(phase['path'])})" if phase["path"] else ""
    unit = phase["unit"] or MONEY
    value, floor = shown(phase["value"], unit), shown(phase["floor"], unit)
    if phase["rule"] in BY_TIME:
        doubt = "; only the time inside one bar could tell, counted as failed" if phase["ambiguous"] else ""
        return f"{phase['rule']}{where}: {BY_TIME[phase['rule']].format(value=value, floor=floor)}{doubt}"
    doubt = "; the order of prices inside one bar decides, counted as failed" if phase["ambiguous"] else ""
    return f"{phase['rule']}{where}: {value} reached the limit of {floor}{doubt}"


def passed(phase: Page) -> str:
    """The target and the days, or the last payout there may be."""
    if phase["rule"] == Code.PAYOUT.name:
        return f"payout {phase['payouts']} was the last; {amount(phase['paid'])} were paid out"
    return f"profit {amount(phase['value'])} reached the target {amount(phase['target'])}{days(phase)}"


def waiting(phase: Page) -> str:
    """The target is there; what is missing is not."""
    known = f"profit {amount(phase['credited'])} of the target {amount(phase['target'])}{days(phase)}"
    return f"{known}; days, consistency or a flat account are missing"


def paused(phase: Page) -> str:
    """The rule that stopped trading for now."""
    return f"no trading until the next reset: {failed(phase)}"


def going_on(phase: Page) -> str:
    """How far it is to the target."""
    now = f"balance {amount(phase['balance'])}, equity {amount(phase['equity'])}"
    if phase["target"] is None:
        return f"{now}; no target{days(phase)}"
    return f"{now}; profit {amount(phase['credited'])} of the target {amount(phase['target'])}{days(phase)}"


def days(phase: Page) -> str:
    """Days counted of those needed; empty when none are."""
    return f"; {phase['days_counted']} of {phase['days_needed']} days" if phase["days_needed"] else ""


def shown(value: float | None, unit: str) -> str:
    """A value in its rule's unit."""
    if value is None:
        return "-"
    if unit == FRACTION:
        return f"{value:.2%}"
    if unit == COUNT:
        return f"{value:g}"
    return span(value) if unit == DURATION else amount(value)


def span(duration_ms: float) -> str:
    """A time in the largest unit that fills it: '1.5 d', '2.0 h', '3.0 min', '30.0 s'; nothing is '0.0 d'."""
    size, name = next(((size, name) for size, name in SPANS if abs(duration_ms) >= size), SPANS[-1] if duration_ms else SPANS[0])
    return f"{duration_ms / size:.1f} {name}"


def scope(page: Page) -> str:
    """Symbols, bars, range, trades, result."""
    symbols = page["symbols"][0] if len(page["symbols"]) == 1 else f"{len(page['symbols'])} symbols"
    dates = f"{page['start'][:10]} to {page['end'][:10]}" if page["start"] else "no bars"
    trades = "1 trade" if page["trades"] == 1 else f"{page['trades']:,} trades"
    bars = f"{page['bars']:,} bar{'' if page['bars'] == 1 else 's'}"
    return f"{symbols}, {bars}, {dates}; {trades}, net {page['net_profit']:+,.2f} {page['currency']}"


BY_TIME = {
    Code.NEWS.name: "a forbidden fill {value} from a release, inside the window of {floor}",
    Code.SESSION_FLAT.name: "held {value} past the time by which everything is closed",
}
JUMP = (
    "the gate keeps this rule unless the market jumps a stop by more than its margin:"
    " less risk per trade, or a larger account.gate.margin_fraction"
)
ADVICE: Mapping[Code, str] = {
    Code.INACTIVITY: (
        "trade more symbols or a faster timeframe, or close a small trade in time; to see how it would go on: account.{path}.severity=warn"
    ),
    Code.TIME_LIMIT: "the target was not reached in time: more risk per trade, more symbols, or another program",
    Code.NEWS: "the gate keeps out of the windows unless positions may be held through them: flat: true closes them before",
    Code.DAILY_LOSS: JUMP,
    Code.MAX_LOSS: JUMP,
    Code.RISK_PER_TRADE: JUMP,
    Code.SYMBOL_DAILY_LOSS: JUMP,
}
GROUNDS: Mapping[State, Callable[[Page], str]] = {
    State.FAILED: failed,
    State.PASSED: passed,
    State.TARGET_REACHED: waiting,
    State.PAUSED: paused,
    State.AMBIGUOUS: failed,
    State.ACTIVE: going_on,
}
