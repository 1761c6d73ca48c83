"""The schemas editors use: they fit what ships, find slips, and are up to date."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from runner.compose.document import read
from runner.menu import Menu, shipped
from runner.schema.fields import Schema
from runner.schema.pages import page_of
from runner.schema.rooms import ROOMS, Blocks, stem
from runner.schema.write import shipped_files
from tests.configs.contexts import context, names, shipped_data
from tests.configs.mutations import mutations, thinned
from tests.schema.editor import Editor

ROOT = shipped("conf").parent
MENU = Menu(ROOT)
EDITOR = Editor(MENU)
BROKEN = Path(__file__).parents[1] / "configs" / "broken"
WRITTEN = "scripts/schema writes them anew"
# what only the whole configuration shows, or YAML itself
BEYOND = [
    "24_unknown_zone",
    "26_number_with_leading_zeros",
    "28_detail_coarser_than_timeframe",
    "29_detail_does_not_divide",
    "30_trail_after_a_target_there_is_not",
    "31_break_even_after_a_target_there_is_not",
    "32_no_stop_where_a_rule_demands_one",
    "33_sized_by_risk_without_a_stop",
    "34_no_such_phase",
    "35_no_such_variant",
    "36_phase_that_leads_nowhere",
    "49_not_yaml",
    "50_key_twice",
    "51_list_for_a_file",
    "52_a_reference_that_leads_nowhere",
    "55_run_faster_than_its_offset",
    "56_ladder_rung_without_its_number",
    "57_averages_the_wrong_way_round",
    "59_override_before_what_it_overrides",
    "60_zone_stop_without_a_zone",
    "62_symbol_the_account_may_not_trade",
    "66_tab_for_indentation",
    "74_symbol_in_small_letters",
    "77_column_that_an_indicator_does_not_give",
    "78_cron_with_a_typo",
    "79_cron_that_never_comes",
    "80_zone_of_a_run_that_there_is_not",
    "81_run_of_a_strategy_that_there_is_not",
    "82_two_accounts_with_the_same_keys",
    "83_run_that_its_own_name_would_not_start",
]


def test_the_schemas_are_up_to_date() -> None:
    """Pages are what they would be if written now, by a process in which no other test has left blocks or types of its own."""
    asked = "from pathlib import Path; from runner.menu import Menu; from runner.schema.write import FOLDER, stale"
    asked += f"; root = Path({str(ROOT)!r}); print(stale(Menu(root), root / FOLDER))"
    found = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert found.strip() == "[]", WRITTEN


def test_every_shipped_file_names_its_schema() -> None:
    """The first line leads to a page that exists."""
    heads = {file: (line, file.read_text(encoding="utf-8").partition("\n")[0]) for file, line in shipped_files()}
    assert len(heads) > 80
    assert [file.name for file, (line, first) in heads.items() if line != first] == [], WRITTEN
    assert all((file.parent / line.partition("$schema=")[2]).is_file() for file, (line, _) in heads.items())


@pytest.mark.parametrize("name", [*names(), "config"])
def test_what_ships_is_right(name: str) -> None:
    """No shipped file has anything underlined."""
    file = MENU.find(name)
    assert file is not None
    assert EDITOR.underlined(page_of(name, file), read(file).data) == []


@pytest.mark.parametrize("name", names())
def test_one_broken_key_is_underlined(name: str) -> None:
    """A misspelt key, a wrong type or a number out of range, for every key of every file; in a program also a class taken away.

    Programs and accounts are many of one shape: few of them in every way, each key of the others in one way, drawn at random.
    """
    file, data = MENU.find(name), shipped_data(name, MENU)
    assert file is not None
    broken = [each for each in mutations(context(name), data) if each.kind != "removed" or name.startswith("firm/")]
    page = page_of(name, file)
    assert [each for each in thinned(name, broken) if EDITOR.fits(page, each.applied(data))] == []


@pytest.mark.parametrize("name", ["exit/ladder", "strategy/fvg", "rule/daily_loss", "firm/topstep/combine"])
def test_the_short_way_underlines_the_same(name: str) -> None:
    """What the tests' checker leaves out says nothing: jsonschema's own finds the same, of whole files and of broken ones."""
    file, data = MENU.find(name), shipped_data(name, MENU)
    assert file is not None
    page, drawn = page_of(name, file), thinned(name, mutations(context(name), data))[:8]
    for each in [data, *(mutation.applied(data) for mutation in drawn)]:
        assert EDITOR.underlined(page, each) == EDITOR.underlined(page, each, Draft7Validator)
    assert any(EDITOR.underlined(page, mutation.applied(data)) for mutation in drawn)


def cases() -> Iterator[str]:
    """Broken configurations with files of their own on the menu."""
    for folder in sorted(BROKEN.iterdir()):
        if any(file.is_relative_to(folder) for _, file in Menu(folder).files()):
            yield folder.name


@pytest.mark.parametrize("case", list(cases()))
def test_broken_configurations_are_underlined(case: str) -> None:
    """Whatever a single file shows is found in the editor; the rest is left to `mode=check`."""
    editor = Editor(Menu(BROKEN / case))
    own = [(name, file) for name, file in editor.menu.files() if file.is_relative_to(BROKEN / case)]
    pages = [(page if (page := page_of(name, file)) in editor.pages else f"{name.partition('/')[0]}.json", file) for name, file in own]
    found = [line for page, file in pages for line in editor.underlined(page, read(file).data)]
    assert bool(found) == (case not in BEYOND), found


@pytest.mark.parametrize("page", sorted(EDITOR.pages))
def test_pages_are_schemas(page: str) -> None:
    """Each page is valid JSON Schema."""
    Draft7Validator.check_schema(EDITOR.pages[page])


@pytest.mark.parametrize("room", ROOMS)
def test_every_parameter_is_described(room: str) -> None:
    """Hovering over a key says what it is for."""
    defs: Schema = EDITOR.pages[f"{room}.json"]["$defs"]
    blocks = [defs[stem(target)] for target in Blocks(MENU).of(room)]
    assert blocks
    assert [key for block in blocks for key, field in block["properties"].items() if not field.get("description")] == []


def test_a_changed_defaults_list_falls_back_to_the_group() -> None:
    """A part added while typing is no slip; a key that no block of the room has still is one."""
    file = MENU.find("strategy/ema_cross")
    assert file is not None
    data = dict(read(file).data)
    data["defaults"] = [{"/exit@exit.trail": "atr_trail"}, *data["defaults"]]
    assert EDITOR.underlined("strategy/ema_cross.json", {**data, "exit": {"trail": {"multiple": 2.0}}}) == []
    assert EDITOR.underlined("strategy/ema_cross.json", {**data, "exit": {"trail": {"multipel": 2.0}}})


@pytest.mark.parametrize("text", ["???", "${account.size}"], ids=["missing", "a reference"])
def test_any_value_may_stand_elsewhere(text: str) -> None:
    """A number may be left out for now, or refer to another value."""
    assert EDITOR.underlined("strategy.json", {"defaults": ["_self_"], "sizing": {"risk_fraction": text}}) == []
