"""From an account's settings to what the guard is given of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from runner.live.adopt import Known
from runner.live.guard.act import Sending
from runner.live.guard.eyes import Subject
from runner.live.guard.process import Ward
from runner.live.guard.view import Terms
from runner.live.state import state_of
from runner.model.bot import Account, Costs
from runner.model.plan import Trigger

BPS = 1e-4


def ward_of(account: Account, symbols: tuple[str, ...], desk: Sending, home: Path, terms: Terms | None = None) -> Ward:
    """An account to be guarded through a desk, with its venue's costs and the trigger of its stops."""
    given, costs = terms or Terms(), Costs(**account.venue.options())
    fee = given.taker_fee if costs.taker_fee_bps is None else costs.taker_fee_bps * BPS
    known = Known(**account.adopt)
    subject = Subject(book=account.book, symbols=symbols, phase=account.phase, since_ms=bought(account), taker_fee=fee, known=known)
    return Ward(
        subject=subject,
        state=state_of(home, account.name),
        environment=account.environment,
        desk=desk,
        terms=replace(given, taker_fee=fee, slippage=costs.slippage_bps * BPS),
        trigger=Trigger[getattr(account.venue, "trigger", "last").upper()],
    )


def bought(account: Account) -> int | None:
    """When the account was bought, UTC milliseconds; None where nobody said."""
    if not account.purchased:
        return None
    return int(datetime.fromisoformat(account.purchased).replace(tzinfo=UTC).timestamp() * 1000)
