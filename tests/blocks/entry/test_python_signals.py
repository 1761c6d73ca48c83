"""The entry `python_signals`."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from blocks.entry.python_signals import PythonSignals
from runner.audit import peeks
from runner.columns.user_signals import frame_of
from runner.model.errors import BlockError
from runner.model.market import Market
from runner.model.plan import WhenOpen
from tests.blocks.entry.loops import market, shipped
from tests.command import command, written
from tests.contracts.discovery import real

HEAD = "import numpy as np\nimport pandas as pd\n\n\ndef generate_signals(df):\n"  # the function begins in line 5
CHANNEL = (
    "    before = df['close'].shift(1).rolling(20)\n"
    "    df['signal'] = 'hold'\n"
    "    df.loc[df['close'] > before.max(), 'signal'] = 'buy'\n"
    "    df.loc[df['close'] < before.min(), 'signal'] = 'sell'\n"
    "    return df\n"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder."""
    monkeypatch.setenv("RUNNER_HOME", str(tmp_path))
    return tmp_path


def entry(home: Path, body: str, **more: Any) -> PythonSignals:
    """The entry with a file of this function body."""
    written(home, {"mine.py": HEAD + body})
    return PythonSignals(file="mine.py", **more)


def said(home: Path, body: str, where: Market | None = None, **more: Any) -> list[int]:
    """Directions at every bar."""
    found: list[int] = entry(home, body, **more).signals(where or market(shipped("BTCUSDT", 6))).direction.tolist()
    return found


def refused(home: Path, body: str) -> str:
    """The one line of a function that does not keep its word."""
    with pytest.raises(BlockError) as caught:
        said(home, body)
    (problem,) = caught.value.problems
    return problem.line()


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_signals_are_those_of_a_loop(home: Path, symbol: str) -> None:
    """A close beyond the closes of the twenty bars before it, at every real bar."""
    bars = shipped(symbol)
    closes = bars.close.tolist()
    expected = [0] * 20
    for row in range(20, len(closes)):
        before = closes[row - 20 : row]
        expected.append(1 if closes[row] > max(before) else -1 if closes[row] < min(before) else 0)
    assert said(home, CHANNEL, market(bars)) == expected


def test_the_function_is_given_a_copy_of_the_bars() -> None:
    """Five columns and opening times in UTC; what it writes there reaches no other block."""
    bars = shipped("BTCUSDT", 3)
    frame = frame_of(bars)
    assert list(frame.columns) == ["open", "high", "low", "close", "volume"]
    assert [int(time.timestamp() * 1000) for time in frame.index] == bars.open_time.tolist()
    assert str(frame.index.tz) == "UTC"
    frame["close"] = 0.0
    assert (bars.close > 0).all()


@pytest.mark.parametrize(
    ("column", "more"),
    [
        ("['buy', 'SELL', ' hold ', 'Buy', None, '']", {}),
        ("[1, -1, 0, 1, np.nan, 0]", {}),
        ("[1.0, -1.0, 0.0, 1.0, np.nan, 0.0]", {}),
        ("['LONG', 'short', 'flat', 'long', 'flat', 'flat']", {"buy": ["long"], "sell": ["Short"], "hold": ["flat"]}),
        ("[2, 3, 4, 2, 4, 4]", {"buy": [2], "sell": [3], "hold": [4]}),
    ],
    ids=["words", "numbers", "numbers with a point", "words of one's own", "numbers of one's own"],
)
def test_words_and_numbers_are_understood(home: Path, column: str, more: dict[str, Any]) -> None:
    """Whatever the case of letters; nothing at all means hold."""
    assert said(home, f"    df['signal'] = {column}\n    return df\n", **more) == [1, -1, 0, 1, 0, 0]


