"""A run's folder opened again: its settled config.yaml becomes the bot it was, and the bot repeats what it did."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import __version__
from runner.build import built
from runner.check import Checked, check, is_errand, modes
from runner.compose import Composition
from runner.compose.document import read
from runner.compose.trace import Trace
from runner.menu import Menu
from runner.mode.backtest import Options, play, tradable
from runner.mode.compiling import announced
from runner.model.bot import Bot, Errand
from runner.model.errors import ConfigError, DataError, Problem, RunnerError
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.pipeline import Opinion, between, load, look, plan
from runner.report.fingerprint import config_hash
from runner.report.folder import STAGING
from runner.words import counted, nearest

CONFIG, SUMMARY, DECISIONS = "config.yaml", "summary.json", "decisions.parquet"
LEFT = (CONFIG, SUMMARY, DECISIONS, "trades.csv")
SETTLED = ("account", "source", "mode")  # sections every run's configuration has
BROKEN = "the run is not whole: {file} {why}; run it again"

DEPTH = 3  # outputs/ACCOUNT/STRATEGY/TIME below outputs


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as it was left and as it runs now.

    streams: as traded. opinions: the same strategies and symbols on every bar there is, also before the run began.
    unlike: why the run's files may say something else, as a sentence; '' when they do not.
    """

    folder: Path
    bot: Bot
    options: Options
    streams: Sequence[Stream]
    opinions: Sequence[Opinion]
    outcome: Outcome
    unlike: str = ""


def reopened(errand: Errand, given: str | None) -> Run:
    """The run in folder `given` (None: the newest under outputs/), run again. RunnerError for whatever is no finished backtest."""
    folder = whole(chosen(errand.folder, given))
    config, summary = written(folder), left(folder)
    bot = rebuilt(errand, folder, config)
    options = Options(**bot.options)
    try:
        opinions, streams = looked(bot, options)
    except DataError as error:
        hint = Problem(
            path="source.root", message="if the run read bars of yours, add source.root=FOLDER; a run does not keep where they lie"
        )
        raise DataError(error.title, [*error.problems, hint]) from None
    tradable(streams, options)
    with announced():
        outcome = play(bot, options, streams)
    same = config_hash(bot.settings, outcome.book, streams, bot.code) == summary["config_hash"]
    return Run(
        folder=folder, bot=bot, options=options, streams=streams, opinions=opinions, outcome=outcome, unlike="" if same else told_apart(bot)
    )


def looked(bot: Bot, options: Options) -> tuple[list[Opinion], list[Stream]]:
    """Every strategy's opinion of each of its symbols, and the streams as the run traded them."""
    loaded = [(strategy, each) for strategy in bot.strategies for each in load(strategy, bot.source, bot.account.currency)]
    opinions = [look(strategy, each.market) for strategy, each in loaded]
    made = [plan(strategy, opinion, each) for (strategy, each), opinion in zip(loaded, opinions, strict=True)]
    return opinions, [between(stream, options.start_ms(), options.end_ms()) for stream in made]


def refused(path: Path, message: str) -> RunnerError:
    """A folder that holds no run to explain."""
    return RunnerError("there is no run to explain", [Problem(path=str(path), message=message)])


def chosen(here: Path, given: str | None) -> Path:
    """The folder of the run: the one that was named, else the newest under `outputs/`."""
    if given is None:
        found = sorted(here.glob(f"outputs/*/*/*/{SUMMARY}"), key=lambda file: file.stat().st_mtime)
        if not found:
            raise refused(here, "no run lies under outputs/; name its folder with run=FOLDER")
        return found[-1].parent
    folder = here / Path(given).expanduser()
    if not folder.is_dir():
        beside = [place.name for place in folder.parent.iterdir() if place.is_dir()] if folder.parent.is_dir() else []
        kind = "is a file; expected the folder of a run" if folder.exists() else "is not there; expected the folder of a run"
        raise refused(folder, kind + nearest(folder.name, beside))
    return folder


