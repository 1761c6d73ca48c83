"""Audit: prove that no block of a strategy looks ahead, by computing everything again on histories that end earlier."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from runner.audit.proof import Wanted, proof
from runner.mode.backtest import compiled, destination, tradable
from runner.mode.progress import Progress
from runner.mode.span import Span
from runner.model.bot import Bot
from runner.model.market import Market
from runner.pipeline import load
from runner.report.audit import files, terminal
from runner.report.audit.page import page
from runner.report.files import FILES as BACKTEST
from runner.report.fingerprint import config_hash
from runner.report.stopwatch import Stopwatch
from runner.report.summary import strategy_name

LATE = 2**62  # beyond every bar, UTC ms
RESUMES = True  # as a job of a sweep: its page says by config_hash what it is of


class Options(Span):
    """What `mode.…` may say of an audit."""

    name: Literal["audit"] = "audit"
    cuts: int = Field(96, ge=1, le=100_000, description="how often each symbol's history is cut and everything computed again")
    seed: int = Field(1, ge=0, description="of the cuts that are drawn at random")
    closeness: float = Field(
        0.0, ge=0, le=0.01, allow_inf_nan=False, description="differences up to this share of a value are none; 0 = bit for bit"
    )
    report: bool = Field(True, description="leave audit.html, a page for people, beside the files")
    quiet: bool = Field(False, description="print nothing, only leave the files")


def run(bot: Bot) -> int:
    """Load, compute again and again, tell. 0 when it is proven that nothing looks ahead, 1 when something does or nothing is proven."""
    options, watch = Options(**bot.options), Stopwatch()
    folder = destination(bot, options, tuple(dict.fromkeys((*files.FILES, *BACKTEST))))
    streams = [stream for strategy in bot.strategies for stream in compiled(bot, options, strategy, watch)]
    tradable(streams, options)
    with watch.stage("load"):
        markets = {each.name: [within(one.market, options) for one in load(each, bot.source)] for each in bot.strategies}
    with watch.stage("proof"), Progress() as progress:
        wanted = Wanted(cuts=options.cuts, seed=options.seed, closeness=options.closeness)
        proofs = [proof(each, markets[each.name], wanted, progress.told) for each in bot.strategies]
    names = {"strategy": strategy_name(bot), "account": bot.account.name}
    whole = page(names, proofs, options.closeness, config_hash(bot.settings, bot.account.book, streams, bot.code))
    files.leave(folder, bot, proofs, whole, watch)
    if not options.quiet:
        terminal.show(proofs, whole, folder)
    return 0 if whole["good"] else 1


def within(market: Market, options: Options) -> Market:
    """What lies between the first and the last day; nothing before is known, so columns begin there."""
    start, end = options.start_ms(), options.end_ms()
    first, last = (0 if start is None else start), (LATE if end is None else end)
    others = {name: bars.between(first, last) for name, bars in market.others.items()}
    return replace(market, bars=market.bars.between(first, last), others=others)
