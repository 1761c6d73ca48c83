"""The source block: shipped bars by default, yours by `root`, and one catalog behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from omegaconf import OmegaConf
from pydantic import ValidationError

from blocks.source.files import Files
from runner.model.block import Source
from runner.model.errors import DataError
from tests.bars.making import columns, write

CONF = Path(__file__).resolve().parents[3] / "conf"


def test_shipped_bars_need_no_settings() -> None:
    """Bars, funding, specification and calendar, all of one source."""
    source = Files()
    bars = source.bars("BTCUSDT", "4h")
    assert isinstance(source, Source)
    assert source.has("BTCUSDT", "1d")
    assert source.finer("BTCUSDT", "4h") == ["1h"]
    assert source.instrument("BTCUSDT", bars).tick == 0.1
    assert source.funding("BTCUSDT") is not None
    assert len(source.releases().time) == 377
    assert source.catalog() is source.catalog()
    assert source.bars("BTCUSDT", "4h") is bars
    assert source.conversion("USDT", "USD", bars) is None


def test_your_folder_and_your_symbols(tmp_path: Path) -> None:
    """A symbol nobody knows is inferred from its own bars and flagged."""
    write(tmp_path / "mine" / "spot" / "NEWUSDT-1h.parquet", columns(50, price=0.25))
    source = Files(root=str(tmp_path))
    assert source.bars("NEWUSDT", "4h").origin == "mine/spot NEWUSDT-1h resampled to 4h"
    assert source.instrument("NEWUSDT").inferred
    assert source.notes() == ("mine/spot NEWUSDT-1h resampled to 4h",)
    with pytest.raises(DataError, match="has no BTCUSDT"):
        source.bars("BTCUSDT", "4h")


def test_a_folder_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As typed in a shell."""
    write(tmp_path / "here" / "NEWUSDT-1h.parquet", columns(3))
    monkeypatch.chdir(tmp_path)
    assert len(Files(root="here").bars("NEWUSDT", "1h")) == 3


def test_an_unknown_symbol_without_bars_is_refused() -> None:
    """With the nearest one."""
    with pytest.raises(DataError, match="nearest is BTCUSDT"):
        Files().instrument("BTCUSD")


def test_your_fields_win() -> None:
    """Specifications by symbol; the others keep their facts."""
    source = Files.model_validate({"specifications": {"BTCUSDT": {"tick": 0.5}}})
    assert source.instrument("BTCUSDT").tick == 0.5
    assert source.instrument("ETHUSDT").tick == 0.01


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"venue": "bybit_liner"}, "expected one of binance, binance_usdm, bybit"),
        ({"longest_gap": "long"}, "expected a duration such as"),
        ({"rot": "x"}, "Extra inputs are not permitted"),
        ({"root": ""}, "at least 1 character"),
        ({"specifications": {"BTCUSDT": {"tick": "fine"}}}, "valid number"),
    ],
    ids=str,
)
def test_wrong_settings_are_refused_when_built(settings: dict[str, object], message: str) -> None:
    """Before any file is looked at."""
    with pytest.raises(ValidationError, match=message):
        Files.model_validate(settings)


def test_the_gap_and_market_settings_reach_the_catalog(tmp_path: Path) -> None:
    """A hole that is refused by default passes when allowed."""
    values = columns(100)
    for column in values.values():
        del column[10:70]
    write(tmp_path / "a" / "spot" / "NEWUSDT-1h.parquet", values)
    write(tmp_path / "b" / "linear" / "NEWUSDT-1h.parquet", columns(100))
    with pytest.raises(DataError, match="row 11"):
        Files(root=str(tmp_path), market="spot").bars("NEWUSDT", "1h")
    assert len(Files(root=str(tmp_path), market="a/spot", longest_gap="60h").bars("NEWUSDT", "1h")) == 40


@pytest.mark.parametrize("name", ["shipped", "bybit_2022"])
def test_the_yaml_builds_the_block_with_each_instrument_choice(name: str) -> None:
    """`specifications` is the `instrument` section of the settled configuration."""
    section = OmegaConf.load(CONF / "instrument" / f"{name}.yaml")
    config = OmegaConf.create({"instrument": section, "source": OmegaConf.load(CONF / "source" / "files.yaml")})
    settled = OmegaConf.to_container(config, resolve=True)
    assert isinstance(settled, dict)
    fields = settled["source"]
    assert fields.pop("_target_") == "blocks.source.files.Files"
    assert set(fields) == set(Files.model_fields)
    assert Files.model_validate(fields).instrument("SOLUSDT").tick == (0.005 if name == "bybit_2022" else 0.01)


def test_the_yaml_shows_every_default() -> None:
    """Without fields of your own, every value is the block's default."""
    config = OmegaConf.create({"instrument": {}, "source": OmegaConf.load(CONF / "source" / "files.yaml")})
    settled = OmegaConf.to_container(config, resolve=True)
    assert isinstance(settled, dict)
    del settled["source"]["_target_"]
    assert Files.model_validate(settled["source"]) == Files()
