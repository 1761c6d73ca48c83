"""Alerts out of how an account stands: its status file, signs of life, halts, the guard's record, its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runner.alert.alert import Alert
from runner.alert.kinds import Kind, Teller
from runner.alert.message import clock
from runner.alert.notes import STOP, seconds
from runner.journal.live_rows import Note
from runner.live import firm_rules
from runner.live.blind import Blind
from runner.live.gone import Gone
from runner.live.guard.peaks import Entry
from runner.live.state import Beat, Halt
from runner.live.status import PositionStatus, RuleStatus, Status
from runner.model.bot import Account
from runner.model.duration import DAY_MS, SECOND_MS
from runner.model.rules import Code
from runner.schedule.runs import words_of
from runner.words import counted

BARE_MS = 15 * SECOND_MS  # a position without a stop for so long
GOALS = (Code.PROFIT_TARGET, Code.TRADING_DAYS, Code.PROFITABLE_DAYS, Code.PAYOUT, Code.INACTIVITY, Code.TIME_LIMIT)
NEVER_NEAR = frozenset(code.name for code in GOALS)  # they are reached, or told by their time
WARNED_AFTER = (5, 6)  # of an inactivity rule's days, day 25 of 30
LASTING = ("live", "paper")
UNKNOWN = "What is open at the venue is not known from here."
MOST_OLD_MS = 2 * DAY_MS  # a status older than that gives no summary of a day


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """When things are worth telling. headroom: share of an allowance; recovered: above it the next fall is told again. Spans in ms."""

    headroom: float = 0.25
    recovered: float = 0.35
    silent_ms: int = 60_000
    late_ms: int = 120_000


def of_rules(teller: Teller, status: Status, near: list[str], bounds: Bounds) -> Iterator[Alert]:
    """Rules whose headroom has become small. near: which were told, brought up to date."""
    for rule in status.rules:
        if rule.share_left is None or rule.code in NEVER_NEAR:
            continue
        if rule.rule in near and rule.share_left > bounds.recovered:
            near.remove(rule.rule)
        elif rule.rule not in near and rule.share_left < bounds.headroom:
            near.append(rule.rule)
            yield headroom(teller, status, rule)


def headroom(teller: Teller, status: Status, rule: RuleStatus) -> Alert:
    """Little is left of a rule's allowance."""
    value, limit, left = (amount(rule, each, status.currency) for each in (rule.value, rule.limit, rule.headroom))
    title = f"{rule.code}: {max(rule.share_left or 0.0, 0.0):.0%} of its allowance left{f', {left}' if left else ''}"
    firm = f"A rule of {status.firm or 'the firm'}; breaking it ends or pauses the account."
    whose = firm if rule.firm else "Our own ladder acts at the limit."
    now = f"{rule.rule.rpartition('.')[2]}: now {value}, limit {limit}"
    worst = "" if status.worst_case is None else f", {status.worst_case:,.2f} if every stop is hit"
    money = f"Equity {status.equity:,.2f} {status.currency}".rstrip() + f"{worst}. {left_open(status)}"
    text = f"{now}. {whose}\n{money}\nTake risk off, or take no more entries: runner mode=halt account={status.account}"
    return teller.tell(Kind.HEADROOM, f"headroom.{rule.rule}.{status.at_ms}", title, text, status.at_ms, subject=rule.rule)


def amount(rule: RuleStatus, value: float | None, currency: str) -> str:
    """A figure of a rule with its unit: our own ladder's are shares, or counts; all others that can be near are money."""
    if value is None:
        return ""
    if rule.code == Code.HOUSE.name:
        return f"{value:.2%}" if (rule.limit or 0.0) < 1.0 else f"{value:g}"
    return f"{value:,.2f} {currency}".rstrip()


