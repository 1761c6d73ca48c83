"""Worked examples of rules: all of them pass, every number in them matters, and nothing in them is passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.mode.vectors import run
from runner.mode.vectors.checking import tally
from runner.mode.vectors.document import examples
from runner.mode.vectors.kinds import KINDS
from runner.model.errors import DataError
from tests.mode.vectors.shelf import FILES, changed, every, expectations, leaves, mismatches, one_off

PARAMETERS = ("params", "rules", "initial", "snapshot_balance")
NO_ROW_AT_THEIR_EDGE = {
    "APEX-INTRADAY-LEGACY.rules.max_loss.lock_at",
    "E8ONE-PAYOUT.rules.max_loss.lock_at",
    "FTMO-NEWS-WINDOW.params.after_s",
    "FTMO-NEWS-WINDOW.params.before_s",
    "FXIFY-2P-DAILY.initial",
    "GEN-EQUITY-SNAPSHOT.initial",
    "HS-DAILY-MAX.initial",
    "HYRO-40-CREDIT-LOSSDAY.initial",
    "HYRO-40-CREDIT.initial",
    "HYRO-STOP-DEADLINE.params.grace.seconds",
    "ONE-TRADE.params.per_day_abs",
    "PAUSE-UNTIL-RESET.initial",
    "PAUSE-UNTIL-RESET.rules.max_loss.lock_at",
    "PAYOUT-FLOOR-TO-INITIAL.rules.max_loss.lock_at",
    "RESETS-UNSEEN.rules.max_loss.amount.pct",
    "RESETS-UNSEEN.rules.max_loss.lock_at",
    "SHARE-FAILS.initial",
    "SHARE-HOLDS.initial",
    "SYMBOL-LOSS.initial",
    "TARGET-NOT-RAISED.initial",
    "TARGET-RAISED.initial",
    "TARGET-REACHED-BEFORE-THE-END.initial",
    "USERDOC-SIZING-EXAMPLE.initial",
    "USERDOC-SIZING-EXAMPLE.params.max_margin_pct_initial",
    "USERDOC-SIZING-EXAMPLE.params.max_notional_x_initial",
}
BROKEN = ("breach", "fail", "violation")  # the same, said differently by kind
PUBLISHED = 31  # examples taken from pages of firms; the others were worked out by hand


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_example_passes(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The machine agrees with each row of each file, and the last line says how many there were."""
    assert run(file) == 0
    found = tally(examples(file))
    assert capsys.readouterr().out == f"{found.examples} examples, {found.rows} rows checked, 0 skipped\n"
    assert found.rows >= found.examples > 0


def test_there_is_an_example_of_every_kind() -> None:
    """Each kind stands in some file; those of the published ones are all there."""
    found = every()
    assert {example["kind"] for example in found.values()} == set(KINDS)
    assert sum(not example["source"].startswith("worked out by hand") for example in found.values()) == PUBLISHED


@pytest.mark.parametrize(
    ("name", "path", "value"), [pytest.param(*found, id=f"{found[0]}.{'.'.join(map(str, found[1]))}") for found in expectations()]
)
def test_an_expectation_one_unit_off_is_a_mismatch(name: str, path: tuple[str | int, ...], value: Any) -> None:
    """Each number one unit of its last place up and down, each verdict and flag turned: found, and at its place."""
    example = every()[name]
    if isinstance(value, bool):
        others: list[Any] = [not value]
    elif isinstance(value, str):
        words = ("ok", "pause", "warned", "2023-03-10T22:00:01Z", *(() if value in BROKEN else BROKEN))
        others = [word for word in words if word != value]
    else:
        others = [one_off(value, 1), one_off(value, -1)]
    for other in others:
        found = mismatches(changed(example, path, other))
        assert found, f"{other} was taken for {value}"
        assert str(path[-1]) in found[0].line()


def test_a_parameter_one_unit_off_is_a_mismatch() -> None:
    """Each number of a rule, up or down, changes some answer; but for those with no row at their edge, and these change none."""
    unmoved = set()
    for name, example in every().items():
        for path, value in leaves(example):
            if path[0] in PARAMETERS and (up := one_off(value, 1)) is not None:
                moved = [mismatches(changed(example, path, other)) for other in (up, one_off(value, -1))]
                unmoved |= set() if any(moved) else {f"{name}.{'.'.join(map(str, path))}"}
    assert unmoved == NO_ROW_AT_THEIR_EDGE


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        pytest.param("HYRO-STD-1", ("events", 2, "equity"), 4651, id="above a floor that breaches when touched"),
        pytest.param("FN-2STEP-DAILY", ("events", 2, "equity"), 94_999, id="under a floor that may be touched"),
        pytest.param("FTMO-2STEP-DAILY", ("events", 3, "t"), "2026-01-12T23:59:59+01:00", id="a second before the reset"),
        pytest.param("HYRO-SWING-3", ("events", 3, "equity"), 105_001, id="another snapshot"),
        pytest.param("TOPSTEP-MLL", ("events", 2, "balance"), 50_501, id="another end of the day"),
        pytest.param("APEX-INTRADAY-LEGACY", ("events", 1, "equity"), 50_876, id="another peak"),
        pytest.param("E8-ONE-40", ("cases", 1, "day_pnl", 1), 1_501, id="another best day"),
        pytest.param("TOPSTEP-LEGACY-40", ("cases", 1, "best"), 1_119, id="below a share that may not be reached"),
        pytest.param("HYRO-QUALIFYING-DAY", ("trades", 2, "notional"), 500, id="large enough"),
        pytest.param("HYRO-RISK-3PCT", ("cases", 0, "units"), 3_001, id="a unit too many"),
        pytest.param("HYRO-STOP-DEADLINE", ("cases", 0, "stop_set"), "10:05:01", id="a second too late"),
        pytest.param("HYRO-STOP-DEADLINE", ("cases", 3, "size_changed"), True, id="a change of size"),
        pytest.param("EDGES-OF-A-WINDOW", ("cases", 1, "t"), "2026-03-18T17:54:59Z", id="a second before the window"),
        pytest.param("FTMO-NEWS-WINDOW", ("cases", 2, "phase"), "funded_swing", id="a phase that is not concerned"),
        pytest.param("RESET-CLOCKS", ("cases", 0, "day"), "2023-03-14", id="another day"),
    ],
)
def test_an_input_beyond_its_edge_is_a_mismatch(name: str, path: tuple[str | int, ...], value: Any) -> None:
    """A number that goes in, one unit further, where that changes the answer."""
    assert mismatches(changed(every()[name], path, value))


