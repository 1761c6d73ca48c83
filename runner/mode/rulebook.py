"""Rulebook: an account's rules as a person would read them, or worked examples of rules put to the machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from runner.mode.explaining.moment import Instant, ZoneName, instant, zone
from runner.model.bot import Errand
from runner.model.errors import ConfigError, Problem

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False


class Options(BaseModel):
    """What `mode.…` may say of the rule book."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    vectors: str | None = Field(
        None, min_length=1, description="file of worked examples to put to the machine; null = print an account's rules"
    )
    at: Instant | None = Field(None, description="from when on resets are told, '2026-03-20 12:00'; null = now")
    zone: ZoneName | None = Field(None, description="whose local time resets are told in, Europe/Prague; null = this computer's")


def run(errand: Errand) -> int:
    """Print the account's rules (0), or check worked examples (0 when all agree, else 1). RunnerError for what cannot be read."""
    options = Options(**errand.options)
    if options.vectors is not None:
        from runner.mode.vectors import run as checked

        return checked(Path(options.vectors).expanduser())
    if errand.account is None:
        said = "expected an account to print the rules of, or examples to check; type account=NAME or mode.vectors=FILE"
        raise ConfigError("this command will not run: 1 problem", [Problem(path="account", message=said, where="command line")])
    from runner.mode.explaining.screen import show
    from runner.mode.reading.page import page

    show(page(errand.account, begin(options.at), None if options.zone is None else zone(options.zone)))
    return 0


def begin(at: str | None) -> int:
    """The instant from which resets are told, UTC milliseconds."""
    return instant(at) if at is not None else int(datetime.now(UTC).timestamp() * 1000)