def of_stops(teller: Teller, status: Status, bare: dict[str, int], now_ms: int) -> Iterator[Alert]:
    """Positions whose stop is missing for long. bare: since when, by symbol, negative once it was told; brought up to date."""
    without = [position for position in status.positions if not position.stop]
    for symbol in set(bare) - {position.symbol for position in without}:
        del bare[symbol]
    for position in without:
        since = bare.setdefault(position.symbol, status.at_ms)
        if since > 0 and now_ms - since >= BARE_MS:
            bare[position.symbol] = -since
            side = "long" if position.side > 0 else "short"
            title = f"{position.symbol} {side} {position.quantity} HAS NO STOP"
            stands = ", ".join(f"{name} {price}" for name, price in (("entry", position.entry), ("now", position.mark)) if price)
            text = f"Since {clock(since)}{f'; {stands}' if stands else ''}. {STOP.format(account=teller.account)}"
            yield teller.tell(Kind.STOP_MISSING, f"bare.{position.symbol}.{since}", title, text, since, subject=position.symbol)


ENDS = ("failed", "passed")
STATES: Mapping[str, tuple[Kind, str, str]] = {
    "failed": (Kind.BREACH, "THE ACCOUNT HAS FAILED", "Nothing is traded any more. Read the reason, then the firm's dashboard."),
    "passed": (Kind.PHASE_PASSED, "the phase is passed", "Make an account file for the next phase when the firm gives it."),
    "target_reached": (Kind.PHASE_PASSED, "the target is reached", "It waits for days, consistency or closed positions; see the rules."),
    "paused": (Kind.PAUSED, "the account is paused", "Nothing has to be done; it goes on by itself, or the reason says until when."),
}


def of_state(teller: Teller, status: Status, known: str, *, ends: bool) -> Iterator[Alert]:
    """A state that the account was not in before. ends: also that it has ended, which its journal's note tells otherwise."""
    if status.state != known and status.state in STATES and (ends or status.state not in ENDS):
        kind, words, next_ = STATES[status.state]
        title = f"{words}{f': {status.why}' if status.why else ''}"
        yield teller.tell(kind, f"state.{status.phase}.{status.state}.{status.at_ms}", title, next_, status.at_ms, subject=status.phase)


def of_payout(teller: Teller, status: Status, *, known: bool) -> Iterator[Alert]:
    """A payout that could be asked for now."""
    payable = payout_of(status)
    if payable > 0 and not known:
        title = f"a payout of {payable:,.2f} {status.currency} can be asked for".replace("  ", " ")
        text = "Ask the firm for it; close positions first, and keep what its floors need."
        yield teller.tell(Kind.PAYOUT, f"payout.{status.at_ms}", title, text, status.at_ms)


def payout_of(status: Status) -> float:
    """What would be paid out now; 0 where nothing would."""
    return max((rule.value or 0.0 for rule in status.rules if rule.code == Code.PAYOUT.name), default=0.0)


def of_inactivity(teller: Teller, status: Status, account: Account | None, now_ms: int) -> Iterator[Alert]:
    """From day 25 of 30 without a trade on, each day."""
    begun_ms, limit_ms = rest(status, account)
    if not begun_ms or limit_ms < DAY_MS or status.state in ENDS:
        return
    days, limit = (now_ms - begun_ms) // DAY_MS, limit_ms // DAY_MS
    if days < limit * WARNED_AFTER[0] // WARNED_AFTER[1]:
        return
    title = f"day {days} of {limit} without a trade"
    left = counted(max(0, limit - days), "day")
    text = f"{left} left: the firm ends the account at {clock(begun_ms + limit_ms)}. Trade before that, as small as its rules count."
    yield teller.tell(Kind.INACTIVITY, f"inactive.{begun_ms // SECOND_MS}.{days}", title, text, now_ms)


def rest(status: Status, account: Account | None) -> tuple[int, int]:
    """Since when nothing was traded and how long that may last, as its bot says it, else as its rule book does; zeros without a rule."""
    for rule in status.rules:
        if rule.code == Code.INACTIVITY.name and rule.value is not None and rule.limit is not None:
            return status.at_ms - int(rule.value), int(rule.limit)
    book = None if account is None else account.book
    rows = [row for row in book.rows if row.code == Code.INACTIVITY and book.phases[row.phase].name == status.phase] if book else []
    return (status.last_trade_ms, min(row.duration_ms for row in rows)) if rows and status.last_trade_ms else (0, 0)