def test_a_mismatch_says_both_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Id, row, what, expected, found; the exit status is 1."""
    file = tmp_path / "one.yaml"
    file.write_text(FILES[0].parent.joinpath("profit_cap.yaml").read_text().replace("credited: 9000", "credited: 9001"))
    assert run(file) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["CFT-PROFIT-CAP  cases 1  credited: expected 9001, found 9000", "1 examples, 2 rows checked, 0 skipped"]


@pytest.mark.parametrize("name", list(every()))
def test_a_key_that_is_not_known_is_a_mismatch(name: str) -> None:
    """Wherever it stands: in the example, in each mapping inside it, in each row."""
    example = every()[name]
    places = {path[:depth] for path, _ in leaves(example) for depth in range(len(path)) if isinstance(at(example, path[:depth]), dict)}
    for place in places:
        if place and place[-1] == "allocations":
            continue  # its keys are names of assets
        assert any("surplus" in each.line() for each in mismatches(changed(example, (*place, "surplus"), 1))), place


def at(example: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at a path."""
    for key in path:
        example = example[key]
    return example


@pytest.mark.parametrize("name", list(every()))
def test_a_value_of_another_sort_is_a_mismatch(name: str) -> None:
    """Each value of an example in turn becomes a mapping: there is a complaint every time, and never a traceback."""
    example = every()[name]
    for path, _ in leaves(example):
        if path[-1] in ("name", "positions"):
            continue  # for the reader
        assert mismatches(changed(example, path, {"a": {"b": 1}})), path


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        pytest.param(
            {"id": "A", "source": "s", "kind": "serie"},
            "A  kind: expected one that is known; nearest is 'series', found 'serie'",
            id="a kind that is not known",
        ),
        pytest.param({"id": "A", "kind": "series"}, "A  source: expected text, found nothing", id="no source"),
        pytest.param({"source": "s", "kind": "series"}, "example 1  id: expected text, found nothing", id="no id"),
        pytest.param(["a"], "example 1: expected a mapping with id, source and kind, found a list of 1", id="no mapping"),
    ],
)
def test_what_is_no_example_is_a_mismatch(example: Any, expected: str) -> None:
    """It counts as an example, and the line says what it lacks."""
    found = tally([example])
    assert ([each.line() for each in found.mismatches], found.examples) == ([expected], 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.yaml", "a: [1", "'[' opens here", id="no YAML"),
        pytest.param("a.yaml", "a: 1\n", "expected a list of examples, found a mapping of a", id="another file"),
        pytest.param("a.yaml", "", "expected a list of examples with an id each", id="an empty file"),
        pytest.param("a.md", "# Words\n", "expected a list of examples with an id each", id="a page without examples"),
        pytest.param("a.yaml", b"\xff\xfe", "is not UTF-8", id="no text"),
    ],
)
def test_what_is_no_file_of_examples_is_refused(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    """One sentence that says what is wrong with it."""
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataError) as caught:
        run(file)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Its name and the reason."""
    with pytest.raises(DataError, match=r"nowhere\.yaml"):
        run(tmp_path / "nowhere.yaml")


def test_examples_stand_in_several_documents_and_in_markdown(tmp_path: Path) -> None:
    """A page with other blocks between them, and YAML with --- between them, hold the same examples as a list."""
    first, second = (FILES[0].parent.joinpath(f"{name}.yaml").read_text() for name in ("profit_cap", "clock"))
    (tmp_path / "a.yaml").write_text(f"{first}---\n{second}")
    (tmp_path / "a.md").write_text(f"# Page\n```yaml\n{first}```\n\n```yaml\nclock:\n  tz: UTC\n```\n```yaml\n{second}```\n")
    for name in ("a.yaml", "a.md"):
        assert [example["id"] for example in examples(tmp_path / name)] == ["CFT-PROFIT-CAP", "RESET-CLOCKS"]
