"""How an account stands at a glance: worked out of its status, heartbeats and halts, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runner.board.known import Known, next_due
from runner.board.places import Place
from runner.board.served import next_start, run_troubles
from runner.board.words import ago, money
from runner.live.blind import Blind, heard
from runner.live.looked import Looked
from runner.live.serving import RunServed, Serving
from runner.live.state import Beat
from runner.live.status import THAW, FrozenStatus, OrderStatus, PositionStatus, RuleStatus, Status, sided

BEAT_MS = 60_000  # a bot at work leaves a sign of life every five seconds, at worst every thirty
DUST = 0.0001  # of the initial balance: less between guard and ledger is a matter of rounding
LATE_MS = 300_000  # after a bar has closed, for a tick to have been made
THIN, NARROW = 0.25, 0.5  # shares of a rule's allowance
LASTING = ("live", "paper")  # modes that run until they are stopped
RED, AMBER = 8, 12  # attention below is bad, is a warning
BY_HAND = "halted by hand:"
FLOORS = ("DAILY_LOSS", "MAX_LOSS")


class Level(StrEnum):
    """How bad a thing is."""

    BAD = "bad"
    WARN = "warn"
    GOOD = "good"
    QUIET = "quiet"


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A word about an account."""

    word: str
    level: Level


@dataclass(frozen=True, kw_only=True)
class Card:
    """An account. Money is in `currency`, times are UTC milliseconds, 0 or None where there is none.

    attention: how urgently somebody should look, 0 most; level: how bad that is. needs: what for, in words. readable: whether its status
    and its journal can be read, None where there is none. silent: its bot should have been heard of;
    guard_silent: a guard was there, is not any more, and nobody stopped it. unguarded: why a guard that is there cannot look at it, ''
    where it can, or none is there. gone: that its file is gone while something is open, and what to do, '' where not. given_up: serve
    starts a run of it no more. frozen: symbols that take no entry until somebody has looked. uncounted: what is open at the venue and not
    in the ledger, in words: equity, worst_case and rules leave it out. look: what the guard counted last, which is all that is open.
    """

    name: str
    account: str
    environment: str
    firm: str
    program: str
    phase: str
    mode: str
    state: str
    badges: tuple[Badge, ...]
    attention: int
    level: Level
    needs: tuple[str, ...]
    readable: bool | None
    journal_readable: bool | None
    halted: str
    halted_ms: int
    silent: bool
    guard_silent: bool
    given_up: bool
    currency: str
    initial: float | None
    balance: float | None
    equity: float | None
    worst_case: float | None
    day_result: float | None
    target: float | None
    days: int
    days_needed: int
    last_trade_ms: int
    strategies: tuple[str, ...]
    symbols: tuple[str, ...]
    rules: tuple[RuleStatus, ...]
    positions: tuple[PositionStatus, ...]
    without_stop: int
    frozen: tuple[FrozenStatus, ...]
    uncounted: tuple[str, ...]
    look: Looked | None
    orders: tuple[OrderStatus, ...]
    next_ms: int
    next_run: str
    runs: tuple[RunServed, ...]
    at_ms: int
    beat_ms: int
    guard_ms: int
    unguarded: str
    gone: str
    version: str
    config_hash: str


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was read of an account. halted: by whom and why, '' where nobody has. spoilt: its status is there and cannot be read.

    journal: why its journal cannot be read, '' where it can, None where there is none. serving: what serve has left in its folder, None
    where it never served. gone: as in the card.
    """

    status: Status | None = None
    spoilt: bool = False
    journal: str | None = None
    bot: Beat | None = None
    guard: Beat | None = None
    blind: Blind | None = None
    look: Looked | None = None
    halted: str = ""
    halted_ms: int = 0
    known: Known | None = None
    gone: str = ""
    serving: Serving | None = None
    runs: tuple[RunServed, ...] = ()


BADGES = {
    "active": Badge(word="active", level=Level.GOOD),
    "target_reached": Badge(word="target reached", level=Level.GOOD),
    "passed": Badge(word="passed", level=Level.GOOD),
    "paused": Badge(word="paused", level=Level.WARN),
    "failed": Badge(word="FAILED", level=Level.BAD),
    "unreadable": Badge(word="UNREADABLE", level=Level.BAD),
    "not run yet": Badge(word="not run yet", level=Level.QUIET),
}
HALTED = Badge(word="HALTED", level=Level.BAD)
HELD = Badge(word="halted", level=Level.WARN)
ENDED = Badge(word="GIVEN UP", level=Level.BAD)
UNREAD = Badge(word="JOURNAL UNREADABLE", level=Level.BAD)
SILENT = Badge(word="SILENT", level=Level.BAD)
STOPPED = Badge(word="stopped", level=Level.WARN)
BARE = Badge(word="NO STOP", level=Level.BAD)
BLIND = Badge(word="guard silent", level=Level.WARN)
FROZEN = Badge(word="FROZEN", level=Level.BAD)
UNCOUNTED = Badge(word="NOT COUNTED", level=Level.BAD)
LOST = Badge(word="FILE GONE", level=Level.BAD)
UNGUARDED = Badge(word="NOT GUARDED", level=Level.BAD)


def card_of(place: Place, seen: Seen, now_ms: int) -> Card:
    """The account as the page shows it."""
    status, known = seen.status, seen.known
    state = status.state if status is not None else "unreadable" if seen.spoilt else "not run yet"
    bare = tuple(each for each in (status.positions if status else ()) if not each.stop)
    silent, blind = is_silent(seen, now_ms), is_blind(seen, now_ms)
    rules = tuple(sorted(status.rules, key=share)) if status else ()
    next_ms, next_run = next_of(seen, now_ms)
    attention, needs = judged(seen, state, bare, rules, now_ms)
    mine = seen.halted.startswith(BY_HAND)
    halt = (HELD if mine else HALTED, bool(seen.halted))
    odd = uncounted(seen, now_ms)
    frozen = status.frozen if status else ()
    worst = (
        (BARE, bool(bare)),
        (LOST, bool(seen.gone)),
        (UNREAD, bool(seen.journal)),
        (UNCOUNTED, bool(odd)),
        (FROZEN, bool(frozen)),
        halt,
    )
    signs = (*worst, (SILENT, silent), (STOPPED, bool(stopped(seen))), (BLIND, blind))
    extra = [badge for badge, wanted in (*signs, (UNGUARDED, bool(unguarded(seen, now_ms)))) if wanted]
    if any(run.given_up for run in seen.runs):
        extra.append(ENDED)
    return Card(
        name=place.key,
        account=place.account,
        environment=status.environment if status else known.environment if known else "",
        firm=status.firm if status else known.firm if known else "",
        program=status.program if status else known.program if known else "",
        phase=status.phase if status else known.phase if known else "",
        mode=status.mode if status else "",
        state=state,
        badges=(*extra, BADGES.get(state, Badge(word=state, level=Level.WARN))),
        attention=attention,
        level=Level.BAD if attention < RED else Level.WARN if attention < AMBER else Level.QUIET,
        needs=needs,
        readable=True if status else False if seen.spoilt else None,
        journal_readable=None if seen.journal is None else not seen.journal,
        halted=seen.halted,
        halted_ms=seen.halted_ms,
        silent=silent,
        guard_silent=blind and is_missed(seen),
        given_up=is_given_up(seen),
        currency=status.currency if status else known.currency if known else "",
        initial=status.initial if status else known.initial if known else None,
        balance=status.balance if status else None,
        equity=status.equity if status else None,
        worst_case=status.worst_case if status else None,
        day_result=status.day_result if status else None,
        target=status.target if status else None,
        days=status.days if status else 0,
        days_needed=status.days_needed if status else 0,
        last_trade_ms=status.last_trade_ms if status else 0,
        strategies=status.strategies if status else (),
        symbols=status.symbols if status else (),
        rules=rules,
        positions=status.positions if status else (),
        without_stop=len(bare),
        frozen=frozen,
        uncounted=odd,
        look=seen.look,
        orders=status.orders if status else (),
        next_ms=next_ms,
        next_run=next_run,
        runs=seen.runs,
        at_ms=status.at_ms if status else 0,
        beat_ms=seen.bot.at_ms if seen.bot else 0,
        guard_ms=seen.guard.at_ms if seen.guard else 0,
        unguarded=unguarded(seen, now_ms),
        gone=seen.gone,
        version=status.version if status else "",
        config_hash=status.config_hash if status else "",
    )


def is_silent(seen: Seen, now_ms: int) -> bool:
    """Whether its bot should have been heard of: a lasting one every minute, ticks once a bar has closed. One that has ended may be."""
    status = seen.status
    if status is None or status.state == "failed" or stopped(seen):
        return False
    heard = max(status.at_ms, seen.bot.at_ms if seen.bot else 0)
    if status.mode in LASTING:
        return now_ms - heard > BEAT_MS
    return 0 < status.next_bar_ms < now_ms - LATE_MS and heard < status.next_bar_ms


def stopped(seen: Seen) -> str:
    """Why its bot is not at work, where somebody wanted it so; '' where not."""
    return seen.bot.ended if seen.bot is not None and seen.bot.asked else ""


def is_blind(seen: Seen, now_ms: int) -> bool:
    """Whether a guard has been there and is not any more."""
    sign = heard(seen.guard, seen.blind)
    return sign is not None and now_ms - sign.at_ms > BEAT_MS


def unguarded(seen: Seen, now_ms: int) -> str:
    """Why a guard that is there could not look for a minute; '' where it can, is not there, or nothing is left to guard."""
    blind = seen.blind
    lasts = blind is not None and blind.tries(now_ms, BEAT_MS) and now_ms - blind.since_ms > BEAT_MS
    return blind.why if blind is not None and lasts and not is_over(seen) else ""


def is_missed(seen: Seen) -> bool:
    """Whether a guard that is not there is wanted: nobody stopped it, and there is something left to guard."""
    sign = heard(seen.guard, seen.blind)
    return sign is not None and not sign.asked and not is_over(seen)


def uncounted(seen: Seen, now_ms: int) -> tuple[str, ...]:
    """What is open at the venue and not in the ledger, in words: as its bot says it; of symbols that it does not trade, as a guard does."""
    status, look = seen.status, seen.look
    if status is None:
        return ()
    fresh = look is not None and now_ms - look.at_ms <= BEAT_MS
    beside = [each for each in look.held if each.symbol not in status.symbols] if look is not None and fresh else []
    strange = (
        f"{each.symbol} {sided(each.side)} {each.quantity} is open at the venue and not in the ledger, says the guard" for each in beside
    )
    beyond = unknown_money(status, look) if look is not None and fresh else ""
    return (*(each.otherwise() for each in status.uncounted), *strange, *filter(None, [beyond]))


def unknown_money(status: Status, look: Looked) -> str:
    """Where nothing is open and nothing rests: what the guard counts more or less than the ledger, in words; '' for cents.

    It is what somebody has won or lost by hand beside the bot, or money that came and that no tick has asked for yet.
    """
    still = status.state == "active" and not (status.positions or status.orders or look.held) and look.at_ms >= status.at_ms
    more = look.equity - status.equity if still else 0.0
    if abs(more) <= DUST * status.initial:
        return ""
    return f"the guard counts {money(abs(more))} {'more' if more > 0 else 'less'} than the ledger, though nothing is open"


def left_out(seen: Seen, now_ms: int) -> str:
    """What the figures of an account leave out, and who counts it."""
    look, odd = seen.look, uncounted(seen, now_ms)
    if not odd:
        return ""
    counts = "no guard has looked: nobody counts it"
    if look is not None:
        counts = f"the guard counted equity {money(look.equity)}, at worst {money(look.worst_case)}, {ago(look.at_ms, now_ms)}"
    return f"{'; '.join(odd)}: equity, worst case and rules here leave that out; {counts}"


def is_over(seen: Seen) -> bool:
    """Whether the account has failed and holds nothing."""
    return seen.status is not None and seen.status.state == "failed" and not seen.status.positions


def is_given_up(seen: Seen) -> bool:
    """Whether serve, which nobody has stopped, starts a run of the account no more."""
    return seen.serving is not None and bool(seen.serving.pid) and any(run.given_up for run in seen.runs)


def unserved(seen: Seen) -> bool:
    """Whether serve made its ticks and somebody has stopped it."""
    ticks = seen.status is not None and seen.status.mode not in LASTING
    return ticks and bool(seen.runs) and seen.serving is not None and not seen.serving.pid


def share(rule: RuleStatus) -> float:
    """What is left of a rule's allowance; all of it where that is not known."""
    return 1.0 if rule.share_left is None else rule.share_left