def of_ticks(teller: Teller, status: Status, account: Account | None, now_ms: int, bounds: Bounds) -> Iterator[Alert]:
    """The bar at which something was to be decided is over, and nobody has looked since."""
    due = status.next_bar_ms
    if due and status.state not in ENDS and status.at_ms < due and now_ms - due > bounds.late_ms:
        held = ", ".join(position.symbol for position in status.positions)
        text = f"Last seen {clock(status.at_ms)} by mode={status.mode}, when {f'{held} was open' if held else 'no position was open'}."
        title = f"the tick of {clock(due)} was missed"
        next_ = f"Look at the scheduler and bot.log; {by_hand(status, account)}"
        yield teller.tell(Kind.MISSED_TICK, f"tick.{due}", title, f"{text} {next_}", due)


def by_hand(status: Status, account: Account | None) -> str:
    """How what was missed is started: as the account's runs say it, else with its only strategy, else where the words are told."""
    words = words_of_runs(status, account)
    if not words and len(status.strategies) == 1:
        words = [(f"+strategy={status.strategies[0]}", f"+account={status.account}", f"mode={status.mode}")]
    commands = dict.fromkeys(" ".join(("runner", *each)) for each in words)
    return f"start it by hand: {' and '.join(commands)}" if commands else f"what to type says runner mode=schedule account={status.account}"


def words_of_runs(status: Status, account: Account | None) -> list[tuple[str, ...]]:
    """Of the runs that do what its bot did, those of its strategies where there are any."""
    if account is None:
        return []
    runs = [run for run in account.runs.values() if run.job == status.mode]
    return [words_of(run, account) for run in [run for run in runs if run.work in status.strategies] or runs]


def of_beat(teller: Teller, part: str, beat: Beat, now_ms: int, bounds: Bounds) -> Iterator[Alert]:
    """A process that leaves signs of life has fallen silent without a word: it hangs, was killed, or the host is down."""
    if not beat.ended and now_ms - beat.at_ms > bounds.silent_ms:
        title = f"the {part} gives no sign of life for {seconds(now_ms - beat.at_ms)}"
        last = f"Last at {clock(beat.at_ms)}, process {beat.pid}: {beat.doing}. Stops rest at the venue, nobody moves them."
        text = f"{last} Look whether it runs and start it again, or close what is open: runner mode=flatten account={teller.account}"
        yield teller.tell(Kind.SILENT, f"silent.{part}.{beat.at_ms}", title, text, beat.at_ms, subject=part)


def of_blind(
    teller: Teller, blind: Blind | None, status: Status | None, seen: dict[str, Any], spell: tuple[int, Bounds]
) -> Iterator[Alert]:
    """A guard that is there and cannot look, and that it can again. seen: since when, as far as told; spell: the present, and how long."""
    now_ms, bounds = spell
    over = status is not None and status.state == "failed" and not status.positions  # whose keys the firm takes away
    if blind is not None and not blind.ended and not over and now_ms - blind.since_ms > bounds.silent_ms:
        seen["blind"] = blind.since_ms
        title = f"NOT GUARDED since {clock(blind.since_ms)}: {blind.why}"
        held = left_open(status)
        text = f"The guard (process {blind.pid}) cannot look at the account: no missing stop is set, nothing is closed at a floor. {held}"
        next_ = f"See what is wrong: runner mode=doctor account={teller.account}; until then look at the venue yourself."
        yield teller.tell(Kind.UNGUARDED, f"blind.{blind.since_ms}", title, f"{text}\n{next_}", blind.at_ms, subject="guard")
    elif (blind is None or blind.ended) and (since_ms := seen.pop("blind", 0)) and blind is None:
        title, text = "guarded again", f"The guard can look at the account; it could not since {clock(since_ms)}."
        yield teller.tell(Kind.GUARDED, f"guarded.{since_ms}", title, text, now_ms, subject="guard")


def of_end(teller: Teller, part: str, beat: Beat, status: Status | None) -> Iterator[Alert]:
    """A process that has said why it ends: because somebody wanted it to, or because it could not go on."""
    if not beat.ended:
        return
    again = f"{left_open(status)} Start it again when it is to go on; nobody moves a stop or decides anything meanwhile."
    if beat.asked:
        title, kind, text = f"the {part} was stopped: {beat.ended}", Kind.STOPPED, again
    else:
        title, kind = f"THE {part.upper()} HAS ENDED BY ITSELF: {beat.ended}", Kind.SILENT
        close = f"or close what is open: runner mode=flatten account={teller.account}"
        text = f"{left_open(status)} Look at bot.log, mend what it says, then start it again; {close}"
    yield teller.tell(kind, f"ended.{part}.{beat.at_ms}", title, text, beat.at_ms, subject=part)


