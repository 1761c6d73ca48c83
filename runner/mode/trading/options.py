"""What the modes that trade at a venue may be told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, Literal

from loguru import logger
from pydantic import BaseModel, ConfigDict, Field

from runner.live.keys import REDACTOR, Keys, Secret
from runner.live.practised import command, rehearsed
from runner.live.state import StateFolder
from runner.model.bot import Bot
from runner.model.errors import ConfigError, Problem
from runner.model.terms import Duration

WORD = "yes-real-money"


class Trading(BaseModel):
    """Options of a mode whose orders go to the account's venue."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    BARE: ClassVar[dict[str, str]] = {"live": "live"}  # typed without `mode.`
    TYPED: ClassVar[tuple[str, ...]] = ("live", "unrehearsed")  # said on the command line, each time
    live: Literal["yes-real-money"] | None = Field(None, description="the second word that real money needs, typed each time")
    unrehearsed: str = Field("", description="the account's name, typed each time: real money for what was never rehearsed exactly so")
    history: int = Field(1000, ge=10, le=100_000, description="bars known before the account's first decision")
    latest: Duration = Field("1m", description="a bar that closed longer ago is not decided on any more")
    adopt: bool = Field(True, description="at the first start, rebuild what the rules remember from the venue's ledger")
    unfreeze: bool = Field(False, description="lift at the start what froze symbols, where venue and ledger agree again")
    journal: str = Field(
        "", description="'' = journal.db in the account's state folder; a postgresql:// URL, or the environment variable that holds it"
    )
    durable: Literal["crash", "power_loss"] = Field("crash", description="what a written row survives; power_loss waits for the disk")
    log: Literal["DEBUG", "INFO", "WARNING"] = Field("INFO", description="lines from this level on, on stderr and in bot.log")


def sworn(bot: Bot, options: Trading) -> None:
    """Refuse real money that was not asked for by its second word."""
    if bot.account.environment == "live" and options.live != WORD:
        problem = Problem(path="live", message=f"{bot.account.name} trades real money; type live={WORD} as well", where="command line")
        raise ConfigError("real money needs a second word", [problem])


def practised(bot: Bot, options: Trading) -> None:
    """Refuse real money for what was never rehearsed as it is, unless the account is named for it."""
    name = bot.account.name
    if bot.account.environment == "live" and options.unrehearsed != name and rehearsed(bot) is None:
        message = f"{name} trades real money; first {command(bot)}, or name it: mode.unrehearsed={name}"
        problem = Problem(path="mode.unrehearsed", message=message, where="command line")
        raise ConfigError("this was never rehearsed as it is", [problem])


def remind(bot: Bot) -> None:
    """Warn of what was never rehearsed as it is, and is traded all the same."""
    if rehearsed(bot) is None:
        logger.warning("never rehearsed as it is: {}", command(bot))


def address(options: Any, state: StateFolder) -> str | Path:
    """Where the journal is. A URL out of the environment is a secret like a key; one with a password in the open is refused."""
    if not options.journal:
        return state.journal
    if "://" in options.journal:
        if ":" in options.journal.partition("://")[2].rpartition("@")[0]:
            raise _refused("holds a password; put the URL into an environment variable and name that")
        return str(options.journal)
    url = os.environ.get(options.journal, "").strip()
    if not url:
        raise _refused(f"the environment variable {options.journal} is not set")
    password = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    REDACTOR.learn(Keys(key=Secret(url), secret=Secret(password or url)))
    return url


def _refused(message: str) -> ConfigError:
    return ConfigError("the journal's address cannot be used", [Problem(path="mode.journal", message=message)])
