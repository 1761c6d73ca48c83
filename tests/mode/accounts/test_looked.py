"""Accounts that are run: which they are, and what is refused before anything is: all problems of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from runner.build import errand
from runner.check import CheckedErrand, check
from runner.compose import Loader, compose
from runner.compose.alike import Accounts
from runner.menu import Menu
from runner.mode.accounts.looked import looked, runnable
from runner.model.bot import Errand
from runner.model.errors import ConfigError
from tests.command import written

KEYS = "secrets: {{key: {0}_KEY, secret: {0}_SECRET}}\n"


def account(own: str = "", keys: str = "A", runs: str = "fvg: {strategy: fvg, every: 4h, offset: 5s}", of: str = "hyro_2step") -> str:
    """An account like a sample, with keys and runs of its own."""
    return f"defaults: [{of}, _self_]\n{KEYS.format(keys) if keys else ''}{own}runs:\n  {runs}\n"


def asked(menu: Menu, *words: str) -> Errand:
    """What a mode is handed that looks at accounts."""
    checked = check(compose([*words, "mode=rulebook"], menu))
    assert isinstance(checked, CheckedErrand)
    return errand(checked, menu.home, menu.home)


def home(folder: Path, files: Mapping[str, str]) -> Menu:
    """A folder with these accounts, each called as its file."""
    return Menu(written(folder, {f"accounts/{name}.yaml": f"name: {name}\n{text}" for name, text in files.items()}).resolve())


def refused(menu: Menu, *words: str) -> list[str]:
    """The lines of the refusal."""
    with pytest.raises(ConfigError) as error:
        runnable(menu, asked(menu, *words))
    return [problem.line() for problem in error.value.problems]


def test_accounts_of_the_folder_with_runs(tmp_path: Path) -> None:
    """Samples do not count, nor an account without runs; the chosen one does, wherever it lies."""
    menu = home(tmp_path, {"b": account(keys="B"), "a": account(keys="A"), "idle": "defaults: [topstep_50k, _self_]\n"})
    assert [each.name for each in runnable(menu, asked(menu))] == ["a", "b"]
    assert [each.name for each in runnable(menu, asked(menu, "account=own_money"))] == ["a", "b", "own_money"]
    assert runnable(Menu(tmp_path / "empty"), asked(Menu(tmp_path / "empty"))) == []


def test_what_a_run_trades_comes_with_it(tmp_path: Path) -> None:
    """Each trading run's bot is built as its own command would build it."""
    menu = home(tmp_path, {"a": account(runs="fvg: {strategy: fvg, every: 4h}\n  guard: {job: guard}")})
    [found] = looked(menu, asked(menu))
    assert list(found.bots) == ["fvg"]
    assert (found.bots["fvg"].mode, found.bots["fvg"].strategies[0].timeframe) == ("once", "4h")
    assert list(found.account.runs) == ["fvg", "guard"]


def test_a_run_of_the_base_is_left_out_where_it_is_not_enabled(tmp_path: Path) -> None:
    """An account brings along the runs of the one it is made from; what is off is not looked at."""
    mine = account(runs="bot: {strategy: ema_cross, job: live}")
    menu = home(tmp_path, {"a": mine})
    assert [list(each.account.runs) for each in looked(menu, asked(menu))] == [["fvg", "bot"]]
    menu = home(tmp_path, {"a": f"{mine}  fvg: {{enabled: false, strategy: no_such}}\n"})
    assert [(list(each.account.runs), list(each.bots)) for each in looked(menu, asked(menu))] == [(["bot"], ["bot"])]


def test_the_chosen_one_is_taken_as_it_was_typed(tmp_path: Path) -> None:
    """Values on the command line count for the account they were typed with, in the folder or not."""
    menu = home(tmp_path, {"a": account(), "b": account(keys="B")})
    first, second = runnable(menu, asked(menu, "account=a", "account.runs.fvg.offset=7s"))
    assert (first.runs["fvg"].offset, second.runs["fvg"].offset) == ("7s", "5s")


