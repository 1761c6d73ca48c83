"""An account whose file is gone: what is open as far as anybody has seen, and what was kept of the file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from runner.check import CheckedErrand, check
from runner.compose import compose
from runner.live import gone
from runner.live.state import StateFolder, beat, state_of
from runner.live.status import OrderStatus, PositionStatus, Status, leave
from runner.menu import Menu
from runner.mode.accounts.bare import bare, with_settings
from tests.command import command, written

FILE = "defaults: [shipped/own_money, _self_]\nname: alpha\nsecrets: {key: A_KEY, secret: A_SECRET}\n"
LONG = PositionStatus(symbol="BTCUSDT", side=1, quantity="0.05", entry="100")
BID = OrderStatus(client_order_id="1", symbol="ETHUSDT", side=1, kind="limit", quantity="2")


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    """An account that was started from its file, which is gone."""
    home = written(tmp_path, {"accounts/alpha.yaml": FILE})
    gone.keep(home, "alpha", "alpha", with_settings(Menu(home), "alpha")[1])
    (home / "accounts/alpha.yaml").unlink()
    return state_of(home, "alpha")


def told(state: StateFolder, at_ms: int, *, positions: tuple[PositionStatus, ...] = (), orders: tuple[OrderStatus, ...] = ()) -> None:
    """Its bot says how it stands."""
    leave(state, Status(account="alpha", environment="demo", mode="once", pid=1, at_ms=at_ms, positions=positions, orders=orders))


@pytest.mark.parametrize(
    ("bot", "guard", "looked", "what"),
    [
        ((), (), 0, ()),
        ((5, (LONG,), ()), (), 0, ("long 0.05 BTCUSDT",)),
        ((5, (LONG,), (BID,)), (), 0, ("long 0.05 BTCUSDT",)),
        ((5, (), (BID,)), (), 0, ("an order to buy 2 ETHUSDT",)),
        ((5, (LONG,), ()), (6, ()), 0, ()),
        ((5, (LONG,), ()), (4, ()), 0, ("long 0.05 BTCUSDT",)),
        ((5, (LONG,), ()), (4, ()), 6, ()),
        ((5, (), ()), (6, ("short 1 XAUUSD",)), 0, ("short 1 XAUUSD",)),
        ((), (6, ("short 1 XAUUSD",)), 0, ("short 1 XAUUSD",)),
    ],
    ids=[
        "nobody has said anything",
        "a position, as the bot said",
        "what rests beside a position is its own",
        "an order that may open one",
        "the guard has seen it flat since",
        "the guard saw it flat before",
        "the guard saw it flat before and has looked since",
        "the guard has seen one since",
        "only the guard was there",
    ],
)
def test_what_is_open_is_what_was_seen_last(state: StateFolder, bot: tuple, guard: tuple, looked: int, what: tuple[str, ...]) -> None:  # type: ignore[type-arg]
    """By bot or guard, whoever came last; nothing is open, nothing is missing."""
    if bot:
        told(state, bot[0], positions=bot[1], orders=bot[2])
    if guard:
        gone.leave(state, *guard)
    if looked:
        beat(state, "guard", looked, "guarding")
    assert gone.opened(state) == what
    assert [each.what for each in gone.gone(state.root.parent.parent)] == ([what] if what else [])


def test_of_a_status_that_cannot_be_read_nothing_is_known(state: StateFolder) -> None:
    """Which is not the same as nothing open."""
    (state.root / "status.json").write_text("{bad")
    (left,) = gone.gone(state.root.parent.parent)
    assert left.line == "its file is gone while what nobody knows, for its status.json cannot be read, is open"


def test_who_has_a_file_is_not_gone(state: StateFolder) -> None:
    """Its own, or another one that has its name; and one of which nothing was ever kept, so that it never had one."""
    home = state.root.parent.parent
    told(state, 5, positions=(LONG,))
    told(state_of(home, "tryout"), 5, positions=(LONG,))
    assert [each.account for each in gone.gone(home)] == ["alpha"]
    assert gone.gone(home, {"alpha"}) == []
    written(home, {"accounts/alpha.yaml": FILE})
    assert gone.gone(home) == []


def test_what_is_kept_is_as_good_as_the_file(state: StateFolder) -> None:
    """The command in it puts back an account that is built alike, whatever it was made from has become; nobody else reads it."""
    home, kept = state.root.parent.parent, state.root / "account.yaml"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    text = kept.read_text()
    assert "A_KEY" in text
    assert text.splitlines()[1] == f"# cp {kept} {home / 'accounts/alpha.yaml'}"
    (home / "accounts/alpha.yaml").write_text(FILE)
    first = bare(Menu(home), "alpha")
    (home / "accounts/alpha.yaml").write_text(text)
    assert repr(bare(Menu(home), "alpha")) == repr(first)
    (home / "accounts/alpha.yaml").unlink()
    assert isinstance(check(compose(["+account=alpha", "mode=guard"], Menu(home, kept=frozenset({"alpha"})))), CheckedErrand)


@pytest.mark.parametrize(("name", "choice"), [("alpha", "beta"), ("tryout", "alpha")], ids=["another file", "a name that was typed"])
def test_nothing_is_kept_of_what_another_name_would_start(tmp_path: Path, name: str, choice: str) -> None:
    """Put back it would be another account's file."""
    home = written(tmp_path, {"accounts/alpha.yaml": FILE, "accounts/beta.yaml": FILE})
    gone.keep(home, name, choice, {"name": name})
    assert not (home / "state").exists()


@pytest.mark.parametrize("mode", ["flatten", "halt", "guard", "doctor"])
def test_a_command_says_how_to_put_the_file_back(state: StateFolder, mode: str) -> None:
    """Exactly what to type, status 2; of a name that never had a file the nearest one as before."""
    home, kept = state.root.parent.parent, state.root / "account.yaml"
    ran = command(f"mode={mode}", "account=alpha", home=home)
    said = f"there is no account 'alpha'; its file is gone; put it back, or what it came to when it was last started: cp {kept} "
    assert (ran.status, f"{said}{home / 'accounts/alpha.yaml'}" in ran.err) == (2, True), ran.err
    assert "its file is gone" not in command(f"mode={mode}", "account=alhpa", home=home).err


def test_the_doctor_tells_it(state: StateFolder) -> None:
    """Without any account named; one that is flat is none of its business."""
    home = state.root.parent.parent
    assert "account alpha" not in command("mode=doctor", "host=false", home=home).out
    told(state, 5, positions=(LONG,))
    ran = command("mode=doctor", "host=false", home=home)
    said = f"  problem  configuration  its file is gone while long 0.05 BTCUSDT is open → put the file back (cp {state.root}/account.yaml "
    assert (ran.status, ran.out.splitlines()[0], said in ran.out) == (2, "account alpha", True), ran.out
