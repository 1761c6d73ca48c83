"""Names of accounts typed by hand: a name that no account has is refused by every mode that takes some, before it does anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.live.state import Halt, halt, state_of
from runner.menu import Menu
from runner.mode.alerting import Options, named, subjects
from runner.model.errors import ConfigError
from tests.command import command, written
from tests.mode.accounts.test_looked import asked

MINE = "defaults: [hyro_2step, _self_]\nname: {0}\nsecrets: {{key: {0}_KEY, secret: {0}_SECRET}}\n"
MODES = {
    "alerts": ("mode.to.critical=[A_URL]", "mode.rounds=1"),
    "desk": ("mode.port=0", "mode.seconds=0.1"),
    "guard": ("mode.rounds=1",),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two accounts, one of which calls itself otherwise than its file."""
    return written(tmp_path, {"accounts/mine.yaml": MINE.format("mine"), "accounts/file.yaml": MINE.format("called")})


@pytest.mark.parametrize("mode", MODES)
def test_a_typo_is_refused(mode: str, home: Path) -> None:
    """All of them at once with the nearest, although a right one is among them; nothing is begun and nothing written."""
    typed = "mode.accounts=[mine,typo,mne,hyro_2stp]"
    ran = command(f"mode={mode}", typed, *MODES[mode], home=home, environment={"A_URL": "json://localhost"})
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "this command will not run: 3 problems",
        "  mode.accounts  there is no account 'typo'; there are file, mine          command line",
        "  mode.accounts  there is no account 'mne'; nearest is 'mine'              command line",
        "  mode.accounts  there is no account 'hyro_2stp'; nearest is 'hyro_2step'  command line",
    ]
    assert not (home / "state").exists()


def test_a_desk_knows_accounts_by_what_they_have_left_and_by_either_name(home: Path) -> None:
    """An account whose file is gone, one that calls itself otherwise, and a sample that may trade here some day."""
    halt(state_of(home, "left"), Halt(by="hand", at_ms=1, why="holiday"))
    ran = command("mode=desk", "mode.accounts=[left,file,called,hyro_2step]", *MODES["desk"], home=home)
    assert (ran.status, ran.err) == (0, "")


def test_an_account_that_cannot_be_composed_is_no_typo(home: Path) -> None:
    """The desk shows it as a fault."""
    written(home, {"accounts/mine.yaml": "size: lots\n"})
    assert command("mode=desk", "mode.accounts=[mine]", *MODES["desk"], home=home).status == 0


def test_a_named_account_whose_file_goes_stops_nobody_who_is_at_work(home: Path) -> None:
    """Alerts look again while they run: it is a problem in their list, the others are found."""
    options = Options(accounts=["mine", "gone"])
    errand = asked(Menu(home))
    with pytest.raises(ConfigError, match="1 problem"):
        named(Menu(home), options, errand)
    found, problems = subjects(Menu(home), options, errand)
    assert [subject.state.account for subject, _ in found] == ["mine"]
    assert [problem.path for problem in problems] == ["account gone"]
