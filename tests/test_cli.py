"""What the command line answers, from whichever folder it is called."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

import runner
from runner.compose.slips import open_bracket
from runner.failure import status
from tests.command import Ran, command, written

ROOT = Path(runner.__file__).resolve().parent.parent
FVG = ("+strategy=fvg", "+account=hyro_2step")


def shell(*words: str, cwd: Path, **environment: str) -> Ran:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from runner.cli import main; main()", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_alone_it_says_what_to_type(tmp_path: Path) -> None:
    """No words: what to type and the choices, status 2."""
    ran = command(home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "runner +strategy=NAME +account=NAME" in ran.err
    assert all(choice in ran.err for choice in ("fvg", "ema_cross", "hyro_2step", "own_money", "hyro_duo", "backtest"))


@pytest.mark.parametrize("words", [("--help",), ("-h",), (*FVG, "--help")])
def test_help_lists_the_choices(words: tuple[str, ...], tmp_path: Path) -> None:
    """Strategies, portfolios, accounts, modes and firms, the user's own among them."""
    written(tmp_path, {"accounts/mine_alone.yaml": "size: 1\n", "conf/strategy/deep/inside.yaml": "timeframe: 1h\n"})
    ran = command(*words, home=tmp_path)
    assert ran.status == 0
    for choice in ("fvg", "hyro_duo", "hyro_2step", "mine_alone", "deep/inside", "backtest", "check", "hyrotrader/2step"):
        assert choice in ran.out


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (
            "serve",
            (
                "  Start every account's runs when they are due",
                "  grace: 60s            # a tick that",
                "conf/mode/serve.yaml in $RUNNER_HOME",
            ),
        ),
        ("walk-forward", ("  anchored: false   # true: every train", "mode.NAME=VALUE")),
        ("own", ("  Mine alone", "  speed: 3  # times")),
    ],
)
def test_help_of_a_mode_tells_its_options(mode: str, said: tuple[str, ...], tmp_path: Path) -> None:
    """As its file in the menu does, the user's before the shipped one; of a mode that is none there are all choices."""
    (tmp_path / "conf" / "mode").mkdir(parents=True)
    (tmp_path / "conf" / "mode" / "own.yaml").write_text("# Mine alone\nname: check\nspeed: 3  # times\n")
    ran = command(f"mode={mode}", "account=hyro_2step", "--help", home=tmp_path)
    assert (ran.status, ran.err, ran.out.splitlines()[0]) == (0, "", f"runner mode={mode}")
    assert [text for text in said if text not in ran.out] == []
    assert "name:" not in ran.out
    assert command("mode=nonsense", "--help", home=tmp_path).out == command("--help", home=tmp_path).out


def test_help_is_quick(tmp_path: Path) -> None:
    """Nothing heavy is imported to answer --help: no Hydra, NumPy, pandas or numba."""
    code = "import sys; sys.argv = ['runner', '--help']\nfrom runner.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
    heavy = "print('HEAVY', [name for name in ('hydra', 'numpy', 'pandas', 'numba', 'pyarrow', 'pydantic') if name in sys.modules])"
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code + heavy], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert "HEAVY []" in done.stdout
    assert time.perf_counter() - started < 3.0  # 0.6 s at a desk; a loaded machine is no news


def test_version(tmp_path: Path) -> None:
    """Ours, not Hydra's."""
    assert command("--version", home=tmp_path).out == f"runner {runner.__version__}\n"