def test_everything_wrong_with_any_account_is_said_at_once(tmp_path: Path) -> None:
    """Bad YAML, a cron typo, a zone, a cron that never comes, an unknown strategy and portfolio: one refusal, each with its file."""
    schedule = "x: {{strategy: fvg, schedule: {{cron: '{}', zone: {}}}}}"
    menu = home(
        tmp_path,
        {
            "a": account(runs=schedule.format("5 0-23/4 * *", "UTC")),
            "b": account(keys="B", runs=schedule.format("5 4 * * *", "Europe/Berlinn")),
            "c": account(keys="C", runs=schedule.format("5 4 30 2 *", "UTC")),
            "d": account(keys="D", runs="x: {strategy: fvgg, every: 4h}\n  y: {portfolio: calmm, every: 4h}"),
            "e": "defaults: [hyro_2step, _self_\n",
            "f": account(keys="F", runs="x: {strategy: fvg, every: 1h, offset: 2h}", own="siz: 3\n"),
            "good": account(keys="G"),
        },
    )
    lines = refused(menu)
    for expected in (
        "account.runs.x.schedule.cron  expected five fields (minute, hour, day of month, month, day of week), was '5 0-23/4 * *'; found 4",
        "account.runs.x.schedule.zone  ",
        "account.runs.x.schedule.cron  never comes: no date fits '5 4 30 2 *'  accounts/c.yaml:5",
        "account.runs.x.strategy  there is no strategy 'fvgg'; nearest is 'fvg'  accounts/d.yaml:5",
        "account.runs.y.portfolio  there is no portfolio 'calmm'",
        "account  is not YAML",
        "account.siz  ",
        "account.runs.x.offset  expected less than every (1h), was '2h'  accounts/f.yaml:6",
    ):
        assert sum(line.startswith(expected) for line in lines) == 1, (expected, lines)
    assert "nearest is 'Europe/Berlin'" in "".join(lines)
    assert len(lines) == 8


def test_one_mistake_hides_no_other_of_the_same_account(tmp_path: Path) -> None:
    """In one run: its zone, its expression and its strategy; in another its length; of the account; and in a strategy that is traded."""
    runs = """\
x: {strategy: fvgg, schedule: {cron: '5 4 * *', zone: Europe/Berlinn}}
  y: {portfolio: hyro_dou, every: 4x}
  z: {strategy: mine, every: resett}
  w: {strategy: mine, every: 4h}
"""
    menu = home(tmp_path, {"a": account(runs=runs, own="siz: 3\n")})
    written(tmp_path, {"conf/strategy/mine.yaml": "defaults: [shipped/fvg, _self_]\ntimeframee: 1h\n"})
    lines = refused(menu)
    for expected in (
        "account.siz  ",
        "account.runs.x.schedule.zone  expected a time zone such as UTC or America/New_York, was 'Europe/Berlinn'; nearest is",
        "account.runs.x.schedule.cron  expected five fields",
        "account.runs.x.strategy  there is no strategy 'fvgg'; nearest is 'fvg'",
        "account.runs.y.every  expected a duration such as '30s', '5m', '4h' or '1d', was '4x'; 'x' is no unit",
        "account.runs.y.portfolio  there is no portfolio 'hyro_dou'; nearest is 'hyro_duo'",
        "account.runs.z.every  expected a bar's length such as '4h', or reset, was 'resett'; nearest is 'reset'",
        "strategy.timeframee  ",
    ):
        assert sum(line.startswith(expected) for line in lines) == 1, (expected, lines)
    assert len(lines) == 8


def test_a_name_that_is_another_is_said_once(tmp_path: Path) -> None:
    """Whichever way the account is chosen, and beside what is wrong with its runs."""
    text = "name: b\n" + account(runs="fvg: {strategy: fvgg, every: 4h}")
    menu = Menu(written(tmp_path, {"accounts/a.yaml": text}).resolve())
    for words in ((), ("account=a",)):
        assert [line.partition("  ")[0] for line in refused(menu, *words)] == ["account.name", "account.runs.fvg.strategy"]


