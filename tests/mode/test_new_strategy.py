"""`mode=new-strategy`: what it writes checks and runs at once, and nothing is overwritten."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from runner.compose.document import read
from runner.menu import shipped
from tests.command import Ran, command, written

SHIPPED = sorted(file.stem for file in (shipped("conf") / "strategy").glob("*.yaml") if file.stem != "python_signals")


def made(home: Path, *words: str) -> list[str]:
    """The commands that were printed after making one."""
    done = command("mode=new-strategy", *words, home=home)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[1] == "next:"
    return [line.strip() for line in lines[2:]]


def refused(home: Path, *words: str) -> Ran:
    """A command after which no strategy is there."""
    done = command("mode=new-strategy", *words, home=home)
    assert (done.status, done.out) == (2, "")
    return done


def summary(home: Path, *words: str) -> list[str]:
    """The head of a run's screen without the strategy's name."""
    done = command(*words, "mode.end=2023-06-30", home=home)
    assert done.status == 0
    return done.out.splitlines()[1:3]


def test_the_printed_commands_work(tmp_path: Path) -> None:
    """As typed, one after the other."""
    for words in made(tmp_path, "name=mine"):
        assert command(*shlex.split(words)[1:], home=tmp_path).status == 0


@pytest.mark.parametrize("like", SHIPPED)
def test_it_does_what_the_one_it_is_made_from_does(tmp_path: Path, like: str) -> None:
    """Every shipped strategy, written out, checks and trades the same."""
    made(tmp_path, "name=mine", f"from={like}")
    assert command("+strategy=mine", "+account=no_limits", "mode=check", home=tmp_path).status == 0
    account = "+account=no_limits" if like == "buy_and_hold" else "+account=own_money"
    assert summary(tmp_path, "+strategy=mine", account) == summary(tmp_path, f"+strategy={like}", account)


def test_what_a_user_must_give_is_asked_for(tmp_path: Path) -> None:
    """A strategy that needs a file of yours cannot be written out without it: one line that says what is missing."""
    done = command("mode=new-strategy", "name=mine", "from=python_signals", home=tmp_path)
    assert done.status == 2
    assert "strategy.entry.file  expected text, is missing" in done.err
    assert not (tmp_path / "conf/strategy/mine.yaml").exists()


def test_names_of_ones_own_stand_there_too(tmp_path: Path) -> None:
    """The targets of a ladder, a line each."""
    made(tmp_path, "name=flips", "from=ha_flip")
    targets = read(tmp_path / "conf/strategy/flips.yaml").data["exit"]["targets"]["targets"]
    assert list(targets) == [f"tp{number}" for number in range(1, 11)]
    assert targets["tp4"] == {"at": 2.0, "fraction": 0.1}


def test_every_number_stands_there_with_what_it_means(tmp_path: Path) -> None:
    """Values of the strategy win over those of its parts."""
    made(tmp_path, "name=gaps", "from=fvg")
    file = tmp_path / "conf/strategy/gaps.yaml"
    data = read(file).data
    assert data["exit"]["trail"]["multiple"] == 0.5
    assert data["entry"]["when"]["trend"] == {"timeframe": "1d", "length": 20}
    lines = file.read_text(encoding="utf-8").splitlines()
    bare = [line for line in lines if ": " in line and "#" not in line and not line.strip().endswith(":")]
    assert [line.split(":")[0].strip() for line in bare] == ["detection"]  # its comments stand above it


def test_a_strategy_of_ones_own_can_be_the_base(tmp_path: Path) -> None:
    """One that is itself built on another is kept as the base."""
    written(tmp_path, {"conf/strategy/quick.yaml": "defaults:\n  - ema_cross\n  - _self_\nname: quick\ntimeframe: 1d\n"})
    made(tmp_path, "name=quicker", "from=quick")
    assert read(tmp_path / "conf/strategy/quicker.yaml").data["defaults"] == ["quick", "_self_"]


def test_it_is_written_into_the_users_folder(tmp_path: Path) -> None:
    """$RUNNER_HOME, wherever the command is typed; the whole path is said then."""
    there = tmp_path / "home"
    there.mkdir()
    done = command("mode=new-strategy", "name=mine", home=tmp_path / "elsewhere", environment={"RUNNER_HOME": str(there)})
    assert done.out.splitlines()[0] == f"written: {there.resolve()}/conf/strategy/mine.yaml"
    assert (there / "conf/strategy/mine.yaml").is_file()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """The second of a name is refused, the first stays as it was."""
    made(tmp_path, "name=mine")
    before = (tmp_path / "conf/strategy/mine.yaml").read_bytes()
    assert "is there already" in refused(tmp_path, "name=mine", "from=fvg").err
    assert (tmp_path / "conf/strategy/mine.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "expected a name for it: name=my_strategy"),
        (("name=../mine",), "expected letters, digits, '_' and '-', a letter first"),
        (("name=a b",), "expected letters, digits"),
        (("name=no",), "expected letters, digits"),
        (("name=1e5",), "expected letters, digits"),
        (("name=fvg",), "'fvg' is what ships; choose another name, such as my_fvg"),
        (("name=FVG",), "choose another name"),
        (("name=mine", "from=fvgg"), "there is no strategy 'fvgg'; nearest is 'fvg'"),
        (("name=mine", "form=fvg"), "form"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """One clear message, status 2, and no folder left behind."""
    assert told in refused(tmp_path, *words).err
    assert list(tmp_path.iterdir()) == []


def test_a_base_with_a_mistake_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    """The new file would have it too."""
    written(tmp_path, {"conf/strategy/bad.yaml": "defaults:\n  - ema_cross\n  - _self_\nname: bad\nentry: {fast: 60}\n"})
    assert "fast must be shorter than slow" in refused(tmp_path, "name=mine", "from=bad").err
    assert [file.name for file in (tmp_path / "conf/strategy").iterdir()] == ["bad.yaml"]