def left_open(status: Status | None) -> str:
    """What stays open at the venue, each with its stop, as far as its bot has said."""
    held = "; ".join(position_line(each) for each in status.positions) if status is not None else ""
    return f"Open at the venue: {held}." if held else "Nothing is open." if status is not None else UNKNOWN


def position_line(each: PositionStatus) -> str:
    """`BTCUSDT long 1 from 100, stop 99`."""
    side = "long" if each.side > 0 else "short"
    return f"{each.symbol} {side} {each.quantity}{f' from {each.entry}' if each.entry else ''}, stop {each.stop or 'MISSING'}"


def of_halts(teller: Teller, halts: Mapping[str, Halt], known: dict[str, int], now_ms: int, since_ms: int) -> Iterator[Alert]:
    """Who halts the account, and who does not any more. known: by whom, since when; brought up to date."""
    for by, halt in halts.items():
        if known.get(by) != halt.at_ms and halt.at_ms >= since_ms:
            until = "until somebody lifts it" if halt.until_ms is None else f"until {clock(halt.until_ms)}"
            text = f"No entries {until}; positions keep their stops. Lift it: runner mode=halt account={teller.account} mode.release=true"
            yield teller.tell(Kind.HALT, f"halt.{by}.{halt.at_ms}", halt.line(), text, halt.at_ms, subject=by)
    for by in set(known) - set(halts):
        still = "; ".join(halt.line() for halt in halts.values())
        text = f"No entries all the same: {still}." if still else "Entries are taken again."
        yield teller.tell(Kind.RELEASE, f"release.{by}.{known[by]}", f"the halt by {by} is over", text, now_ms, subject=by)
    known.clear()
    known.update({by: halt.at_ms for by, halt in halts.items()})


def of_file(teller: Teller, gone: Gone | None, seen: dict[str, Any], now_ms: int) -> Iterator[Alert]:
    """Its file is gone while something is open, and that it is back. gone: what is open; None where its file is there."""
    if gone is not None and "gone" not in seen:
        seen["gone"] = now_ms
        kept = "Nothing is started for it any more; a guard of this host goes on with what was kept of the file, or says that it cannot."
        yield teller.tell(Kind.FILE_GONE, f"gone.{now_ms}", gone.line, f"{kept}\n{capitalised(gone.advice)}", now_ms, subject="file")
    elif gone is None and (since_ms := seen.pop("gone", 0)):
        text = f"It was gone since {clock(since_ms)}. See what it says: runner mode=rulebook account={teller.account}"
        yield teller.tell(Kind.FILE_BACK, f"back.{since_ms}", "its file is there again", text, now_ms, subject="file")


def left(teller: Teller, now_ms: int) -> Alert:
    """It is watched no more: its file is gone, and nothing of it is open."""
    text = "What it has left stays in its folder under state/. A file of its name under accounts/ has it watched again."
    title = "its file is gone and nothing is open: not watched any more"
    return teller.tell(Kind.LEFT, f"left.{now_ms}", title, text, now_ms, subject="file")


def capitalised(text: str) -> str:
    """As a sentence begins."""
    return f"{text[:1].upper()}{text[1:]}."


def of_guard(teller: Teller, number: int, entry: Entry) -> Iterator[Alert]:
    """What the guard has done."""
    if entry.kind == "did":
        line = str(entry.facts.get("line", ""))
        text = "The guard has acted by itself. Look at the account; the bot finds out what was done."
        yield teller.tell(
            Kind.GUARD_ACTED, f"guard.{entry.at_ms}.{number}", f"guard: {line}", text, entry.at_ms, subject=line.partition(":")[0]
        )


