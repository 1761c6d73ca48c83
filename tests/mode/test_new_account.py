"""`mode=new-account`: what it writes checks and runs at once under the program that was named."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from runner.compose.document import read
from runner.menu import Menu
from runner.mode.making.account import program_of, variants_of
from tests.command import Ran, command, written


def made(home: Path, *words: str) -> list[str]:
    """The commands that were printed after making one."""
    done = command("mode=new-account", *words, home=home)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "written: accounts/mine.yaml"
    return [line.strip() for line in lines[lines.index("next:") + 1 :]]


def refused(home: Path, *words: str) -> Ran:
    """A command after which no account is there."""
    done = command("mode=new-account", *words, home=home)
    assert (done.status, done.out) == (2, "")
    return done


def test_the_printed_commands_work(tmp_path: Path) -> None:
    """As typed, one after the other."""
    for words in made(tmp_path, "name=mine", "firm=hyrotrader/2step", "size=25000", "purchased=2026-06-01"):
        assert command(*shlex.split(words)[1:], home=tmp_path).status == 0


SOLD = [(firm, variant) for firm in Menu(Path("/")).choices("firm") for variant in variants_of(program_of(firm, Menu(Path("/"))))]


@pytest.mark.parametrize(("firm", "variant"), SOLD, ids="-".join)
def test_every_program_can_be_had(tmp_path: Path, firm: str, variant: str) -> None:
    """In each variant it is sold in; the first command that is printed checks it."""
    check = made(tmp_path, "name=mine", f"firm={firm}", f"variant={variant}")[0]
    checked = command(*shlex.split(check)[1:], home=tmp_path)
    assert checked.status == 0
    assert checked.out.startswith("mine with ema_cross: ")


def test_a_program_without_variants_has_none(tmp_path: Path) -> None:
    """Only the standard one."""
    assert "this program has no 'swing'" in refused(tmp_path, "name=mine", "firm=none", "variant=swing").err


def test_sizes_and_symbols_are_those_of_the_program(tmp_path: Path) -> None:
    """A program of futures by size begins at its smallest, with a symbol that may be traded, on the account of the same firm."""
    words = made(tmp_path, "name=mine", "firm=apex/intraday")
    data = read(tmp_path / "accounts/mine.yaml").data
    assert (data["size"], data["defaults"][0], data["secrets"]) == (50000, "apex_eod_50k", {"key": "MINE_KEY", "user": "MINE_USER"})
    assert words[0] == "runner +strategy=ema_cross +account=mine 'strategy.symbols=[ES]' mode=check"


def test_what_was_typed_stands_in_the_file(tmp_path: Path) -> None:
    """Size, variant, date; the rest as the shipped account has it."""
    made(tmp_path, "name=mine", "firm=hyrotrader/1step", "size=25000", "variant=swing", "purchased=2026-06-01")
    data = read(tmp_path / "accounts/mine.yaml").data
    assert data["defaults"] == ["hyro_1step_swing", "_self_"]
    told = {key: data[key] for key in ("name", "size", "currency", "phase", "variant", "purchased")}
    assert told == {"name": "mine", "size": 25000, "currency": "USDT", "phase": "challenge", "variant": "swing", "purchased": "2026-06-01"}
    assert data["secrets"] == {"key": "MINE_KEY", "secret": "MINE_SECRET"}


def test_every_line_is_explained(tmp_path: Path) -> None:
    """A comment beside each value."""
    made(tmp_path, "name=mine", "firm=hyrotrader/2step")
    lines = (tmp_path / "accounts/mine.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "#" not in line] == ["defaults:", "  - _self_", "  risk:"]


def test_a_program_of_ones_own(tmp_path: Path) -> None:
    """On the house of the shipped account for one's own money, under the rules of that program."""
    rules = "{loss: {_target_: blocks.rule.max_loss.MaxLoss, amount_fraction: 0.08}}"
    firm = f"firm: mine\nprogram: fast\nphases:\n  exam:\n    next: null\n    rules: {rules}\n"
    written(tmp_path, {"conf/firm/mine/fast.yaml": firm})
    made(tmp_path, "name=mine", "firm=mine/fast")
    data = read(tmp_path / "accounts/mine.yaml").data
    assert data["phase"] == "exam"
    assert command("+strategy=ema_cross", "+account=mine", "mode=check", home=tmp_path).status == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("firm=none",), "expected a name for it: name=my_account"),
        (("name=mine",), "expected a firm's program: firm=… (apex/eod, apex/intraday, breakout/1step_classic, "),
        (
            ("name=mine", "firm=hyrotraders/2step"),
            "there is no program 'hyrotraders/2step'; nearest is 'hyrotrader/2step'; there are apex/eod, apex/intraday, ",
        ),
        (("name=mine", "firm=hyrotrader/2step", "variant=swin"), "nearest is 'swing'; it is sold as standard, swing"),
        (("name=mine", "firm=none", "size=-4"), "expected a number above 0, was -4"),
        (("name=mine", "firm=none", "size=lots"), "was 'lots'"),
        (("name=mine", "firm=none", "purchased=June"), "expected a quoted date such as '2026-10-01', was 'June'"),
        (("name=own_money", "firm=none"), "'own_money' is what ships; choose another name, such as my_own_money"),
        (("name=defaults", "firm=none"), "'defaults' has a meaning of its own in these files; choose another name, such as my_defaults"),
        (("name=Shipped", "firm=none"), "'Shipped' has a meaning of its own"),
        (("name=_self_", "firm=none"), "expected letters, digits"),
        (("name=true", "firm=none"), "expected letters, digits"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """One clear message, status 2, and no folder left behind."""
    assert told in refused(tmp_path, *words).err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """The second of a name is refused."""
    made(tmp_path, "name=mine", "firm=none")
    assert "is there already" in refused(tmp_path, "name=mine", "firm=hyrotrader/2step").err


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Size, date and variant, each on its line, and the programs there are."""
    wrong = ("size=abc", "purchased=2026-13-45", "variant=foo")
    lines = refused(tmp_path, "name=b", "firm=hyrotrader/2step", *wrong).err.splitlines()
    assert lines[0] == "no account was made: 3 problems"
    assert [line.split()[0] for line in lines[1:]] == ["size", "variant", "purchased"]
    lines = refused(tmp_path, "name=b", "firm=nope", *wrong).err.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["firm", "size", "variant", "purchased"]
    assert "there are apex/eod, apex/intraday, " in lines[1]
    assert lines[1].endswith("topstep/combine")


@pytest.mark.parametrize(("firm", "said"), [("hyrotrader/2step", True), ("none", False)], ids=["dated rules", "none"])
def test_a_date_of_purchase_is_not_invented(tmp_path: Path, firm: str, said: bool) -> None:
    """Without one the newest rules hold, and that is said where rules have versions."""
    out = command("mode=new-account", "name=mine", f"firm={firm}", home=tmp_path).out
    assert read(tmp_path / "accounts/mine.yaml").data["purchased"] == ""
    assert ("fill in the date of purchase" in out) is said