@pytest.mark.parametrize("signs", ["+ +", " ", "++ ++", "+ "], ids=["plus", "none", "twice", "mixed"])
def test_any_sign_chooses(signs: str, tmp_path: Path) -> None:
    """`+strategy=`, `strategy=` and `++strategy=` mean the same."""
    first, second = signs.split(" ")
    ran = command(f"{first}strategy=fvg", f"{second}account=hyro_2step", "mode=check", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "rules built of" in ran.out


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    """The same composition from two folders; the user's folder may lie elsewhere."""
    here, there = tmp_path / "here", tmp_path / "there"
    words = ("strategy=fvg", "account=hyro_2step", "--cfg", "job")
    assert command(*words, home=here).out == command(*words, home=there).out
    written(tmp_path / "home", {"accounts/mine.yaml": "defaults: [shipped/own_money, _self_]\n"})
    ran = command("strategy=fvg", "account=mine", "mode=check", home=there, environment={"RUNNER_HOME": str(tmp_path / "home")})
    assert ran.status == 0
    assert ran.out.startswith("own_money with fvg:")


def test_a_value_is_set(tmp_path: Path) -> None:
    """A value on the command line wins over every file."""
    ran = command(*FVG, "strategy.entry.min_gap_fraction=0.007", "strategy.symbols=[BTCUSDT]", "--cfg", "job", home=tmp_path)
    job = yaml.safe_load(ran.out)
    assert job["strategy"]["entry"]["min_gap_fraction"] == 0.007
    assert job["strategy"]["symbols"] == ["BTCUSDT"]


def test_cfg_shows_a_package(tmp_path: Path) -> None:
    """`--package` narrows `--cfg`, and `--cfg hydra` shows Hydra's settings."""
    assert "_target_: blocks.entry" in command(*FVG, "--cfg", "job", "--package", "strategy.entry", home=tmp_path).out
    assert "sweep:" in command(*FVG, "--cfg", "hydra", home=tmp_path).out


def test_flags_may_stand_anywhere(tmp_path: Path) -> None:
    """Flags between the words are read like those at their end."""
    assert command("strategy=fvg", "--cfg", "job", "account=hyro_2step", home=tmp_path).status == 0


def test_hydras_own_words_reach_hydra(tmp_path: Path) -> None:
    """hydra.run.dir names the run's folder, and --info tells how the job was composed."""
    ran = command(
        "strategy=ema_cross", "account=no_limits", "mode.quiet=true", "strategy.symbols=[BTCUSDT]", "hydra.run.dir=mine", home=tmp_path
    )
    assert ran.status == 0
    assert (tmp_path / "mine" / "summary.json").is_file()
    assert "account/hyro_2step" in command(*FVG, "--info", "defaults", home=tmp_path).out


def test_a_run_leaves_a_folder_that_names_it(tmp_path: Path) -> None:
    """outputs/ACCOUNT/STRATEGY/TIME_PROCESS, and mode.output instead when it is named."""
    words = ("strategy=ema_cross", "account=no_limits", "mode.quiet=true", "strategy.symbols=[BTCUSDT]")
    assert command(*words, home=tmp_path).status == 0
    (summary,) = (tmp_path / "outputs").rglob("summary.json")
    account, strategy, stamp = summary.parent.relative_to(tmp_path / "outputs").parts
    assert (account, strategy) == ("no_limits", "ema_cross")
    assert stamp.rpartition("_")[2].isdigit()
    assert command(*words, "mode.output=named", home=tmp_path).status == 0
    assert (tmp_path / "named" / "summary.json").is_file()


def test_checking_leaves_nothing(tmp_path: Path) -> None:
    """mode=check prints counts and the rule book's notes and creates no folder."""
    ran = command(*FVG, "mode=check", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    first, *notes = ran.out.splitlines()
    blocks, built, of = (int(word) for word in first.replace(",", "").split() if word.isdigit())
    assert built == of > 30
    assert blocks > built
    assert notes
    assert all(line.startswith("  note  ") for line in notes)
    assert not list(tmp_path.iterdir())


def test_an_error_of_ours_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of ours: one line, status 1, the traceback in a file that the line names."""
    monkeypatch.chdir(tmp_path)

    def work() -> int:
        raise ZeroDivisionError("on\npurpose")

    assert status(work) == 1
    said = capsys.readouterr().err
    assert said.startswith("internal error: ZeroDivisionError: on purpose; details in ")
    assert "Traceback" in Path(said.strip().rpartition(" ")[2]).read_text(encoding="utf-8")


def test_an_error_in_a_users_block_names_its_line(tmp_path: Path) -> None:
    """A fault of a user's block: its file and line, status 2, the traceback in a file that the line names."""
    block = (
        "from blocks.entry.never import Never\n\n\nclass FallsOver(Never):\n    '''Falls over.'''\n\n"
        "    def signals(self, market):\n        raise ZeroDivisionError('on\\npurpose')\n"
    )
    strategy = "defaults: [shipped/ema_cross, _self_]\nentry: {_target_: blocks.entry.falls_over.FallsOver}\n"
    text = strategy.replace("shipped/ema_cross", "/exit@exit.none: no_exit, /sizing@sizing: fixed_quantity")
    home = written(
        tmp_path,
        {
            "blocks/entry/falls_over.py": block,
            "conf/strategy/falling.yaml": text + "symbols: [BTCUSDT]\ntimeframe: 4h\nsizing: {quantity: 1.0}\n",
        },
    )
    ran = command("strategy=falling", "account=no_limits", home=home)
    assert (ran.status, ran.out) == (2, "")
    assert "falls_over.py:8  ZeroDivisionError: on purpose; details in " in ran.err
    assert ran.err.count("\n") == 2
    details = Path(ran.err.strip().rpartition(" ")[2])
    assert "Traceback" in details.read_text(encoding="utf-8")
    assert details.is_relative_to(home / "outputs")


def test_data_that_is_missing_is_refused(tmp_path: Path) -> None:
    """No bars: the data error as a block, status 2, and no empty folder."""
    (tmp_path / "empty").mkdir()
    ran = command("strategy=ema_cross", "account=no_limits", "source.root=empty", home=tmp_path)
    assert ran.status == 2
    assert "BTCUSDT" in ran.err
    assert "Traceback" not in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("runner strategy=f", ["strategy=fvg"]),
        ("runner +strategy=f", ["+strategy=fvg"]),
        ("runner strategy=fvg account=hyro_2", ["account=hyro_2step", "account=hyro_2step_swing"]),
        ("runner strategy=fvg account=mi", ["account=mine"]),
        ("runner strategy=fvg strategy.entry.min_g", ["strategy.entry.min_gap_fraction="]),
        ("runner +strategy=fvg mode=che", ["mode=check"]),
    ],
)
def test_the_shell_completes(line: str, offered: list[str], tmp_path: Path) -> None:
    """Hydra's completion knows our menu and the user's, with and without signs."""
    home = written(tmp_path, {"accounts/mine.yaml": "defaults: [shipped/own_money, _self_]\n"})
    ran = command("-sc", "query=bash", home=home, environment={"COMP_LINE": line, "COMP_POINT": str(len(line))})
    assert ran.status == 0
    assert ran.out.split() == offered


