"""An account's first instant: kept in its journal, and only followed with the strategies and bars that it began with."""

from __future__ import annotations

import json
from collections.abc import Sequence

from runner.bars.when import when
from runner.journal.live import LiveJournal
from runner.live.thinker import Outlook
from runner.model.duration import text
from runner.model.errors import ConfigError, Problem

START, STREAMS = "start_ms", "streams"


def start_of(journal: LiveJournal, looks: Sequence[Outlook], now_ms: int, *, told: bool) -> int:
    """The account's first instant: as the journal knows it, else the beginning of the running bars. Nothing is written.

    told: whether anything has happened since; a journal that holds a beginning alone begins anew. refuses: other strategies or bars.
    """
    known = journal.meta(START)
    if known is None or not told:
        return first_instant(looks, now_ms)
    of_these_bars(journal, int(known), looks)
    return int(known)


def begin(journal: LiveJournal, looks: Sequence[Outlook], start_ms: int) -> None:
    """Write the beginning down, once everything that may refuse it has not."""
    for name, value in ((START, str(start_ms)), (STREAMS, json.dumps(named(looks)))):
        if journal.meta(name) != value:
            journal.set_meta(name, value)


def first_instant(looks: Sequence[Outlook], now_ms: int) -> int:
    """The last instant at which every symbol's bar began."""
    return now_ms // longest_ms(looks) * longest_ms(looks)


def longest_ms(looks: Sequence[Outlook]) -> int:
    """The longest bars that anything is decided or executed on."""
    return max(max(look.execution_ms, look.timeframe_ms) for look in looks)


def named(looks: Sequence[Outlook]) -> list[str]:
    """What is traded, in the order in which the machine numbers it: `ema_cross BTCUSDT 4h`, or `… 4h/1h` where executed on finer bars."""
    return [f"{look.strategy.name} {look.symbol} {text(look.timeframe_ms)}{finer(look)}" for look in looks]


def finer(look: Outlook) -> str:
    """Finer bars that a strategy is executed on."""
    return "" if look.execution_ms == look.timeframe_ms else f"/{text(look.execution_ms)}"


def as_it_began(journal: LiveJournal, looks: Sequence[Outlook]) -> bool:
    """Whether the journal began with these strategies and bars, or does not tell."""
    known = journal.meta(STREAMS)
    return known is None or json.loads(known) == named(looks)


def of_these_bars(journal: LiveJournal, start_ms: int, looks: Sequence[Outlook]) -> None:
    """A journal is told again bar by bar, so that its strategies, symbols and timeframes stay; ConfigError where they have not."""
    known, now = journal.meta(STREAMS), ", ".join(named(looks))
    began = f"with {', '.join(json.loads(known))}" if known else f"at {when(start_ms)}, where no such bar begins"
    if not as_it_began(journal, looks) or start_ms % longest_ms(looks):
        message = (
            f"began {began}; now it is {now}. Nothing was sent, stops rest at the venue. Go on as it began; "
            "or, once the account is flat, begin a new journal: account.name=OTHER, or move this one away"
        )
        raise ConfigError("the journal is of other strategies or bars", [Problem(path=journal.store.name, message=message)])