def of_rule_set(teller: Teller, account: Account, known: dict[str, Any], now_ms: int) -> Iterator[Alert]:
    """What the account's files say otherwise than at the last look, and newer rules for later purchases. known: brought up to date."""
    newer, figures = newer_than(account, now_ms), firm_rules.figures(account)
    if newer and known.get("newer", "") != newer:
        title = f"{account.firm} {account.program}: rules in force from {newer} on are newer than the account's ({account.purchased})"
        text = "The account keeps those of its purchase date. See on the firm's dashboard which hold; then set purchased: in its file."
        yield teller.tell(Kind.RULES_CHANGED, f"rules.newer.{newer}", title, text, now_ms, subject="newer")
    changes = firm_rules.changes(known["figures"], figures) if "figures" in known else []
    known |= {"newer": newer, "figures": figures}
    fresh = told_once(known, "files", changes)
    if fresh:
        next_ = f"A bot that runs keeps the old ones until it is started again. See them: runner mode=rulebook account={account.name}"
        yield rules_changed(teller, account, (fresh, f"rules.files.{now_ms}"), f"in the account's files. {next_}", now_ms)


def of_rules_at_start(teller: Teller, account: Account | None, number: int, note: Note, known: dict[str, Any]) -> Iterator[Alert]:
    """What was different when its bot was started, unless its files have told that. known: brought up to date."""
    fresh = told_once(known, "bot", [str(each) for each in note.detail.get("changes", ())])
    if fresh:
        next_ = f"since the last start of its bot, which keeps them now. See them: runner mode=rulebook account={teller.account}"
        yield rules_changed(teller, account, (fresh, f"note.{number}"), next_, note.time_ms)


def rules_changed(teller: Teller, account: Account | None, what: tuple[list[str], str], where: str, at_ms: int) -> Alert:
    """The firm's rules are other ones. what: the differences, and the event."""
    changes, event = what
    program = f"{account.firm} {account.program}".strip() if account is not None else "the firm"
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    text = "\n".join([*changes, f"Changed {where}", "Hold them against the firm's dashboard before the next trade."])
    return teller.tell(Kind.RULES_CHANGED, event, f"rules of {program} changed: {changes[0]}{more}", text, at_ms, subject=event)


def told_once(known: dict[str, Any], by: str, changes: list[str]) -> list[str]:
    """Those of the changes that the other way of finding them has not told: files are read, and bots are started, each at its own time."""
    mine, others = known.setdefault(f"told_{by}", []), known.setdefault("told_files" if by == "bot" else "told_bot", [])
    fresh = [each for each in changes if each not in others]
    for each in changes:
        if each in others:
            others.remove(each)
    mine += fresh
    return fresh


def newer_than(account: Account, now_ms: int) -> str:
    """The newest date, not after today, from which purchases have other rules than this account; '' without."""
    today = f"{datetime.fromtimestamp(now_ms / 1000, UTC):%Y-%m-%d}"
    dates = [rule.purchased_from for rule in account.rules.values() if rule.purchased_from]
    return max((date for date in dates if account.purchased and account.purchased < date <= today), default="")


def summary(teller: Teller, status: Status, now_ms: int, day: str) -> Alert | None:
    """The account in a few lines, for the digest; None where nothing recent is known of it."""
    if now_ms - status.at_ms > MOST_OLD_MS:
        return None
    result = "" if status.day_result is None else f", today {status.day_result:+,.2f}"
    title = f"daily summary: equity {status.equity:,.2f} {status.currency}{result}, {status.phase or 'trading'} {status.state}"
    return teller.tell(Kind.SUMMARY, f"daily.{day}", title, "\n".join(lines(status)), now_ms)


def lines(status: Status) -> Iterator[str]:
    """What stands in a summary."""
    target = "" if status.target is None else f", profit target {status.target:,.2f}"
    days = f", {status.days} of {status.days_needed} trading days" if status.days_needed else ""
    yield f"as of {clock(status.at_ms)}: balance {status.balance:,.2f}{target}{days}"
    near = sorted((rule for rule in status.rules if rule.share_left is not None), key=lambda rule: rule.share_left or 0.0)
    if near:
        yield f"nearest rule: {near[0].code} with {near[0].share_left:.0%} of its allowance left"
    yield from map(position_line, status.positions)
    if status.halted:
        yield f"halted: {status.halted}"