def test_completion_is_installed_by_the_shell(tmp_path: Path) -> None:
    """`runner -sc install=bash` prints the script that the shell evaluates."""
    ran = command("-sc", "install=bash", home=tmp_path)
    assert ran.status == 0
    assert "complete " in ran.out


FLAGS = {
    "choice": (("--strategy", "fvg"), "--strategy  settings are typed without dashes: +strategy=fvg"),
    "choice, misspelt": (("--account=hyro_2stp",), "settings are typed without dashes: +account=hyro_2step"),
    "group, misspelt": (("--strateg=fvg",), "settings are typed without dashes: +strategy=fvg"),
    "one dash": (("-mode=check",), "settings are typed without dashes: mode=check"),
    "value": (("--mode.quiet=true",), "settings are typed without dashes: mode.quiet=true"),
    "misspelt": (("--verison",), "--verison  there is no such flag; nearest is '--version'"),
    "unlike any": (("--frobnicate",), "--frobnicate  there is no such flag; runner --help lists them"),
    "wrong value": (("--cfg", "jobs"), "--cfg  expected one of job, hydra, all after it"),
    "value lacks": (("--config-dir",), "--config-dir  expected a value after it"),
    "no value taken": (("--resolve=yes",), "--resolve  expected no value"),
    "no such shell": (("-sc", "install=tcsh"), "-sc install  expected a shell of bash, fish, zsh, was 'tcsh'"),
    "nothing of completion": (("-sc", "instal=bash"), "-sc  expected one word after it, such as install=bash; nearest is 'install'"),
}


