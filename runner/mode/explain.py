"""Explain: what each block saw at one bar of a run, what was wanted, what the rule book answered, and what would have changed it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from runner.model.bot import Errand

ERRAND = True
LEAVES_FILES = False


class Options(BaseModel):
    """What `mode.…` may say of explaining."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    run: str | None = Field(None, min_length=1, description="folder of the run; null = the newest under outputs/")
    at: str | None = Field(
        None, min_length=1, description="a bar's close, '2024-03-05 08:00', UTC or with a zone; null = the last decision"
    )
    symbol: str | None = Field(None, min_length=1, description="which symbol; null = the one that decided something then")
    strategy: str | None = Field(
        None, min_length=1, description="which strategy of a portfolio; null = the one that decided something then"
    )


def run(errand: Errand) -> int:
    """Open the run again and tell what happened at the bar. RunnerError for a folder, time or name there is not."""
    from runner.mode.explaining.question import asked
    from runner.mode.explaining.reopen import reopened
    from runner.mode.explaining.screen import show
    from runner.mode.explaining.telling import told

    options = Options(**errand.options)
    opened = reopened(errand, options.run)
    question = asked(opened, at=options.at, symbol=options.symbol, strategy=options.strategy)
    show(told(opened, question))
    return 0
