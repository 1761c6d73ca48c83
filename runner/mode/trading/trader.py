"""The trader of a mode that trades at a venue, put together the same way in each of them."""

from __future__ import annotations

from collections.abc import Callable

from runner.live.inbox import QueueInbox
from runner.live.outfit import fit
from runner.live.terms import Terms
from runner.live.trader import Trader
from runner.mode.compiling import announced
from runner.mode.trading.blocks import blocked
from runner.mode.trading.gear import Gear, trigger_of
from runner.model.duration import milliseconds


def trader_of(gear: Gear, inbox: QueueInbox, up: Callable[[], bool] | None = None) -> Trader:
    """The trader where its journal ends. up: whether the streams are heard; None where there are none, so that it polls."""
    account, options = gear.bot.account, gear.options
    terms = Terms(
        history=options.history,
        environment=account.environment,
        late_ms=milliseconds(options.latest),
        trigger=trigger_of(account),
        leverage=gear.bot.costs.leverage,
        polls=up is None,
        thaws=options.unfreeze,
        block=blocked(gear.state, gear.clock, up or heard),
    )
    contracts = gear.findings.facts.contracts
    with announced():
        return fit(gear.bot, desk=gear.desk, clock=gear.clock, inbox=inbox, journal=gear.journal, contracts=contracts, terms=terms)


def heard() -> bool:
    """Nothing is missed where nothing is listened to."""
    return True
