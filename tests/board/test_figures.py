"""Every figure of the desk is the journal's to the cent, whatever the figure and wherever the journal lies."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from runner.board.words import money, signed
from runner.journal.live import LiveJournal
from runner.live.state import state_of
from tests.board.homes import HOUR, NOON, left, order, position, status
from tests.board.serving import Hand, Shown, served, world_of
from tests.postgres import free_port, postgres

NAMES = ("equity", "balance", "day_result", "worst_case")
CENT = Decimal("0.01")
MONEY = some.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 8))  # the machine snaps to 1e-8
EDGES = (0.0, -0.0, -0.004, 0.005, -0.005, 2.675, 9_999.995, 1e9 - 0.005, 123_456_789.125)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A new PostgreSQL server; its URL."""
    with postgres() as url:
        yield url


@dataclass
class Figures:
    """An account with a journal, and a desk over it."""

    home: Path
    made: Shown
    journal: LiveJournal
    marks: int = 0

    def mark(self, values: Mapping[str, Any]) -> None:
        """The bot leaves how the account stands, and marks it."""
        self.marks += 1
        stands = status("mine", **values)
        left(self.home, stands)
        self.journal.note(NOON - HOUR + self.marks, "mark", stands.mark())

    def last(self) -> Mapping[str, float]:
        """The newest mark of the journal, read as the bot reads it."""
        return self.journal.notes("mark")[-1].detail


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def figures(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    """One whose journal lies in a file, one whose journal a server keeps."""
    address = str(request.getfixturevalue("server")) if request.param == "postgresql" else ""
    home, clock = tmp_path_factory.mktemp("home"), Hand()
    with (
        LiveJournal.open(address or state_of(home, "mine").journal, account="mine") as journal,
        served(world_of(home, clock, journal=address), clock) as made,
    ):
        yield Figures(home, made, journal)


def shown_in(made: Shown, account: str) -> dict[str, str]:
    """The figures of an account's page."""
    found = re.findall(r"<dd[^>]*>([^<]*)</dd>", made.get(f"/accounts/{account}").text)
    return dict(zip(("equity", "balance", "day_result", "worst_case"), found, strict=False))


def read(text: str) -> Decimal:
    """A figure of a page as a number."""
    return Decimal(text.replace(",", "").replace("−", "-"))


@given(value=MONEY | some.sampled_from(EDGES))
def test_money_is_rounded_to_the_nearest_cent(value: float) -> None:
    """Never further off than half a cent, two decimals, groups of three, a sign only where there is something."""
    text = money(value)
    assert re.fullmatch(r"−?\d{1,3}(,\d{3})*\.\d\d", text)
    assert abs(read(text) - Decimal(value)) <= CENT / 2
    assert signed(value).lstrip("+") == text
    assert (signed(value)[0] in "+−") is (read(text) != 0)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=some.tuples(*[MONEY | some.sampled_from(EDGES)] * 4))
def test_figures_are_the_journals_to_the_cent(figures: Figures, values: tuple[float, ...]) -> None:
    """Whatever they are: on the page, in the API and in the metrics, out of a file and out of a server."""
    figures.mark(dict(zip(NAMES, values, strict=True)))
    mark = figures.last()
    page, card = shown_in(figures.made, "mine"), figures.made.get("/api/accounts/mine").json
    row = figures.made.get("/api/accounts/mine/marks").json["rows"][-1]["detail"]
    metrics = figures.made.get("/metrics").text
    for name in NAMES:
        assert card[name] == row.get(name, 0.0) == mark.get(name, 0.0)
        assert abs(read(page[name]) - Decimal(mark.get(name, 0.0))) <= CENT / 2
        told = re.search(rf"^runner_{name.replace('worst_case', 'worst_case_equity')}{{.*}} (.*)$", metrics, re.MULTILINE)
        assert told is not None
        assert float(told[1]) == mark.get(name, 0.0)


def test_an_account_of_a_shared_journal_tells_its_story(server: str, tmp_path: Path) -> None:
    """Marks, orders, decisions and notes out of PostgreSQL, of this account alone; without a file the first page knows it can be read."""
    clock = Hand()
    left(tmp_path, status("a-1.b", positions=(position(),), orders=(order(),)))
    left(tmp_path, status("other"))
    left(tmp_path, status("new"))
    for name in ("a-1.b", "other"):
        with LiveJournal.open(server, account=name) as journal, journal.batch():
            for number in range(1_500):
                journal.note(NOON - HOUR + number * 1_000, "mark", status(name, equity=10_000.0 + number).mark())
            journal.note(NOON - 1_000, "blocked", {"symbol": "ETHUSDT", "strategy": "fvg", "why": f"why of {name}"})
            journal.intent("e1", NOON - 900, "BTCUSDT", "ENTRY", "1.0", {"side": 1, "kind": "LIMIT", "quantity": "1", "price": "9"})
            journal.step("e1", NOON - 800, "filled")
    with served(world_of(tmp_path, clock, journal=server), clock) as made:
        page = made.get("/accounts/a-1.b").text
        assert ("why of a-1.b" in page, "why of other" in page, "entry filled" in page) == (True, False, True)
        rows = made.get("/api/accounts/a-1.b/marks").json["rows"]
        assert (len(rows) <= 601, rows[-1]["detail"]["equity"]) == (True, 11_499.0)
        assert made.get("/api/accounts/a-1.b/orders").json["rows"][0]["state"] == "filled"
        assert "there is no journal yet" in made.get("/accounts/new").text
        made.get("/")
        came_true(lambda: made.get("/api/accounts/other").json["journal_readable"] is True)
        assert made.get("/api/accounts/new").json["journal_readable"] is None
        assert "No account needs attention" in made.get("/").text
        assert not state_of(tmp_path, "other").journal.exists()


def test_a_server_that_does_not_answer_is_said(tmp_path: Path) -> None:
    """On the first page, which does not wait for it, and on the account's; its password is nowhere."""
    left(tmp_path, status("mine"))
    clock = Hand()
    with served(world_of(tmp_path, clock, journal=f"postgresql://me:hushhush@127.0.0.1:{free_port()}/x"), clock) as made:
        assert "/accounts/mine" in made.get("/").text
        came_true(lambda: "its journal cannot be read" in made.get("/").text)
        page = made.get("/accounts/mine").text
        assert "there is no journal yet" not in page
        assert "hushhush" not in page + made.get("/").text + made.get("/api/accounts/mine/marks").text


def came_true(question: Callable[[], bool]) -> None:
    """Wait until it does."""
    until = time.monotonic() + 60
    while not question():
        assert time.monotonic() < until
        time.sleep(0.02)
