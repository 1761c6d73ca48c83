"""What Prometheus reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from runner.board.card import Card
from runner.live.serving import RunServed

STATES = ("active", "target_reached", "passed", "paused", "failed")
LABELS = ("account", "environment")


MONEY: tuple[tuple[str, str, Callable[[Card], float | None]], ...] = (
    ("equity", "equity, account currency", lambda card: whole(card, card.equity)),
    ("balance", "balance, account currency", lambda card: card.balance),
    ("day_result", "result of the running day, account currency", lambda card: whole(card, card.day_result)),
    ("worst_case_equity", "equity if everything open and resting were stopped", lambda card: whole(card, card.worst_case)),
    ("guard_equity", "equity as the guard counted it last, all that is open in it", lambda card: card.look.equity if card.look else None),
    (
        "guard_worst_case_equity",
        "the same if everything open and resting were stopped",
        lambda card: card.look.worst_case if card.look else None,
    ),
)
COUNTS: tuple[tuple[str, str, Callable[[Card], float | None]], ...] = (
    ("status_readable", "0: the account's status cannot be read, and what it would say has no sample", lambda card: card.readable),
    ("journal_readable", "0: the account's journal cannot be read", lambda card: card.journal_readable),
    ("positions", "open positions", lambda card: len(card.positions) if card.readable else None),
    ("positions_without_stop", "open positions without a stop at the venue", lambda card: card.without_stop if card.readable else None),
    (
        "positions_not_counted",
        "positions that the account's figures leave out",
        lambda card: len(card.uncounted) if card.readable else None,
    ),
    ("frozen_symbols", "symbols that take no entry until somebody has looked", lambda card: len(card.frozen) if card.readable else None),
    ("orders", "orders that rest", lambda card: len(card.orders) if card.readable else None),
    ("halted", "1: takes no new entries", lambda card: bool(card.halted)),
    ("silent", "1: its bot should have been heard of", lambda card: card.silent if card.readable else None),
)


def whole(card: Card, figure: float | None) -> float | None:
    """A figure of the ledger, where it counts all that is open; one that leaves something out is no sample."""
    return None if card.uncounted else figure


class Accounts(Collector):
    """The gauges of these accounts at this moment."""

    def __init__(self, cards: list[Card], served: Mapping[str, bool], now_ms: int) -> None:
        self.cards, self.served, self.now_ms = cards, served, now_ms

    def collect(self) -> Iterator[Metric]:
        """Every gauge."""
        for name, words, money in MONEY:
            yield self.gauge(name, words, ((card, money(card)) for card in self.cards))
        for name, words, count in COUNTS:
            yield self.gauge(name, words, ((card, count(card)) for card in self.cards))
        yield self.gauge(
            "heartbeat_age_seconds", "since the bot's last sign of life", ((card, self.age(card.beat_ms)) for card in self.cards)
        )
        yield self.gauge(
            "guard_age_seconds", "since the guard's last sign of life", ((card, self.age(card.guard_ms)) for card in self.cards)
        )
        yield self.gauge(
            "status_age_seconds", "since the bot last said how the account stands", ((card, self.age(card.at_ms)) for card in self.cards)
        )
        yield self.runs("run_given_up", "1: serve does not start the run any more", lambda run: float(bool(run.given_up)))
        yield self.runs("run_failures", "ends of the run in a row that should not have been", lambda run: float(run.failures))
        yield self.runs(
            "run_due_timestamp_seconds", "when serve starts the run next", lambda run: run.due_ms / 1000 if run.due_ms else None
        )
        yield self.serves()
        headroom = GaugeMetricFamily(
            "runner_headroom_share", "what is left of a rule's allowance, 0 to 1", labels=[*LABELS, "rule", "code"]
        )
        state = GaugeMetricFamily("runner_state", "1 for the state the account is in", labels=[*LABELS, "state"])
        for card in self.cards:
            for rule in card.rules:
                if rule.share_left is not None and not card.uncounted:
                    headroom.add_metric([card.name, card.environment, rule.rule, rule.code], rule.share_left)
            for each in dict.fromkeys((*STATES, card.state)):
                state.add_metric([card.name, card.environment, each], float(each == card.state))
        yield headroom
        yield state

    def gauge(self, name: str, words: str, values: Iterable[tuple[Card, float | None]]) -> GaugeMetricFamily:
        """One figure of every account that has it."""
        made = GaugeMetricFamily(f"runner_{name}", words, labels=list(LABELS))
        for card, value in values:
            if value is not None:
                made.add_metric([card.name, card.environment], float(value))
        return made

    def runs(self, name: str, words: str, value: Callable[[RunServed], float | None]) -> GaugeMetricFamily:
        """One figure of every run that serve knows of these accounts."""
        made = GaugeMetricFamily(f"runner_{name}", words, labels=[*LABELS, "run"])
        for card in self.cards:
            for run in card.runs:
                found = value(run)
                if found is not None:
                    made.add_metric([card.name, card.environment, run.run], found)
        return made

    def serves(self) -> GaugeMetricFamily:
        """Whether serve is at work, by folder, where it has been."""
        made = GaugeMetricFamily("runner_serve_up", "1: serve was heard of within a minute", labels=["home"])
        for home, up in self.served.items():
            made.add_metric([home], float(up))
        return made

    def age(self, at_ms: int) -> float | None:
        """Seconds since then; None where there was nothing."""
        return (self.now_ms - at_ms) / 1000 if at_ms else None


def scraped(cards: list[Card], served: Mapping[str, bool], now_ms: int) -> bytes:
    """The page that Prometheus reads. served: whether serve is at work, by folder."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Accounts(cards, served, now_ms))
    return generate_latest(registry)
