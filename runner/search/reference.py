"""The configuration a search is of: composed and checked at a few points of its space before the first trial.

What is wrong at every one of them is wrong with the search and not with a point of it; what only some strategies of the space know is
left out for the others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice, product
from pathlib import Path
from typing import Any

from runner import __version__
from runner.bars.fingerprint import fingerprint
from runner.build import built
from runner.check import Checked
from runner.compose.overrides import COMMAND, is_choice, parsed
from runner.menu import Menu
from runner.model.bot import Bot
from runner.model.duration import DAY_MS
from runner.model.errors import DataError, Problem
from runner.pipeline import Loaded, load
from runner.report.fingerprint import by_content, deciding, plain
from runner.report.objective import Objective
from runner.search.identity import Identity
from runner.search.space import Dimension, Space, Value, unsearchable
from runner.sweep.jobs import Desk, Job, unsweepable

MOST_CHOICES = 64  # combinations of choices that are looked at before the first trial


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What all trials of a search have in common.

    points: the space, with what some of its choices do not know. job: one that runs, the same for the same space. bot: the job's; loaded:
    its bars, by strategy and symbol.
    """

    points: Space
    job: Job
    bot: Bot
    loaded: tuple[Loaded, ...]

    def days(self) -> tuple[date, date]:
        """The first and the last day traded, UTC: those of the mode, else of the bars."""
        given = self.bot.options
        first, last = (date.fromisoformat(given[key]) if given.get(key) else None for key in ("start", "end"))
        bars = [each.market.bars for each in self.loaded if len(each.market.bars)]
        if not bars and None in (first, last):
            raise DataError(
                "there are no bars to search on", [Problem(path=each.market.symbol, message="has none") for each in self.loaded]
            )
        opened = min((int(each.open_time[0]) for each in bars), default=0)
        ended = max((int(each.close_time[-1]) for each in bars), default=0) - 1
        return first or day(opened), last or day(ended)


def reference(points: Space, desk: Desk, menu: Menu) -> Reference:
    """Check the search at corners of its space. ConfigError with what is wrong at all of them, DataError for bars that are missing."""
    groups = tuple(
        each for each in points.dimensions if each.kind == "choice" and is_choice(parsed([f"{each.name}={each.texts[0]}"])[0], menu)
    )
    combined = list(islice(product(*(each.texts for each in groups)), MOST_CHOICES))
    named = replace(points, groups=tuple(each.name for each in groups))
    heard = replace(named, silent=_silent(named, combined, desk))
    jobs = [desk.job(heard.typed(point)) for texts in combined for point in corners(heard, texts)]
    sound = next((job for job in jobs if not job.examined.problems), None)
    if sound is None:
        raise unsearchable(min((job.examined.problems for job in jobs), key=len))
    checked = _searchable(sound)
    bot = built(checked, menu.home, Path.cwd())
    loaded = tuple(each for strategy in bot.strategies for each in load(strategy, bot.source, bot.account.currency))
    return Reference(points=heard, job=sound, bot=bot, loaded=loaded)


def _of_groups(dimension: Dimension, menu: Menu) -> bool:
    """Whether it chooses files of the menu and not values."""
    return dimension.kind == "choice" and is_choice(parsed([f"{dimension.name}={dimension.texts[0]}"])[0], menu)


def _silent(points: Space, combined: Sequence[tuple[str, ...]], desk: Desk) -> dict[tuple[str, ...], frozenset[str]]:
    """For each combination of choices the keys that it does not know and another one does."""
    jobs = [desk.job(points.typed(corners(points, texts)[0])) for texts in combined]
    strange = [frozenset(job.examined.unknown & set(job.composed.trace.values)) for job in jobs]
    nowhere = frozenset.intersection(*strange)
    return {texts: unknown - nowhere for texts, unknown in zip(combined, strange, strict=True) if unknown - nowhere}


def corners(points: Space, texts: Sequence[str]) -> list[dict[str, Value]]:
    """A few points with these choices: the middle of the other dimensions, their ends, and the ends crosswise."""
    others = [each for each in points.dimensions if each.name not in points.groups]
    ends = [[0.5], [0.0], [1.0], [0.0, 1.0], [1.0, 0.0]] if others else [[0.5]]
    chosen: dict[str, Value] = dict(zip(points.groups, texts, strict=True))
    return [chosen | {each.name: each.at(shares[k % len(shares)]) for k, each in enumerate(others)} for shares in ends]


def identity(found: Reference, objectives: Sequence[Objective], segments: int) -> Identity:
    """What two searches must have in common to share a study, in words that can be compared and shown."""
    bot = found.bot
    settings = by_content(deciding(bot.settings), bot.code)
    content = {"settings": settings, "book": plain(asdict(bot.account.book)), "code": sorted(bot.code.values())}
    read = [fingerprint(each.market.bars, each.execution, each.funding, each.market.releases) for each in found.loaded]
    return {
        "runner": __version__,
        "objective": ", ".join(map(str, objectives)),
        **found.points.described(),
        "segments": str(segments),
        "configuration": _digest(content),
        "data": _digest([read, [plain(asdict(each.market.instrument)) for each in found.loaded]]),
    }


def day(stamp: int) -> date:
    """The UTC day of a time in milliseconds."""
    return datetime.fromtimestamp(stamp // DAY_MS * DAY_MS / 1000, UTC).date()


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _searchable(job: Job) -> Checked:
    """What the check made of the job. ConfigError for a mode whose runs have no figures to search by."""
    checked = job.examined.checked
    mode = checked.mode if checked is not None else ""
    alone = unsweepable(mode)
    if alone is not None:
        raise unsearchable([alone])
    if not isinstance(checked, Checked) or "objective" not in checked.options:
        message = f"mode={mode} leaves no figures to search by; type mode=backtest or mode=challenge"
        raise unsearchable([Problem(path="mode", message=message, where=COMMAND)])
    return checked
