"""What of the user's own code a run's hash covers: by content, with all it imports, and never by path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import runner
from tests.command import written

ROOT = Path(runner.__file__).resolve().parent.parent
HASH = """\
import json, sys
from pathlib import Path
from runner.build import build
from runner.compose import compose
from runner.menu import Menu
from runner.report.fingerprint import config_hash
bot = build(compose(sys.argv[1:], Menu(Path.cwd())))
print(json.dumps([sorted(bot.code), config_hash(bot.settings, bot.account.book, [], bot.code)]))
"""
MINE = """\
from helpers.levels import LEVEL
from runner.model.block import Filter


class Mine(Filter):
    def passes(self, market, direction):
        from helpers import lazily
        return market.bars.close > LEVEL + lazily.MORE
"""
HOME = {
    "blocks/filter/mine.py": MINE,
    "conf/filter/mine.yaml": "_target_: blocks.filter.mine.Mine\n",
    "conf/strategy/own.yaml": "defaults: [ema_cross, /filter@entry.when.mine: mine, _self_]\nname: own\n",
    "conf/strategy/said.yaml": "defaults: [python_signals, _self_]\nname: said\nentry: {file: signals.py}\n",
    "helpers/__init__.py": "",
    "helpers/levels.py": "from . import deeper\nLEVEL = deeper.LEVEL\n",
    "helpers/deeper.py": "LEVEL = 1.0\n",
    "helpers/lazily.py": "MORE = 1.0\n",
    "helpers/unused.py": "NOTHING = 1.0\n",
    "signals.py": "import helpers.deeper\n\n\ndef generate_signals(df):\n    return df.assign(signal='hold')\n",
}
OWN, SAID = ("strategy=own", "account=own_money"), ("strategy=said", "account=own_money")
MODULES = ["blocks.filter.mine", "helpers", "helpers.deeper", "helpers.lazily", "helpers.levels"]


def hashed(folder: Path, *words: str, files: Mapping[str, str] = HOME) -> tuple[list[str], str]:
    """The names of the user's code and the hash, in a process that starts in this home, where modules are found as well."""
    home = written(folder, files)
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{home}", "RUNNER_TRUST_FOLDERS": ""}
    environment.pop("RUNNER_HOME", None)
    ran = subprocess.run([sys.executable, "-c", HASH, *words], cwd=home, env=environment, capture_output=True, text=True, check=True)
    names, digest = json.loads(ran.stdout)
    return names, digest


def test_shipped_blocks_are_no_code_of_the_user(tmp_path: Path) -> None:
    """Nothing is added to the hash of a run without code of the user's."""
    assert hashed(tmp_path, "strategy=ema_cross", "account=own_money")[0] == []


def test_the_folder_does_not_count(tmp_path: Path) -> None:
    """The same files elsewhere, with the line ends of another system, have the same hash; all that is imported is in it."""
    here, there = hashed(tmp_path / "here", *OWN), tmp_path / "there" / "deeper"
    assert here[0] == MODULES
    for name, text in HOME.items():
        file = written(there, {name: ""}) / name
        file.write_bytes(text.replace("\n", "\r\n").encode())
    assert hashed(there, *OWN, files={}) == here


@pytest.mark.parametrize("name", ["blocks/filter/mine.py", "helpers/levels.py", "helpers/deeper.py", "helpers/lazily.py"])
def test_one_character_counts(name: str, tmp_path: Path) -> None:
    """In the block itself, in what it imports, in what that imports, and in what it imports only when it is asked."""
    assert hashed(tmp_path / "before", *OWN)[1] != hashed(tmp_path / "after", *OWN, files={**HOME, name: HOME[name] + "#"})[1]


def test_code_that_is_not_used_does_not_count(tmp_path: Path) -> None:
    """A file beside the blocks that none of them imports, or the user's signals file when no block reads it."""
    edited = {**HOME, "helpers/unused.py": "NOTHING = 2.0\n", "signals.py": "#"}
    assert hashed(tmp_path / "before", *OWN) == hashed(tmp_path / "after", *OWN, files=edited)


def test_a_file_read_as_code_counts_by_content(tmp_path: Path) -> None:
    """Neither its name nor its folder is in the hash; what stands in it is, and what it imports."""
    names, plain = hashed(tmp_path / "plain", *SAID)
    assert names == ["helpers", "helpers.deeper", "signals.py"]
    renamed = {**HOME, "other.py": HOME["signals.py"]}
    moved = tmp_path / "moved"
    assert hashed(moved, *SAID, f"strategy.entry.file={moved / 'other.py'}", files=renamed)[1] == plain
    edited = {**HOME, "signals.py": HOME["signals.py"] + "#"}
    assert hashed(tmp_path / "edited", *SAID, files=edited)[1] != plain
    deeper = {**HOME, "helpers/deeper.py": "LEVEL = 2.0\n"}
    assert hashed(tmp_path / "deeper", *SAID, files=deeper)[1] != plain


def test_an_installed_package_that_is_trusted_counts(tmp_path: Path) -> None:
    """Blocks of a package of the user's own, wherever it is installed; what it imports of others does not."""
    package = {
        "site-packages/my_blocks/__init__.py": "",
        "site-packages/my_blocks/mine.py": "import yours\n" + MINE.replace("from helpers import lazily", "from my_blocks import lazily"),
        "site-packages/my_blocks/lazily.py": "MORE = 1.0\n",
        "site-packages/yours.py": "",
        "settings.yaml": "trust: [my_blocks]\n",
        "conf/filter/mine.yaml": "_target_: my_blocks.mine.Mine\n",
    }
    home = written(tmp_path, {**{name: text for name, text in HOME.items() if name != "blocks/filter/mine.py"}, **package})
    start = HASH.replace("import json, sys", f"import json, sys\nsys.path.append({str(home / 'site-packages')!r})")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{home}"}
    ran = subprocess.run([sys.executable, "-c", start, *OWN], cwd=home, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)[0] == ["helpers", "helpers.deeper", "helpers.levels", "my_blocks", "my_blocks.lazily", "my_blocks.mine"]


def test_a_library_that_a_file_imports_is_no_code_of_the_user(tmp_path: Path) -> None:
    """Nor is any part of it: the file itself is all that counts."""
    signals = "import pandas as pd\nimport numpy\n\n\ndef generate_signals(df):\n    return df.assign(signal='hold')\n"
    found, _ = hashed(tmp_path, *SAID, files=HOME | {"signals.py": signals})
    assert found == ["signals.py"]