def whole(folder: Path) -> Path:
    """The folder, when every file of a run is there and can be read. RunnerError for a run that was not left whole."""
    missing = [name for name in LEFT if not (folder / name).is_file()]
    if missing:
        raise refused(folder, why_not(folder, missing))
    if not is_parquet(folder / DECISIONS):
        raise refused(folder, BROKEN.format(file=DECISIONS, why="is no readable Parquet file"))
    return folder


def is_parquet(file: Path) -> bool:
    """Whether a file's footer and columns can be read as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return bool(pq.read_table(file).num_columns)
    except (OSError, pa.ArrowException):
        return False


def why_not(folder: Path, missing: Sequence[str]) -> str:
    """What a folder is, when it is not a finished run."""
    deep = range(1, DEPTH + 1)
    inside = sorted((file for depth in deep for file in folder.glob("*/" * depth + SUMMARY)), key=lambda file: file.stat().st_mtime)
    if inside:
        return f"holds runs and is none itself; the newest is run={inside[-1].parent}"
    if (folder / STAGING).exists():
        return f"a run is still writing here, or was stopped while it was; if none is, remove {STAGING} and run it again"
    if len(missing) < len(LEFT):
        return f"the run is not whole: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing; run it again"
    return f"is not the folder of a run: {CONFIG} and {SUMMARY} are not there"


def written(folder: Path) -> dict[str, Any]:
    """The settled configuration. RunnerError when it is not all there: its sections are written in one go."""
    document = read(folder / CONFIG)
    if document.faults:
        keys, message = document.faults[0]
        raise refused(folder / CONFIG, BROKEN.format(file=CONFIG, why=f"cannot be read ({f'{".".join(keys)} {message}'.strip()})"))
    absent = [name for name in SETTLED if not document.data.get(name)]
    if absent:
        raise refused(folder, BROKEN.format(file=CONFIG, why=f"has no {' and no '.join(absent)}" if document.data else "is empty"))
    return dict(document.data)


def left(folder: Path) -> Mapping[str, Any]:
    """The summary, of this version or an older one."""
    try:
        page = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refused(folder / SUMMARY, f"is not JSON: {error}") from None
    version = page.get("version") if isinstance(page, dict) else None
    if not isinstance(version, str) or "config_hash" not in page:
        raise refused(folder / SUMMARY, "is not the summary of a run: version and config_hash are not there")
    if number(version) > number(__version__):
        raise refused(folder, f"was left by version {version}, and this is {__version__}; explain it with that version")
    return dict(page)


def number(version: str) -> tuple[int, ...]:
    """'0.10.2' as numbers that compare."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def rebuilt(errand: Errand, folder: Path, config: dict[str, Any]) -> Bot:
    """The bot of a settled configuration, under the rules of trust of any other."""
    mode = config.get("mode")
    name = mode.get("name") if isinstance(mode, Mapping) else None
    if name != "backtest":
        raise refused(
            folder, f"expected a backtest, was {name!r}" + ("" if name in modes() and not is_errand(str(name)) else ", which runs no bot")
        )
    root = errand.settings["source"].get("root")
    if root is not None and isinstance(config.get("source"), Mapping):
        config["source"] = {**config["source"], "root": root}
    try:
        checked = check(Composition(data=config, choices={}, trace=Trace(menu=Menu(errand.home))))
    except ConfigError as error:
        raise ConfigError(f"{folder / CONFIG} no longer runs: {counted(len(error.problems))}", error.problems) from None
    if not isinstance(checked, Checked):
        raise refused(folder, "holds no bot")
    return built(checked, errand.home, folder)


def told_apart(bot: Bot) -> str:
    """What to say of a run that would not come out of its own configuration any more."""
    other = "" if getattr(bot.source, "root", None) else " (if it read bars of yours, add source.root=FOLDER)"
    return f"bars, blocks or rules changed since this run{other}: what follows is recomputed and may differ from its files"