def test_an_account_with_runs_lies_in_the_folder_itself(tmp_path: Path) -> None:
    """No name has a slash, so nothing could start it."""
    menu = Menu(written(tmp_path, {"accounts/firm/a.yaml": "name: a\n" + account()}).resolve())
    said = "an account with runs lies in accounts/ itself, not in a folder below: a run is started as account=a"
    assert f"account.name  {said}  accounts/firm/a.yaml:1" in refused(menu)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ("{'a b': {job: guard}}", "account.runs.a b  expected a run's name of letters, digits, '_', '-' and '.', was 'a b'"),
        ("{'../x': {job: guard}}", "account.runs.../x  expected a run's name of letters, digits, '_', '-' and '.', was '../x'"),
        ("{x: {job: report, schedule: {cron: ''}}}", "account.runs.x.schedule.cron  expected five fields"),
        ("{x: {strategy: ../fvg, every: 4h}}", "account.runs.x.strategy  expected a name of letters"),
        ("[fvg]", "account.a  expected mappings (`name: …` lines) as what it is made from has them, was a list: runs"),
    ],
    ids=["a space", "a way out of the folder", "no expression", "no name of a strategy", "a list"],
)
def test_runs_that_are_none(runs: str, said: str, tmp_path: Path) -> None:
    """One line each; names of runs become names of units and files."""
    menu = home(tmp_path, {"a": f"defaults: [hyro_2step, _self_]\nruns: {runs}\n"})
    [line] = refused(menu)
    assert line.startswith(said)


def test_two_ways_of_saying_when_name_what_the_base_brings(tmp_path: Path) -> None:
    """The sample's own run says every: 4h, which an account made from it keeps."""
    menu = home(tmp_path, {"a": account(runs="fvg: {strategy: fvg, schedule: {cron: '5 0 * * *'}}")})
    [line] = refused(menu)
    assert "was both (every: 4h); what its base brings along is dropped by every: null, offset: null" in line
    runs = "fvg: {strategy: fvg, every: null, offset: null, schedule: {cron: '5 0 * * *'}}"
    menu = home(tmp_path, {"a": account(runs=runs)})
    assert [each.runs["fvg"].cron for each in runnable(menu, asked(menu))] == ["5 0 * * *"]


