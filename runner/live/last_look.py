"""The last look at what a trader sends: what nobody can have meant counts as rejected, and is not sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from runner.live.account import LiveAccount
from runner.live.fat_finger import FatFingerError, Surroundings, look
from runner.live.outcome import Reaction, Rejected
from runner.model.trading import AmendRequest, Contract, OrderKind, OrderRequest, ProtectRequest

FAR, FARTHER = Decimal("0.2"), Decimal("0.8")  # from the last price: entries, and exits that rest until the market comes to them


@dataclass(frozen=True, kw_only=True)
class LastLook:
    """Holds a request against market and account. `last`: last prices by symbol. leverage: the account's, None = the contract's most."""

    account: LiveAccount
    contracts: Mapping[str, Contract]
    last: Mapping[str, float]
    leverage: float | None = None

    def __call__(self, request: OrderRequest | AmendRequest | ProtectRequest) -> None:
        """Rejected where it cannot be meant; a symbol without a price is let pass."""
        contract, price = self.contracts.get(request.symbol), self.last.get(request.symbol)
        if contract is None or price is None:
            return
        around = Surroundings(
            contract=contract,
            last=Decimal(repr(price)),
            balance=Decimal(repr(self.account.follower.balance)),
            leverage=contract.max_leverage if self.leverage is None else Decimal(repr(self.leverage)),
            far_fraction=FARTHER if rests(request) else FAR,
        )
        try:
            look(request, around)
        except FatFingerError as slip:
            raise Rejected(0, str(slip), Reaction.DROP) from None


def rests(request: OrderRequest | AmendRequest | ProtectRequest) -> bool:
    """Whether it is an exit that waits for the market, or moves one."""
    waiting = isinstance(request, OrderRequest) and request.reduce_only and request.kind is OrderKind.LIMIT
    return waiting or isinstance(request, AmendRequest)
