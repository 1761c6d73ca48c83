"""Check: everything that is wrong has been said before a mode runs; what is left to say is what was built."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from runner.model.bot import Bot

LEAVES_FILES = False


class Options(BaseModel):
    """Checking has no options."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def run(bot: Bot) -> int:
    """Print what was built, what could not be checked and what the rule book warns of. Always 0: problems end a run before this."""
    counts = bot.counts
    names = ", ".join(strategy.name for strategy in bot.strategies)
    print(f"{bot.account.name} with {names}:", end=" ")
    print(f"{counts['blocks']} blocks, {counts['rules_built']} rules built of {counts['rules_written']} written")
    for warning in (*bot.notes, *bot.account.book.warnings):
        print(f"  note  {warning}")
    return 0
