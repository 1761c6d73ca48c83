"""What is written of alerts: which are one entry, what is said of those that are not shown, and that nothing critical is left out."""

from __future__ import annotations

import re

import pytest

from runner.alert.message import MOST_PICTURES, MOST_SHOWN, batch, digest, urgent
from tests.alert.test_outbox import alert

BTC = {"kind": "halt", "subject": "BTCUSDT", "environment": "demo"}


@pytest.mark.parametrize(
    "other",
    [{"kind": "paused"}, {"subject": "ETHUSDT"}, {"environment": "live"}, {"account": "other"}],
    ids=["kind", "subject", "world", "account"],
)
def test_only_what_has_everything_in_common_is_counted(other: dict[str, str]) -> None:
    """One entry with how many more and when the last one was; whatever differs is an entry of its own, and the title says how many."""
    same = [alert(number, "warning", at_ms=number * 60_000, **BTC) for number in (1, 2, 3)]
    assert batch(same).body.splitlines() == [
        "mine@demo BTCUSDT has no stop (1970-01-01 00:01:00 UTC)",
        "look",
        "[mine.note.1]",
        "2 more of the same, the last at 1970-01-01 00:03:00 UTC",
    ]
    assert batch(same).title == "WARNING mine@demo BTCUSDT has no stop"
    both = batch([*same, alert(4, "warning", **BTC | other)])
    assert (both.title.endswith(" and 1 more"), both.body.count("has no stop")) == (True, 2)


def test_what_is_critical_is_never_cut() -> None:
    """Each of two hundred that are alike, with its id; the title says how many there are besides the first."""
    message = urgent([alert(number) for number in range(200)])
    assert re.findall(r"\[mine\.note\.(\d+)\]", message.body) == [str(number) for number in range(200)]
    assert message.title == "CRITICAL mine BTCUSDT has no stop and 199 more"


def test_of_warnings_and_news_as_many_as_anybody_reads() -> None:
    """The others are counted; a day's news stands by account, oldest first, with its first few pictures."""
    numbers = range(MOST_SHOWN + 7)
    assert batch([alert(number, "warning", subject=str(number)) for number in numbers]).body.endswith("\n\nand 7 more")
    news = digest([alert(-number, "info", account=name, picture=b"\x89PNG") for number in numbers for name in ("b", "a")])
    assert news.body.endswith(f"\n\nand {MOST_SHOWN + 14} more")
    assert (
        re.findall(r"^a .*\n.*\n\[mine\.note\.(-\d+)\]", news.body, re.MULTILINE)
        == [str(-number) for number in reversed(numbers)][:MOST_SHOWN]
    )
    assert (news.title, len(news.pictures)) == (f"INFO {2 * len(numbers)} messages", MOST_PICTURES)
    assert digest([alert(1, "info")]).title == "INFO mine BTCUSDT has no stop"
