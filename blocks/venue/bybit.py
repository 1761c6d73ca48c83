"""Bybit: what trading costs there, which of its worlds orders go to, and how it speaks."""

from __future__ import annotations

import ipaddress
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from runner.model.block import Venue
from runner.wire.bybit import BybitDialect


class Bybit(Venue):
    """USDT perpetuals or spot at Bybit. Fees of null take the instrument's own.

    gives: the costs of runner.model.bot.Costs; `dialect()` translates requests and payloads. refuses: fees and slippage out of any sensible
    range; an endpoint that is not of this machine, or beside environment live.
    """

    environment: Literal["demo", "testnet", "live"] = Field(default="demo", description="which of the venue's worlds orders would go to")
    category: Literal["linear", "spot"] = Field(default="linear", description="linear: USDT perpetuals; spot: coins")
    trigger: Literal["last", "mark", "index"] = Field(default="last", description="the price that sets off protective stops")
    apply_settings: bool = Field(
        default=False, description="true: leverage, margin and position mode are set at the venue when flat; false: a mismatch is refused"
    )
    endpoint: str = Field(
        default="", description="an exchange on this machine instead of the venue, 'http://127.0.0.1:8080'; '' = the venue"
    )
    taker_fee_bps: float | None = Field(
        default=None, ge=-10, le=100, description="fee of market and stop fills in basis points; null = the instrument's"
    )
    maker_fee_bps: float | None = Field(
        default=None, ge=-10, le=100, description="fee of resting fills in basis points; null = the instrument's"
    )
    slippage_bps: float = Field(default=1.0, ge=0, le=1000, description="price given up on market and stop fills, in basis points")
    leverage: float | None = Field(default=10.0, ge=1, le=200, description="leverage set at the venue; null = the instrument's maximum")
    isolated_margin: bool = Field(default=True, description="true: each position answers with its own margin only")
    funding: bool = Field(default=True, description="false: no funding is paid or received")
    funding_rate: float = Field(default=0.0001, ge=-0.01, le=0.01, description="assumed rate per payment where history is missing")
    funding_reserve: int = Field(default=3, ge=0, le=100, description="funding payments the gate keeps free for each position")

    @field_validator("endpoint")
    @classmethod
    def _stays_here(cls, endpoint: str) -> str:
        """Another endpoint is one of this machine."""
        if endpoint and not loopback(endpoint):
            raise ValueError(f"expected an endpoint on this machine such as 'http://127.0.0.1:8080', was {endpoint!r}")
        return endpoint

    @model_validator(mode="after")
    def _plays(self) -> Self:
        """Another endpoint is never meant for real money."""
        if self.endpoint and self.environment == "live":
            raise ValueError(f"an endpoint of its own goes with demo or testnet, never with live: {self.endpoint}")
        return self

    def options(self) -> dict[str, Any]:
        """The fields of Costs."""
        return self.model_dump(exclude={"environment", "category", "trigger", "apply_settings", "endpoint"})

    def dialect(self) -> BybitDialect:
        """How it speaks."""
        return BybitDialect(category=self.category, environment=self.environment, endpoint=self.endpoint)


def loopback(url: str) -> bool:
    """Whether a URL leads to this machine and nowhere else."""
    parts = urlsplit(url)
    try:
        reachable = parts.port is None or parts.port > 0  # a port that is no number, or too large, is a ValueError
        return reachable and parts.scheme in ("http", "https") and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
