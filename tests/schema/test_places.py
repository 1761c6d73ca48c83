"""What a defaults list brings."""

from __future__ import annotations

from pathlib import Path

from runner.menu import Menu, shipped
from runner.schema.places import brought, entries, merged, settled
from tests.command import written

SHIPPED = Menu(shipped("conf").parent)


def test_own_values_are_not_brought() -> None:
    """`brought` is the defaults list alone, `settled` the whole."""
    assert "symbols" not in brought(SHIPPED, "strategy/fvg")
    assert settled(SHIPPED, "strategy/fvg")["symbols"] == ["BTCUSDT", "ETHUSDT", "SOLUSDT"]
    assert brought(SHIPPED, "strategy/fvg")["exit"]["trail"]["_target_"] == "blocks.exit.atr_trail.AtrTrail"


def test_an_override_replaces_what_a_deeper_file_chose() -> None:
    """The 1-Step account is the 2-Step one with another program."""
    assert settled(SHIPPED, "account/hyro_2step")["program"]["program"] == "2step"
    assert settled(SHIPPED, "account/hyro_1step_swing")["program"]["program"] == "1step"
    assert "verification" not in settled(SHIPPED, "account/hyro_1step")["program"]["phases"]


def test_strategies_of_a_portfolio_stand_under_their_names() -> None:
    """Places of the parts are below the place of the whole."""
    tree = settled(SHIPPED, "portfolio/hyro_duo")
    assert tree["strategies"]["averages"]["entry"]["_target_"] == "blocks.entry.ema_cross.EmaCross"


def test_a_file_that_names_itself_means_the_shipped_one(tmp_path: Path) -> None:
    """And files that name each other for ever end."""
    loop = {"accounts/one.yaml": "defaults: [two]\n", "accounts/two.yaml": "defaults: [one]\nsize: 1\n"}
    home = written(tmp_path, {"accounts/own_money.yaml": "defaults: [own_money]\nsize: 2500\n", **loop})
    assert brought(Menu(home), "account/own_money")["size"] == 10000
    assert settled(Menu(home), "account/own_money")["size"] == 2500
    assert settled(Menu(home), "account/one")["size"] == 1


def test_entries_that_are_none_are_left_out() -> None:
    """Numbers, empty mappings and a lone text for the list."""
    assert entries("strategy/x", [7, {}, {"/exit@exit.stop": None}]) == []
    assert entries("strategy/x", "fvg") == []
    found = entries("firm/a/b", ["c", {"/rule@phases.x.rules.y": "max_loss"}, "_self_"])
    assert [(entry.group, entry.choice, entry.place) if entry else entry for entry in found] == [
        ("firm/a", "c", ()),
        ("rule", "max_loss", ("phases", "x", "rules", "y")),
        None,
    ]


def test_mappings_merge_and_the_rest_is_replaced() -> None:
    """As Hydra merges."""
    assert merged({"a": {"x": 1, "y": 2}, "b": [1, 2]}, {"a": {"y": 3}, "b": [4]}) == {"a": {"x": 1, "y": 3}, "b": [4]}