def test_what_a_run_trades_is_checked_once_for_all_that_start_it(tmp_path: Path) -> None:
    """A strategy that will not run is refused here, not at its first tick."""
    menu = home(tmp_path, {name: account(keys=name.upper(), runs="x: {strategy: mine, every: 4h}") for name in ("a", "b", "c")})
    written(tmp_path, {"conf/strategy/mine.yaml": "defaults: [shipped/fvg, _self_]\ntimeframee: 1h\n"})
    [line] = refused(menu)
    assert line.startswith("strategy.timeframee")
    assert "(run a.x and 2 others)" in line


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (KEYS.format("A"), "b has the same key as a: A_KEY; give each account its own"),
        ("secrets: {key: A_KEY, secret: OTHER}\n", "b has the same key as a: A_KEY; give each account its own"),
        (KEYS.format("B"), "b has the same key as a: B_KEY holds what A_KEY holds; give each account its own"),
    ],
)
def test_two_accounts_with_one_key(second: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same names, or other names with the same key in them; the key is not shown."""
    monkeypatch.setenv("A_KEY", "the-very-same-key")
    monkeypatch.setenv("B_KEY", "the-very-same-key")
    menu = home(tmp_path, {"a": account(), "b": account(keys="", own=second)})
    [line] = refused(menu)
    assert line == f"account.secrets  {said}  accounts/b.yaml:3"
    assert "very" not in line


def test_two_accounts_with_one_file_of_keys(tmp_path: Path) -> None:
    """By whatever path it is called, and by what it holds."""
    paths = {"a": "keys/one", "b": "keys/../keys/one", "c": "keys/copy"}
    menu = home(tmp_path, {name: account(keys="", own=f"secrets_file: {path}\n") for name, path in paths.items()})
    for name in ("one", "copy"):
        written(tmp_path, {f"keys/{name}": "key=abcdefgh-key\nsecret=s\n"})
        (tmp_path / "keys" / name).chmod(0o600)
    assert [line.partition("  accounts")[0] for line in refused(menu)] == [
        "account.secrets_file  b has the same key as a: keys/../keys/one holds what keys/one holds; give each account its own",
        "account.secrets_file  c has the same key as a: keys/copy holds what keys/one holds; give each account its own",
    ]


def test_two_accounts_with_one_service_of_the_keyring(tmp_path: Path) -> None:
    """Its name is enough: no keyring is unlocked to look."""
    menu = home(tmp_path, {name: account(keys="", own="secrets_keyring: prop-runner/mine\n") for name in ("a", "b")})
    [line] = refused(menu)
    assert line.startswith("account.secrets_keyring  b has the same key as a: prop-runner/mine; give each account its own  accounts/b.yaml")


def test_accounts_without_a_key_or_without_runs_share_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset variables are not the same key; an account that nothing is started for does not count."""
    monkeypatch.delenv("A_KEY", raising=False)
    menu = home(tmp_path, {"a": account(), "b": account(keys="B"), "twin": "defaults: [topstep_50k, _self_]\n" + KEYS.format("A")})
    assert [each.name for each in runnable(menu, asked(menu))] == ["a", "b"]


def test_logins_tell_accounts_apart(tmp_path: Path) -> None:
    """At a broker the login and the server are what a password opens."""
    menu = home(tmp_path, {"a": account(keys="", of="ftmo_2step"), "b": account(keys="", of="ftmo_2step")})
    assert refused(menu) == [
        "account.secrets  b has the same key as a: FTMO_LOGIN, FTMO_SERVER; give each account its own  accounts/ftmo_2step.yaml (shipped)"
    ]


def test_an_account_is_started_by_the_name_of_its_file(tmp_path: Path) -> None:
    """Otherwise the command that is written would start another account, or none."""
    menu = Menu(written(tmp_path, {"accounts/a.yaml": account(), "accounts/b.yaml": "name: c\n" + account(keys="B")}))
    said = "a run is started by the name of its account's file"
    assert refused(menu) == [
        f"account.name  expected 'a', was 'hyro_2step'; {said}  accounts/hyro_2step.yaml (shipped)",
        f"account.name  expected 'b', was 'c'; {said}  accounts/b.yaml:1",
    ]


def test_a_file_that_nobody_reads_is_named(tmp_path: Path) -> None:
    """accounts/mine.yml would silently not be started."""
    menu = home(tmp_path, {"a": account()})
    written(tmp_path, {"accounts/mine.yml": account(keys="B")})
    assert refused(menu) == ["account  this file is not read; rename it to mine.yaml  accounts/mine.yml"]


def test_a_chosen_account_without_runs_is_refused(tmp_path: Path) -> None:
    """Nothing would be started for it."""
    menu = Menu(tmp_path)
    assert refused(menu, "account=topstep_50k") == [
        "account.runs  topstep_50k has no runs, nothing would be started for it  accounts/topstep_50k.yaml (shipped)"
    ]


def test_accounts_alike_are_composed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred files that differ in values ask Hydra once; what comes of each equals Hydra's own."""
    values = {f"a{n}": account(keys=f"K{n}", own=f"size: {1000 * (n + 1)}\n") for n in range(5)}
    other = {"b": account(keys="B", own="paid: 5.0\n"), "c": account(keys="C", own="size: ${account.paid}\n")}
    menu = home(tmp_path, values | other)
    composer = Accounts(menu)
    load, loads = composer.loader.load_configuration, list[object]()

    def counted(*given: Any) -> Any:
        loads.append(given)
        return load(*given)

    monkeypatch.setattr(composer.loader, "load_configuration", counted)
    for choice in (*values, *other):
        quick = composer.compose(choice, ("mode=rulebook",))
        whole = compose([f"+account={choice}", "mode=rulebook"], menu, Loader(menu))
        assert (quick.data, quick.choices, quick.words, quick.problems) == (whole.data, whole.choices, whole.words, whole.problems)
        place = ("account", "secrets", "key")
        assert quick.trace.where(place) == whole.trace.where(place) == f"accounts/{choice}.yaml:3"
    assert len(loads) == 3