def next_of(seen: Seen, now_ms: int) -> tuple[int, str]:
    """When something is decided or started next, and by which run where that is known; (0, "") where nobody is there to do it."""
    status = seen.status
    if status is not None and status.state == "failed":
        return (0, "")
    served = seen.serving is None or seen.serving.there(now_ms)
    works = status is not None and not is_silent(seen, now_ms) and not stopped(seen) and (status.mode in LASTING or served)
    bar = (status.next_bar_ms, "") if status is not None and works and status.next_bar_ms > now_ms else (0, "")
    start = (0, "") if not served else next_due(seen.known, now_ms) if seen.serving is None else next_start(seen.runs)
    times = [each for each in (bar, start) if each[0]]
    return min(times, default=(0, ""))


def judged(
    seen: Seen, state: str, bare: tuple[PositionStatus, ...], rules: tuple[RuleStatus, ...], now_ms: int
) -> tuple[int, tuple[str, ...]]:
    """How urgently somebody should look, and what for."""
    silent, blind = is_silent(seen, now_ms), is_blind(seen, now_ms)
    held, unseen = len(seen.status.positions) if seen.status else 0, unguarded(seen, now_ms)
    thin = [rule for rule in rules if share(rule) < THIN]
    why = seen.status.why if seen.status else ""
    mine = seen.halted.startswith(BY_HAND)
    served = run_troubles(seen.runs, now_ms)
    cases = (
        (0, bool(bare), f"{counted(len(bare), 'position')} WITHOUT A STOP: {', '.join(each.symbol for each in bare)}"),
        (1, bool(seen.gone), seen.gone),
        (1, seen.spoilt, "its status.json cannot be read: nothing is known of its positions"),
        (1, bool(seen.journal), f"its journal cannot be read: {seen.journal}"),
        (2, silent and held > 0, f"its bot is silent, {counted(held, 'position')} open"),
        (2, bool(unseen) and held > 0, f"not guarded, {counted(held, 'position')} open: {unseen}"),
        (3, state == "failed", f"failed{f': {why}' if why else ''}"),
        (4, bool(left_out(seen, now_ms)), left_out(seen, now_ms)),
        *((4, True, f"{each.line()}; {THAW}") for each in (seen.status.frozen if seen.status else ())),
        (4, bool(seen.halted) and not mine, seen.halted),
        (5, silent and held == 0, "its bot is silent"),
        (5, bool(unseen) and held == 0, f"not guarded: {unseen}"),
        *((6, bad, words) for bad, words in served),
        (7, bool(thin), f"under a quarter left of {', '.join(shown_rule(rule) for rule in thin)}"),
        (RED, blind, "its guard is silent"),
        *((RED, not bad, words) for bad, words in served),
        (RED + 1, bool(seen.known and seen.known.fault), seen.known.fault if seen.known else ""),
        (RED + 2, mine, seen.halted),
        (RED + 2, unserved(seen) and held > 0, f"serve is stopped, nobody makes its ticks: {counted(held, 'position')} open"),
        (RED + 2, state == "active" and bool(why), why),
        (RED + 2, bool(stopped(seen)), f"its bot is stopped ({stopped(seen)}){f', {counted(held, "position")} open' if held else ''}"),
        (RED + 3, state == "paused", f"paused{f': {why}' if why else ''}"),
        (AMBER, state in ("target_reached", "passed"), f"{BADGES.get(state, SILENT).word}{f': {why}' if why else ''}"),
    )
    found = [(rank, words) for rank, so, words in cases if so]
    calm = AMBER + 1 if seen.status is not None else AMBER + 2
    return (found[0][0] if found else calm), tuple(words for _, words in found)


def counted(number: int, word: str) -> str:
    """`1 position`, `2 positions`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def shown_rule(rule: RuleStatus) -> str:
    """A rule by its last name; the house's own say so."""
    name = rule.rule.rpartition(".")[2].replace("_", " ")
    return name if rule.firm else f"house {name}"


def level_of(rule: RuleStatus) -> Level:
    """How near a rule is."""
    if rule.share_left is None:
        return Level.QUIET
    if rule.share_left < THIN:
        return Level.BAD
    return Level.WARN if rule.share_left < NARROW else Level.GOOD


def floor_of(rule: RuleStatus, equity: float) -> float | None:
    """The equity at which a loss rule is broken, account currency; None for a rule that is no floor."""
    if rule.code not in FLOORS or rule.headroom is None:
        return None
    if rule.limit is not None and rule.value is not None and abs(rule.value - rule.limit - rule.headroom) < 0.01:
        return rule.limit
    return equity - rule.headroom


def in_order(cards: list[Card]) -> list[Card]:
    """What needs attention first."""
    return sorted(cards, key=lambda card: (card.attention, min(map(share, card.rules), default=1.0), card.name))
