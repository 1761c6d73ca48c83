"""Alerts out of the notes of a live journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.alert.alert import Alert
from runner.alert.kinds import Kind, Teller
from runner.journal.live_rows import Note

STOP = "Look at the position at the venue now: set its stop there by hand, or close it: runner mode=flatten account={account}"
ASK = "The bot asks the venue again by itself; look at the venue's order page if this comes often."
WORDS: Mapping[str, tuple[Kind, str, str]] = {  # kind of note: kind of alert, what it says, what to do next
    "stop_unknown": (Kind.STOP_MISSING, "it is not known whether its STOP stands", STOP),
    "stop_refused": (Kind.STOP_MISSING, "its STOP WAS REFUSED", STOP),
    "position_unknown": (Kind.RECONCILIATION, "it is not known what is open", ASK),
    "order_unknown": (Kind.ORDER_FAILED, "the venue has not said what became of an order", ASK),
    "order_refused": (
        Kind.ORDER_FAILED,
        "an order was refused",
        "Nothing was opened or closed by it. Look at the reason; margin and limits are set at the venue.",
    ),
    "amend_refused": (Kind.ORDER_FAILED, "a change of an order was refused", f"The order stands as it was. {ASK}"),
    "frozen": (
        Kind.RECONCILIATION,
        "what is open does not agree with the venue; no entry is taken",
        "Look at the venue. When all there is as it should be, start the bot once with mode.unfreeze=true.",
    ),
    "thawed": (Kind.RELEASE, "entries are taken again", "Nothing has to be done."),
    "foreign_fill": (
        Kind.RECONCILIATION,
        "a fill that is not ours",
        "Who traded by hand, or with the same key? If nobody did, change the key at the venue now.",
    ),
    "hand_fill": (
        Kind.RECONCILIATION,
        "somebody has closed what was the bot's",
        "It is booked as closed. Who traded by hand, or with the same key? If nobody did, change the key at the venue now.",
    ),
    "foreign_order": (
        Kind.RECONCILIATION,
        "an order that is not ours",
        "Who ordered by hand, or with the same key? Withdraw it at the venue; if nobody did it, change the key now.",
    ),
    "reading_failed": (Kind.DATA_QUALITY, "the venue could not be read", ASK),
    "blocked": (Kind.DATA_QUALITY, "an entry was not taken", "Nothing has to be done unless the reason stays."),
    "money": (Kind.MONEY, "money came or went", "Nothing has to be done if it was you or the firm."),
}
PASSED = "PASSED"


def of_note(teller: Teller, number: int, note: Note) -> Iterator[Alert]:
    """What one note is worth telling. Halts, marks and streams are told by others."""
    event, symbol = f"note.{number}", str(note.detail.get("symbol", ""))
    if note.kind == "ended":
        why, next_ = str(note.detail.get("why", "")), str(note.detail.get("next", ""))
        passed = PASSED in why.partition(":")[0]
        title = f"the phase is passed: {why}" if passed else f"THE ACCOUNT HAS ENDED: {why}"
        yield teller.tell(
            Kind.PHASE_PASSED if passed else Kind.BREACH, event, title, f"Nothing is traded any more. Next: {next_}", note.time_ms
        )
    elif note.kind in WORDS:
        kind, words, next_ = WORDS[note.kind]
        title = ": ".join(part for part in (symbol, words) if part)
        yield teller.tell(
            kind,
            event,
            title,
            f"{detail(note.detail)}\n{next_.format(account=teller.account)}".strip(),
            note.time_ms,
            subject=f"{symbol} {note.kind}".strip(),
        )


def detail(facts: Mapping[str, Any]) -> str:
    """What a note says, in one line."""
    if facts.get("why"):
        return str(facts["why"])
    if facts.get("change"):
        return " ".join(str(part) for part in (facts.get("meaning"), facts["change"], f"({facts.get('word')})") if part)
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items() if value not in ("", None) and name != "symbol")


def of_streams(teller: Teller, down: dict[str, Any], longest_ms: int, now_ms: int) -> Iterator[Alert]:
    """Streams that have been down for too long. down: by channel, since when, by which note, told or not; brought up to date."""
    for channel, fact in down.items():
        if not fact["told"] and now_ms - fact["at_ms"] >= longest_ms:
            fact["told"] = True
            text = f"{fact['why']}\nThe bot connects again by itself and asks by REST meanwhile. Look at the host's network if it stays."
            title = f"no {channel} stream for {seconds(now_ms - fact['at_ms'])}"
            yield teller.tell(Kind.STREAM_DOWN, f"note.{fact['note']}.down", title, text.strip(), fact["at_ms"], subject=channel)


def turned(teller: Teller, number: int, note: Note, down: dict[str, Any], longest_ms: int) -> Iterator[Alert]:
    """A stream that has come up or gone down: `down` is brought up to date, and a long silence that is over is told."""
    channel = str(note.detail.get("channel", ""))
    if not note.detail.get("up"):
        down.setdefault(channel, {"at_ms": note.time_ms, "note": number, "told": False, "why": str(note.detail.get("why", ""))})
        return
    fact = down.pop(channel, None)
    if fact is not None and (fact["told"] or note.time_ms - fact["at_ms"] >= longest_ms):
        title = f"the {channel} stream is back after {seconds(note.time_ms - fact['at_ms'])}"
        yield teller.tell(Kind.STREAM_UP, f"note.{number}.up", title, "Nothing has to be done.", note.time_ms, subject=channel)


def seconds(ms: int) -> str:
    """A span as people say it."""
    minutes, rest = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{rest} s"
