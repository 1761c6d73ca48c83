"""Real money is traded by what was rehearsed exactly so: configuration, rules and own code, on whatever account that was."""

from __future__ import annotations

import shlex

from runner.live.records import Record, practice_hash, records
from runner.model.bot import Bot


def rehearsed(bot: Bot) -> Record | None:
    """The newest rehearsal of this very configuration, unless it failed; of this account, or of another one under the same rules."""
    wanted = practice_hash(bot)
    folder = bot.home / "state" / "records"
    names = sorted({bot.account.name, *(file.stem for file in folder.glob("*.jsonl"))}) if folder.is_dir() else [bot.account.name]
    found = [each for name in names for each in records(bot.home, name, "rehearsal") if each.config_hash == wanted]
    newest = max(found, key=lambda each: each.at_ms, default=None)
    return newest if newest is not None and newest.passed else None


def command(bot: Bot) -> str:
    """What rehearses it, as it is typed: the words that made the bot, but those that say what to do with it."""
    words = bot.words or (f"+strategy={bot.strategies[0].name}", f"+account={bot.account.name}")
    kept = [word for word in words if word.lstrip("+~").partition("=")[0].partition(".")[0] not in ("mode", "live", "hydra")]
    return " ".join(["runner", *(shlex.quote(word.removeprefix("++")) for word in kept), "mode=rehearse"])