@pytest.mark.parametrize(
    "body",
    [
        "    df['signal'] = [0, 0, 1, 0, -1, 0]\n    return df.iloc[2:]\n",
        "    df['signal'] = [0, 0, 1, 0, -1, 0]\n    return df[df['signal'] != 0].iloc[::-1]\n",
        "    df['signal'] = [0, 0, 1, 0, -1, 0]\n    return df.reset_index()\n",
        "    df['signal'] = [0, 0, 1, 0, -1, 0]\n    return df.tz_localize(None)\n",
        "    df['signal'] = [0, 0, 1, 0, -1, 0]\n    return df.tz_convert('America/New_York')\n",
    ],
    ids=["rows left out", "another order", "numbered rows", "no zone", "another zone"],
)
def test_answers_are_brought_back_onto_the_bars(home: Path, body: str) -> None:
    """By their times; rows without times one after the other."""
    assert said(home, body) == [0, 0, 1, 0, -1, 0]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("    return df\n", "mine.py:5  generate_signals returned no column 'signal'; it has open, high, low, close, volume"),
        ("    df['signals'] = 0\n    return df\n", "mine.py:5  generate_signals returned no column 'signal'; nearest is 'signals'"),
        ("    df['signal'] = 0\n", "mine.py:5  generate_signals must return a DataFrame, was NoneType"),
        (
            "    return pd.DataFrame({'signal': [0, 1]})\n",
            "mine.py:5  generate_signals must return a row per bar (6) or keep the index of times, was 2 rows",
        ),
        (
            "    df['signal'] = 0\n    df.index = df.index + pd.Timedelta('1h')\n    return df\n",
            "mine.py:5  generate_signals returned 6 rows at times of no bar, first 2023-01-01 01:00:00+00:00",
        ),
        ("    df['signal'] = 0\n    return pd.concat([df, df])\n", "mine.py:5  generate_signals returned times that come twice"),
        (
            "    df['signal'] = 'bye'\n    return df\n",
            "mine.py:5  generate_signals says 'bye' at 2023-01-01 00:00:00+00:00; expected one of 'buy', 1, 'sell', -1, 'hold', '', 0",
        ),
        ("    df['signal'] = [[1]] * 6\n    return df\n", "mine.py:5  generate_signals must say a word or a number per bar, was [1]"),
        (
            "    df['signal'] = 0\n    return pd.concat([df, df], axis=1)\n",
            "mine.py:5  generate_signals returned 2 columns 'signal'",
        ),
        ("    x = 1\n    return df['ema']\n", "mine.py:7  generate_signals raised KeyError: 'ema'"),
        ("    import sys\n    sys.exit(3)\n", "mine.py:7  generate_signals raised SystemExit: 3"),
    ],
    ids=[
        "no column",
        "a slip",
        "no answer",
        "wrong length",
        "strange times",
        "times twice",
        "unknown word",
        "lists",
        "a column twice",
        "an error",
        "an exit",
    ],
)
def test_a_function_that_does_not_keep_its_word_is_one_line(home: Path, body: str, line: str) -> None:
    """File, line, and what was expected."""
    assert refused(home, body) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def generate_signal(df):\n    return df\n", "mine.py has no function 'generate_signals'; nearest is 'generate_signal'"),
        ("def generate_signals(df)\n    return df\n", "mine.py:1 cannot be read: SyntaxError: expected ':'"),
        ("x = 1\ny = x / 0\n", "mine.py:2 cannot be read: ZeroDivisionError: division by zero"),
        ("import nosuchlibrary\n", "mine.py:1 cannot be read: ModuleNotFoundError: No module named 'nosuchlibrary'"),
    ],
    ids=["no function", "no Python", "an error", "no library"],
)
def test_a_file_that_cannot_be_used_is_refused_when_the_block_is_built(home: Path, text: str, line: str) -> None:
    """Before any bar is looked at."""
    written(home, {"mine.py": text})
    with pytest.raises(ValueError, match="Value error") as caught:
        PythonSignals(file="mine.py")
    assert line in str(caught.value)


def test_a_value_with_two_meanings_is_refused(home: Path) -> None:
    """Also when only capitals tell them apart."""
    with pytest.raises(ValueError, match="must not share a value, was 'long' more than once"):
        entry(home, CHANNEL, buy=["long"], sell=["LONG"])


