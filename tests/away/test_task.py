"""A job on a machine that does not see the sweep's folder: its choices travel with it, its files come back."""

from __future__ import annotations

import os
import pickle
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from runner.away import task as away
from runner.away.launchers import answered
from runner.away.place import MARK, marked, read, unmarked
from runner.away.task import Away, Came, kept, sent
from runner.menu import Menu
from runner.model.errors import RunnerError
from tests.command import written

CHOICES = {"conf/strategy/own.yaml": "name: own\n", "blocks/filter/mine.py": "X = 1\n", "settings.yaml": "trust: [mine]\n"}


def job(_config: DictConfig, menu: Menu) -> dict[str, Any]:
    """Leaves two files and says where it was run."""
    folder = Path(HydraConfig.get().runtime.output_dir)
    folder.mkdir(parents=True)
    print(f"ran in {folder}")  # noqa: T201 - as a job's line
    (folder / "summary.json").write_text("{}")
    (folder / "trades.csv").write_text("none\n")
    seen = {name: (menu.home / name).read_text() for name in CHOICES}
    return {"folder": str(folder), "home": str(menu.home), "cwd": str(Path.cwd()), "seen": seen, "trust": os.environ.get("RUNNER_TRUST")}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Away]:
    """The task as it arrives on another machine: another process, another folder in the sweep's place."""
    home = written(tmp_path / "home", {**CHOICES, "state/secret.yaml": "key: 1\n", "notes.txt": "mine\n"})
    monkeypatch.setenv("RUNNER_TRUST", "mine")
    monkeypatch.setenv("EXCHANGE_SECRET", "hush")
    place = marked(tmp_path / "sweep")
    packet = pickle.dumps(sent(job, Menu(home), place))
    assert b"hush" not in packet
    assert b"secret" not in packet
    monkeypatch.delenv("RUNNER_TRUST")
    (tmp_path / "sweep" / MARK).write_text("of another sweep", encoding="ascii")
    (tmp_path / "node").mkdir()
    monkeypatch.chdir(tmp_path / "node")
    arrived: Away = pickle.loads(packet)  # noqa: S301 - made above
    config = OmegaConf.create({"hydra": {"runtime": {"output_dir": str(place.here / "0_job")}}})
    monkeypatch.setattr(HydraConfig.instance(), "cfg", config)
    monkeypatch.setattr(away, "_quiet", lambda: None)
    yield replace(arrived, process=0)
    shutil.rmtree(Path(tempfile.gettempdir()) / f"runner-home-{arrived.digest}", ignore_errors=True)


def test_choices_travel_and_files_return(elsewhere: Away, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The home is made of what was sent, the job's folder appears in the sweep's, and nothing stays on the other machine."""
    came = elsewhere(OmegaConf.create({}))
    assert came.value["seen"] == CHOICES
    assert (came.value["trust"], came.value["cwd"]) == ("mine", str(tmp_path / "node"))
    assert list(came.files) == ["trades.csv", "summary.json"]
    assert not Path(came.value["folder"]).exists()
    assert "RUNNER_TRUST" not in os.environ
    assert capsys.readouterr().out == ""
    value = kept(came, elsewhere.place)
    assert capsys.readouterr().out == f"ran in {tmp_path / 'sweep' / '0_job'}\n"
    assert value["folder"] == str(tmp_path / "sweep" / "0_job")  # the working directory lies beside it
    assert (tmp_path / "sweep" / "0_job" / "trades.csv").read_text() == "none\n"


def test_a_folder_that_was_sent_with_the_same_choices_is_the_home(elsewhere: Away, tmp_path: Path) -> None:
    """As when Ray ships the whole home: what is beside the choices is found, too."""
    written(tmp_path / "node", CHOICES)
    assert elsewhere(OmegaConf.create({})).value["home"] == str(tmp_path / "node")
    written(tmp_path / "node", {"conf/strategy/own.yaml": "name: an older one\n"})
    assert elsewhere(OmegaConf.create({})).value["home"] != str(tmp_path / "node")


def test_another_version_does_not_run(elsewhere: Away) -> None:
    """Results of two versions would stand in one leaderboard."""
    with pytest.raises(RunnerError, match="the job cannot run here") as refused:
        replace(elsewhere, version="0.0.1")(OmegaConf.create({}))
    assert "the sweep was started with 0.0.1" in str(refused.value)


def test_too_much_to_send_is_refused(tmp_path: Path) -> None:
    """What travels with every job is bounded, and said before the first one starts."""
    home = written(tmp_path, {"conf/strategy/huge.yaml": "#" * (away.MOST + 1)})
    with pytest.raises(RunnerError, match="the sweep cannot be sent"):
        sent(job, Menu(home), marked(tmp_path))


def test_a_place_is_known_by_its_mark(tmp_path: Path) -> None:
    """The text of a place leads back to it; without the mark it is a temporary folder, and an unmarked empty folder is gone."""
    place = marked(tmp_path / "a sweep/it's")
    assert read(place.text) == place
    assert place.here == place.folder
    unmarked(place)
    assert not place.folder.exists()
    assert place.here.name == f"runner-sweep-{place.token}"
    assert kept(3, place) == 3
    assert kept(Came(value=3), place) == 3


def test_an_address_without_a_cluster_is_told_at_once() -> None:
    """One line instead of Ray's minutes; what is no address of a host is left to Ray."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for address in (f"127.0.0.1:{port}", f"ray://127.0.0.1:{port}"):
        with pytest.raises(RunnerError, match="there is no cluster") as refused:
            answered(address)
        assert f"expected a Ray cluster at '{address}': Connection refused" in str(refused.value)
    answered("auto")
