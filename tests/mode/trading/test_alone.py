"""Keys are held by one bot on a host, whatever its account is called; and by one account, though its ticks never meet another's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from runner.build import build
from runner.compose import compose
from runner.live.keys import Keys, Secret
from runner.menu import Menu
from runner.mode.trading.alone import alone
from runner.model.bot import Bot
from runner.model.errors import ConfigError, UnwritableError
from tests.command import written

KEYS = Keys(key=Secret("PLANTEDKEY"), secret=Secret("PLANTEDSECRET"))
ACCOUNT = "defaults: [own_money, _self_]\nname: %s\nsecrets: {key: %s, secret: S}\n"
RUNS = "runs: {trend: {strategy: ema_cross, every: 4h}}\n"


@pytest.fixture
def bots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Bot, Bot]:
    """Two accounts that have runs, whose variables hold the same key."""
    for name, value in {"A_KEY": "PLANTEDKEY", "B_KEY": "PLANTEDKEY", "S": "PLANTEDSECRET"}.items():
        monkeypatch.setenv(name, value)
    files = {f"accounts/{name}.yaml": ACCOUNT % (name, f"{name.upper()}_KEY") + RUNS for name in ("a", "b")}
    menu = Menu(written(tmp_path / "home", files))
    first = build(compose(["+account=a", "+strategy=ema_cross", "mode=once"], menu))
    return first, replace(first, account=replace(first.account, name="b", secrets={"key": "B_KEY", "secret": "S"}), words=())


def hold(bot: Bot, keys: Keys = KEYS) -> None:
    """A tick."""
    with alone(bot, keys):
        pass


def changed(bot: Bot, name: str, text: str) -> None:
    """An account's file is written anew."""
    (bot.home / f"accounts/{name}.yaml").write_text(text)


def test_the_same_keys_are_held_once(bots: tuple[Bot, Bot]) -> None:
    """Refused while they are held, with the name of who holds them; the key itself is written nowhere."""
    first, second = bots
    with alone(first, KEYS):
        with pytest.raises(ConfigError) as refused:
            hold(second)
        hold(second, Keys(key=Secret("OTHERKEY"), secret=Secret("x")))
    assert "a bot of account a trades with these keys on this host now" in refused.value.problems[0].message
    hold(first)
    left = [path for path in first.home.rglob("*") if path.is_file() and path.parent.name == "state"]
    assert len(left) == 2
    assert not [path for path in left if "PLANTED" in path.name + path.read_text()]


def test_the_same_key_is_refused_to_another_account_that_comes_later(bots: tuple[Bot, Bot]) -> None:
    """The first one has ended its tick; it has runs and comes again. Which variables hold the same is said, not what."""
    first, second = bots
    hold(first)
    with pytest.raises(ConfigError) as refused:
        hold(second)
    assert [problem.line() for problem in refused.value.problems] == [
        "account.secrets  b has the same key as a: B_KEY holds what A_KEY holds; give each account its own"
    ]
    hold(first)


@pytest.mark.parametrize("text", ["", ACCOUNT % ("a", "OTHER") + RUNS, ACCOUNT % ("c", "A_KEY") + RUNS])
def test_an_account_that_has_let_go_of_its_key_keeps_nobody_from_it(
    bots: tuple[Bot, Bot], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is empty, or it has another key or another name: the key is free for the other."""
    monkeypatch.setenv("OTHER", "ANOTHER")
    first, second = bots
    hold(first)
    changed(first, "a", text)
    hold(second)


def test_an_account_whose_file_has_gone_keeps_nobody_from_its_key(bots: tuple[Bot, Bot]) -> None:
    """One that ships among the menu's counts for nothing either: nobody's runs are started by it."""
    first, second = bots
    hold(first)
    (first.home / "accounts/a.yaml").unlink()
    hold(replace(second, account=replace(second.account, name="own_money")))
    hold(second)


def test_an_account_under_another_name_and_one_at_another_exchange_are_not_two(bots: tuple[Bot, Bot]) -> None:
    """`account.name=` is typed over a file's, whose runs are not started meanwhile; an exchange of one's own takes the same key."""
    first, second = bots
    hold(first)
    hold(replace(second, account=replace(second.account, name="tryout"), words=("+account=a", "account.name=tryout")))
    hold(first)
    hold(replace(second, account=replace(second.account, environment="elsewhere")))


def test_a_state_folder_that_is_a_file(bots: tuple[Bot, Bot]) -> None:
    """One line instead of a traceback."""
    (bots[0].home / "state").touch()
    with pytest.raises(UnwritableError, match="cannot be written"):
        hold(bots[0])