@pytest.mark.parametrize(("words", "said"), FLAGS.values(), ids=FLAGS)
def test_a_flag_there_is_not(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """A title and a line that says what to type, status 2; no page of usage."""
    ran = command(*words, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 2


BARE = {
    "choice": ("fvg", "type +strategy=fvg"),
    "misspelt choice": ("hyro_2stp", "nearest is +account=hyro_2step"),
    "mode": ("check", "type mode=check"),
    "part": ("atr_stop", "type exit@PLACE=atr_stop"),
    "group": ("+strategy", "type +strategy=NAME"),
    "setting": ("strategy.entry.fast", "type strategy.entry.fast=VALUE"),
    "flag": ("help", "type --help"),
}


@pytest.mark.parametrize("flags", [(), ("-m",)], ids=["job", "sweep"])
@pytest.mark.parametrize(("word", "said"), BARE.values(), ids=BARE)
def test_a_word_without_a_value(word: str, said: str, flags: tuple[str, ...], tmp_path: Path) -> None:
    """What was probably meant, from the menu."""
    ran = command(*flags, word, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"this command cannot be read: 1 problem\n  {word}  expected key=value; {said}  command line\n"


LARGEST = 64 << 20  # bytes: more than any file of a run


def limited() -> None:
    """No file of this process may grow beyond LARGEST."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))


@pytest.mark.parametrize("words", [("--help",), (*FVG, "mode=check"), FVG], ids=["help", "check", "backtest"])
def test_output_that_cannot_be_written_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    """A stdout that takes nothing more: the system's reason, status 1, no details of ours."""
    start = [sys.executable, "-c", "from runner.cli import main; main()", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (tmp_path / "out.txt").open("a", encoding="utf-8") as full:
        full.truncate(LARGEST)
        done = subprocess.run(
            start, cwd=tmp_path, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False, preexec_fn=limited
        )
    lines = [line for line in done.stderr.splitlines() if not line.startswith("compiling ")]
    assert (done.returncode, lines) == (1, [f"the output cannot be written: {os.strerror(errno.EFBIG)}"])
    assert not (tmp_path / "outputs" / "errors").exists()


def test_the_main_job_in_a_process_of_its_own(tmp_path: Path) -> None:
    """As a trader types it, in a folder without anything: status 0, a verdict, and only outputs/ is left."""
    ran = shell(*FVG, cwd=tmp_path)
    assert ran.status == 0
    assert all(line.startswith("compiling ") for line in ran.err.splitlines()), ran.err  # once, where nothing is cached yet
    assert "fvg on hyro_2step" in ran.out
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["outputs"]


@pytest.mark.parametrize("word", ["strategy.symbols=[BTCUSDT", "mode={a:1", "a=choice(1,2"], ids=["list", "mapping", "choice"])
def test_a_bracket_that_is_not_closed(word: str, tmp_path: Path) -> None:
    """It is named; Hydra's grammar is not quoted."""
    ran = command("+strategy=fvg", word, home=tmp_path)
    opened = next(character for character in word if character in "[{(")
    assert (ran.status, f"{word}  '{opened}' is never closed; " in ran.err, "grammar" in ran.err) == (2, True, False)


@pytest.mark.parametrize("word", ["a='['", "a=]b["], ids=["quoted", "closed first"])
def test_other_words_have_no_open_bracket(word: str) -> None:
    """What stands in quotes is text; a word wrong in another way keeps what is said of that."""
    assert open_bracket(word) == ""