def test_a_file_elsewhere_is_not_run(home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by an absolute path, not upwards, not through a link; unless its folder is trusted."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    written(elsewhere, {"theirs.py": f"from pathlib import Path\nPath({str(elsewhere / 'ran')!r}).touch()\n" + HEAD + CHANNEL})
    (home / "link.py").symlink_to(elsewhere / "theirs.py")
    for name in (str(elsewhere / "theirs.py"), f"../{elsewhere.name}/theirs.py", "link.py"):
        with pytest.raises(ValueError, match="refused, it would be run"):
            PythonSignals(file=name)
    assert not (elsewhere / "ran").exists()
    monkeypatch.setenv("RUNNER_TRUST_FOLDERS", f"{home / 'nothing'}:{elsewhere}")
    assert PythonSignals(file=str(elsewhere / "theirs.py")).when_open == "reverse"
    assert (elsewhere / "ran").exists()


def test_the_command_refuses_in_one_line_and_trusts_by_the_users_settings(tmp_path: Path) -> None:
    """Status 2 without a traceback; `trust_folders` of settings.yaml, never of composed YAML, lets the file be run."""
    theirs, home = written(tmp_path / "theirs", {"mine.py": HEAD + CHANNEL}), tmp_path / "home"
    words = ("strategy=python_signals", "account=own_money", "mode.quiet=true", "strategy.symbols=[BTCUSDT]")
    ran = command(*words, f"strategy.entry.file={theirs}/mine.py", home=home)
    assert ran.status == 2
    assert f"strategy.entry  expected a file under {home}, was '{theirs}/mine.py'; refused, it would be run" in ran.err
    assert "Traceback" not in ran.err
    written(home, {"settings.yaml": f"trust_folders: ['{theirs}']\n"})
    assert command(*words, f"strategy.entry.file={theirs}/mine.py", home=home).status == 0
    written(home, {"settings.yaml": "trust_folders: here\n"})
    assert "trust_folders  expected a list of folders" in command(*words, f"strategy.entry.file={theirs}/mine.py", home=home).err


def test_an_error_inside_the_file_ends_the_run_in_one_line(tmp_path: Path) -> None:
    """The line of the file, and no traceback."""
    home = written(tmp_path, {"mine.py": HEAD + "    return df['ema']\n"})
    ran = command("strategy=python_signals", "account=own_money", "strategy.entry.file=mine.py", home=home)
    assert ran.status == 2
    assert "mine.py:6  generate_signals raised KeyError: 'ema'" in ran.err
    assert "Traceback" not in ran.err


def test_looking_ahead_is_caught(home: Path) -> None:
    """The audit finds a function that knows the next close, and nothing in one that does not."""
    leaking = "    df['signal'] = np.sign(df['close'].shift(-1) - df['close'])\n    return df\n"
    found = peeks(entry(home, leaking), real("BTCUSDT", 300), np.arange(100, 290, 30))
    assert found
    assert found[0].column == "direction"
    assert peeks(entry(home, CHANNEL), real("BTCUSDT", 300), np.arange(100, 290, 30)) == []


def test_it_says_what_the_function_said(home: Path) -> None:
    """One reason, and what an opposite signal does is the entry's own parameter."""
    where = market(shipped("BTCUSDT", 6))
    block = entry(home, "    df['signal'] = [0, 0, 1, 0, -1, 0]\n    return df\n", when_open="ignore")
    assert [[reason.holds for reason in block.explain(where, row)] for row in (1, 2)] == [[False], [True]]
    assert block.signals(where).plan == {"when_open": WhenOpen.IGNORE}
    assert isinstance(frame_of(where.bars), pd.DataFrame)


def test_another_process_gets_the_function_as_it_was_read(home: Path) -> None:
    """A bot that is started in a process of its own says the same, also when the file has changed meanwhile."""
    block, where = entry(home, CHANNEL), market(shipped("BTCUSDT", 300))
    kept = pickle.dumps(block)
    written(home, {"mine.py": "nothing = 0\n"})
    again: PythonSignals = pickle.loads(kept)  # noqa: S301 - made three lines above
    assert again.signals(where).direction.tolist() == block.signals(where).direction.tolist()
    assert again.signals(where).direction.any()
