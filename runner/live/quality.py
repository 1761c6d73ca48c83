"""How well an account's orders were executed: latency by stage, what was filled, failed and rejected, slippage against the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from runner.journal.live import Filled, Intent, IntentState, LiveJournal, Step
from runner.model.trading import FillKind, OrderKind

FILLED_TARGET = 0.9  # of orders at market
FAILED_TARGET = 0.01  # of all orders
SENDING, EXECUTING, HEARING = "sending", "executing", "hearing"


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long one stage took, milliseconds."""

    count: int
    median_ms: float
    p99_ms: float
    longest_ms: float


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Execution of an account over a span. Shares are of orders; None where there were none. Slippage in basis points, above 0 against us.

    sending: from the journal to the venue's yes. executing: from there to the first execution, of orders at market. hearing: from an
    execution to us.
    """

    orders: int
    filled_share: float | None
    failed_share: float | None
    rejected_share: float | None
    unknown_share: float | None
    slippage_bps: float | None
    worst_slippage_bps: float | None
    latency: Mapping[str, Latency]

    @property
    def missed(self) -> tuple[str, ...]:
        """The targets that were not reached, in words."""
        few = self.filled_share is not None and self.filled_share <= FILLED_TARGET
        many = self.failed_share is not None and self.failed_share >= FAILED_TARGET
        said = (f"filled {self.filled_share:.1%}, wanted more than 90 %" if few else "",)
        return tuple(text for text in (*said, f"failed {self.failed_share:.1%}, wanted less than 1 %" if many else "") if text)

    def record(self) -> dict[str, Any]:
        """The figures by name."""
        return asdict(self) | {"missed": list(self.missed)}


def quality(journal: LiveJournal, *, since_ms: int = 0, until_ms: int | None = None, planned: Mapping[str, float] | None = None) -> Quality:
    """The execution of an account's orders that were intended within the span. `planned`: reference price of each plan, by its number."""
    intents = [each for each in journal.intents(since_ms) if until_ms is None or each.time_ms < until_ms]
    wanted = {each.client_order_id for each in intents}
    steps, fills = defaultdict[str, list[Step]](list), defaultdict[str, list[Filled]](list)
    for step in journal.steps(since_ms):
        if step.client_order_id in wanted:
            steps[step.client_order_id].append(step)
    for fill in journal.fills(since_ms):
        if fill.fill.client_order_id in wanted and fill.fill.kind is FillKind.TRADE:
            fills[fill.fill.client_order_id].append(fill)
    return reckoned(intents, steps, fills, planned or {})


def reckoned(
    intents: Sequence[Intent], steps: Mapping[str, list[Step]], fills: Mapping[str, list[Filled]], planned: Mapping[str, float]
) -> Quality:
    """The figures of these orders."""
    slips = [slip for intent in intents for slip in slippages(intent, fills.get(intent.client_order_id, ()), planned)]
    market = [each for each in intents if each.request.get("kind") == OrderKind.MARKET and each.state.final and not rejected(each)]
    return Quality(
        orders=len(intents),
        filled_share=share(market, lambda each: each.state is IntentState.FILLED),
        failed_share=share(intents, lambda each: each.state in (IntentState.ABSENT, IntentState.UNKNOWN)),
        rejected_share=share(intents, rejected),
        unknown_share=share(intents, lambda each: any(step.state is IntentState.UNKNOWN for step in steps.get(each.client_order_id, ()))),
        slippage_bps=sum(slips) / len(slips) if slips else None,
        worst_slippage_bps=max(slips, default=None),
        latency={name: latency(values) for name, values in stages(intents, steps, fills).items() if values},
    )


def rejected(intent: Intent) -> bool:
    """Whether the venue said no."""
    return intent.state is IntentState.REJECTED


def share(intents: Sequence[Intent], holds: Any) -> float | None:
    """The share of orders of which something holds."""
    return sum(map(holds, intents)) / len(intents) if intents else None


def stages(intents: Sequence[Intent], steps: Mapping[str, list[Step]], fills: Mapping[str, list[Filled]]) -> dict[str, list[float]]:
    """How long each stage took for each order that went through it."""
    took: dict[str, list[float]] = {SENDING: [], EXECUTING: [], HEARING: []}
    for intent in intents:
        taken = next((step.time_ms for step in steps.get(intent.client_order_id, ()) if step.state is IntentState.ACKNOWLEDGED), None)
        own = fills.get(intent.client_order_id, ())
        if taken is not None:
            took[SENDING].append(taken - intent.time_ms)
        if taken is not None and own and intent.request.get("kind") == OrderKind.MARKET:
            took[EXECUTING].append(max(0, min(each.fill.at_ms for each in own) - taken))
        took[HEARING] += [max(0, each.time_ms - each.fill.at_ms) for each in own]
    return took


def latency(values: Iterable[float]) -> Latency:
    """Median, the slowest of a hundred, the slowest."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return Latency(
        count=len(ordered), median_ms=ordered[last // 2], p99_ms=ordered[min(last, int(0.99 * len(ordered)))], longest_ms=ordered[last]
    )


def slippages(intent: Intent, fills: Sequence[Filled], planned: Mapping[str, float]) -> list[float]:
    """By how much each execution was worse than what was planned: the order's own price, its trigger, or its plan's reference."""
    own = intent.request.get("price") or intent.request.get("trigger_price")
    price = float(own) if own else planned.get(intent.plan.partition(".")[0])
    if not price:
        return []
    return [each.fill.side * (float(each.fill.price) - price) / price * 10_000 for each in fills]
