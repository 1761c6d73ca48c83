"""`mode=explain` on runs made here: what it says is what happened, and what it proposes would have changed it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import runner
from blocks.exit.adverse_closes import AdverseCloses
from blocks.exit.break_even import BreakEven
from blocks.exit.ladder import Ladder, Target
from blocks.exit.opposite_signal import OppositeSignal
from blocks.exit.step_out import Step, StepOut
from blocks.exit.tiered_trail import Tier, TieredTrail
from blocks.sizing.fixed_risk import FixedRisk
from blocks.sizing.pyramid import Pyramid
from blocks.sizing.weekday_multiplier import WeekdayMultiplier
from runner.mode.explaining.change import setting
from runner.mode.explaining.wanted import wrote
from runner.model.block import Exit, Sizing
from tests.blocks.drafts import pair
from tests.command import Ran, command, written

TIGHT = (
    "+strategy=ema_cross",
    "+account=hyro_2step",
    "strategy.sizing.risk_fraction=0.03",
    "mode.after_failure=restart",
    "mode.end=2023-12-31",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three runs: plain, bound by rules, and failed."""
    folder = tmp_path_factory.mktemp("runs").resolve()
    plain = ("+strategy=fvg", "+account=own_money", "mode.end=2024-06-30")
    for name, words in (("plain", plain), ("tight", TIGHT), ("failed", ("+strategy=fvg", "+account=hyro_2step", "mode.end=2024-06-30"))):
        assert command(*words, f"mode.output={name}", "mode.quiet=true", home=folder).status == 0
    return folder


def explained(home: Path, run: str, *words: str) -> str:
    """What the screen says."""
    done = command("mode=explain", f"+run={run}", *words, home=home)
    assert (done.status, done.err) == (0, "")
    return done.out


def flat(text: str) -> str:
    """The text without its folding."""
    return re.sub(r"\s+", " ", text)


def decisions(home: Path, run: str) -> list[dict[str, Any]]:
    """The decisions a run left."""
    rows: list[dict[str, Any]] = pq.read_table(home / run / "decisions.parquet").to_pylist()
    return rows


def of_code(home: Path, outcome: str, code: str) -> dict[str, Any]:
    """The first decision of the bound run with this answer."""
    return next(row for row in decisions(home, "tight") if (row["outcome"], row["code"]) == (outcome, code))


def asked(row: dict[str, Any]) -> tuple[str, str]:
    """The words that ask for a decision."""
    return f"at={row['time']:%Y-%m-%d %H:%M}", f"symbol={row['symbol']}"


def refused(home: Path, *words: str) -> Ran:
    """A command that is answered with a block of problems."""
    done = command("mode=explain", *words, home=home)
    assert (done.status, done.out) == (2, "")
    assert "Traceback" not in done.err
    return done


def test_the_last_decision_is_told_when_no_time_is_given(home: Path) -> None:
    """Its bar, the entry's conditions, the filters, the plan, the answer and the fills."""
    last = max(decisions(home, "plain"), key=lambda row: row["time"])
    said = explained(home, "plain")
    assert said.splitlines()[0].startswith(f"fvg on own_money: {last['symbol']} 4h, closed {last['time']:%Y-%m-%d %H:%M} UTC: ")
    titles = [line for line in said.splitlines() if line and not line.startswith(" ")][1:]
    assert titles[:4] == ["Bar", "Entry: fair_value_gap", "Filters", "Plan"]


def test_decisions_of_a_run_can_be_told(home: Path) -> None:
    """The head agrees with decisions.parquet, on every ninth signal of both runs."""
    for run in ("plain", "tight"):
        for row in decisions(home, run)[::9]:
            said = explained(home, run, *asked(row))
            came = said.splitlines()[0].rpartition(", ")[2]
            assert came == {"approved": "approved", "refused": "refused", "filtered": "filtered"}[row["outcome"]]
            assert (row["code"] in (None, "SIZING")) or row["code"] in said


def test_a_bar_without_a_signal_says_which_numbers_it_would_have_taken(home: Path) -> None:
    """A failed condition has its value and its bound."""
    said = flat(explained(home, "plain", "at=2024-03-05 08:00", "symbol=BTCUSDT"))
    assert "NO deepest wick of the pullback: 281.99%, needs at most 75.00%" in said
    assert "What a signal would have taken - deepest wick of the pullback at most 75.00% instead of 281.99%" in said
    assert "Rule book" not in said


@pytest.mark.parametrize(
    "typed",
    ["2024-03-05 08:00", "2024-03-05T08:00Z", "2024-03-05 09:00 Europe/Berlin", "2024-03-05 09:30 +01:00", "2024-03-05 11:59:59"],
    ids=["UTC", "ISO", "zone", "offset and between bars", "just before the next"],
)
def test_a_time_means_the_last_closed_bar(home: Path, typed: str) -> None:
    """In UTC, in a zone, or between two closes."""
    assert "closed 2024-03-05 08:00 UTC" in explained(home, "plain", f"at={typed}", "symbol=BTCUSDT")


def test_the_symbol_that_spoke_needs_no_name(home: Path) -> None:
    """A time at which one symbol has a signal is enough; the same bar is told."""
    rows = decisions(home, "plain")
    row = next(one for one in rows if [each["time"] for each in rows].count(one["time"]) == 1)
    assert explained(home, "plain", asked(row)[0]) == explained(home, "plain", *asked(row))


@pytest.mark.parametrize("code", ["DAILY_LOSS", "MAX_LOSS", "RISK_PER_TRADE"])
def test_a_smaller_plan_is_told_with_arithmetic_and_a_size_that_would_have_passed(home: Path, code: str) -> None:
    """Quantity, wanted, and a risk that really is approved in full when the run is made with it, told for the first such decision."""
    row = of_code(home, "approved", code)
    said = flat(explained(home, "tight", *asked(row)))
    assert f"approved {row['quantity']:g} of" in said
    assert f"bound by {code} (challenge." in said
    risk = float(re.search(r"risk_fraction=([\d.]+) or less would have been approved in full", said)[1])  # type: ignore[index]
    assert risk <= 0.03 * row["quantity"] / row["wanted"] * (1 + 1e-9)
    assert risk >= 0.03 * row["quantity"] / row["wanted"] * 0.97


def test_the_room_that_is_said_to_be_missing_is_what_was_missing(home: Path, tmp_path: Path) -> None:
    """The first plan of a run gets all it wants once the rule allows that much more, and less with a cent less."""
    words = ("+strategy=ema_cross", "+account=own_money", "strategy.sizing.risk_fraction=0.05", "mode.end=2023-03-31", "mode.quiet=true")
    assert command(*words, "mode.output=run", home=tmp_path).status == 0
    first = min(decisions(tmp_path, "run"), key=lambda row: row["time"])
    said = flat(explained(tmp_path, "run", *asked(first)))
    more = float(re.search(r"([\d.]+) USDT more room under house.risk", said)[1])  # type: ignore[index]
    for share, code in ((1.0, "SIZING"), (0.98, "RISK_PER_TRADE")):
        rule = f"account.house.risk.amount_fraction={0.03 + (more + 0.01) * share / 0.95 / 10_000!r}"
        assert command(*words, rule, f"mode.output={code}", home=tmp_path).status == 0
        assert min(decisions(tmp_path, code), key=lambda row: row["time"])["code"] == code


FIRM = """\
firm: mine
program: small
phases:
  exam:
    next: null
    rules:
      loss: {_target_: blocks.rule.max_loss.MaxLoss, amount_fraction: 0.02}
      day: {_target_: blocks.rule.daily_loss.DailyLoss, amount_fraction: 0.4, anchor: day_peak_equity, reset: {at: '00:00', zone: UTC}}
      value: {_target_: blocks.rule.notional_cap.NotionalCap, limit_multiple: 50.0}
      open: {_target_: blocks.rule.open_positions.OpenPositions, count: 1}
"""
RULES = "account.program.phases.exam.rules"


@pytest.mark.parametrize(
    ("rule", "key", "fraction", "others", "code"),
    [
        ("exam.loss", "loss.amount_fraction", 0.02, (), "MAX_LOSS"),
        ("exam.day", "day.amount_fraction", 0.01, (f"{RULES}.loss.amount_fraction=0.4",), "DAILY_LOSS"),
        ("exam.value", "value.limit_multiple", 0.1, (f"{RULES}.loss.amount_fraction=0.4",), "NOTIONAL"),
    ],
)
def test_the_room_a_firm_rule_lacked_is_exact(
    tmp_path: Path, rule: str, key: str, fraction: float, others: tuple[str, ...], code: str
) -> None:
    """With that much more of it (and its margin) the same first plan passes in full; with a fiftieth less it does not."""
    written(tmp_path, {"conf/firm/mine/small.yaml": FIRM})
    assert command("mode=new-account", "name=small", "firm=mine/small", home=tmp_path).status == 0
    words = (
        "+strategy=ema_cross",
        "+account=small",
        "strategy.sizing.risk_fraction=0.03",
        "~account.house.risk",
        "mode.end=2023-03-31",
        "mode.quiet=true",
    )
    tight = f"{RULES}.{key}={fraction}"
    assert command(*words, *others, tight, "mode.output=run", home=tmp_path).status == 0
    first = min(decisions(tmp_path, "run"), key=lambda row: row["time"])
    assert first["code"] == code
    found = re.search(rf"([\d.,]+) USDT more (?:head)?room under {rule}", flat(explained(tmp_path, "run", *asked(first))))
    assert found is not None
    more = float(found[1].replace(",", "")) + 0.01
    free = 1.0 if code == "NOTIONAL" else 0.95
    for share, wanted in ((1.0, "SIZING"), (0.98, code)):
        wider = f"{RULES}.{key}={fraction + more * share / free / 10_000!r}"
        assert command(*words, *others, wider, f"mode.output={wanted}", home=tmp_path).status == 0
        assert min(decisions(tmp_path, wanted), key=lambda row: row["time"])["code"] == wanted


STORIES = {
    "MIN_QUANTITY": (("+account=own_money", "account.size=20"), r"risk_fraction=[\d.]+ or more would have been enough"),
    "POSITION_OPEN": (
        ("+account=no_limits", "strategy.entry.when_open=ignore"),
        r"when position \d+ was closed - strategy.entry.when_open=rev",
    ),
    "LEVERAGE": (
        ("+account=no_limits", "sizing@strategy.sizing=notional_fraction", "strategy.sizing.fraction=30"),
        r"[\d.,]+ USDT more of position value; account.venue.leverage",
    ),
    "NO_STOP": (
        (
            "+account=own_money",
            "exit@strategy.exit.stop=no_exit",
            "exit@strategy.exit.targets=no_exit",
            "sizing@strategy.sizing=notional_fraction",
        ),
        r"an exit that sets a stop",
    ),
    "HOUSE": (("+account=own_money", "+house@account.house=fvg"), r"account\.house\.streak\.rungs\.rest\.at above 3"),
    "MIN_INTERVAL": (("+account=own_money", "+house@account.house=hybrid"), r"a signal 4\.0 h later"),
    "CONTRACTS": (
        ("+account=own_money", "+rule@account.house.most=contracts", "account.house.most.limit_quantity=0.01"),
        r"[\d.]+ more BTCUSDT under house.most would have let all of it pass",
    ),
    "MIN_TRADE": (
        ("+account=own_money", "+rule@account.house.least=smallest_trade", "account.house.least.amount=1900"),
        r"risk_fraction=[\d.]+ or more would have been enough for the least worth trading",
    ),
    "NO_MARKET": (("+account=own_money", "mode.start=2025-11-01", "mode.end=null"), r"no bar was left to enter on"),
}


@pytest.mark.parametrize("code", STORIES)
def test_other_answers_have_their_own_words(tmp_path: Path, code: str) -> None:
    """What was measured, and what would have helped."""
    words, told = STORIES[code]
    assert command("+strategy=ema_cross", "mode.end=2023-12-31", *words, "mode.output=run", "mode.quiet=true", home=tmp_path).status == 0
    row = next(one for one in decisions(tmp_path, "run") if one["code"] == code)
    assert re.search(told, flat(explained(tmp_path, "run", *asked(row))))


def test_finer_bars_and_a_later_start_change_no_word(tmp_path: Path) -> None:
    """What the blocks saw before the run began counts, and prices are those of the bars that were walked."""
    words = (
        "+strategy=fvg",
        "+account=own_money",
        "strategy.detail_timeframe=1h",
        "mode.start=2023-06-01",
        "mode.end=2024-03-31",
        "mode.quiet=true",
    )
    assert command(*words, "mode.output=run", "strategy.symbols=[BTCUSDT]", home=tmp_path).status == 0
    for row in decisions(tmp_path, "run"):
        said = explained(tmp_path, "run", *asked(row))
        assert "  NO  " not in said or row["outcome"] == "filtered"
        assert "not known yet" not in said


def test_bars_of_ones_own_are_named_again(tmp_path: Path) -> None:
    """A run does not keep where they lie; with `source.root=` it is the same run again, without it the message says what to add."""
    shipped = pq.read_table(Path(runner.__file__).parent / "data/bars/binance/futures/BTCUSDT-4h.parquet")
    (tmp_path / "my").mkdir()
    pq.write_table(shipped.slice(0, 500), tmp_path / "my" / "FOOUSDT-4h.parquet")
    words = ("+strategy=ema_cross", "+account=own_money", "source.root=my", "strategy.symbols=[FOOUSDT]", "mode.quiet=true")
    assert command(*words, "mode.output=run", home=tmp_path).status == 0
    assert "changed since" not in explained(tmp_path, "run", "source.root=my")
    assert "add source.root=FOLDER" in refused(tmp_path, "run=run").err


def test_a_plan_that_an_exit_gave_up_names_the_exit(tmp_path: Path) -> None:
    """Its range was not warm."""
    words = ("+strategy=ema_cross", "+account=own_money", "strategy.exit.stop.length=400", "mode.end=2023-06-30", "mode.quiet=true")
    assert command(*words, "mode.output=run", home=tmp_path).status == 0
    row = next(one for one in decisions(tmp_path, "run") if one["outcome"] == "no_plan")
    assert "exit.stop gives the plan up: a number it needs is not known yet (atr_stop)" in flat(explained(tmp_path, "run", *asked(row)))


def test_a_refused_plan_names_the_rule_and_the_money_it_lacked(home: Path) -> None:
    """For all of it, and for the least the instrument allows."""
    said = flat(explained(home, "tight", *asked(of_code(home, "refused", "MAX_LOSS"))))
    assert re.search(
        r"refused by MAX_LOSS \(challenge.overall\): the worst case would reach the overall loss floor; it leaves 0.000\d+ BTC", said
    )
    assert re.search(r"[\d.]+ USDT more headroom under challenge.overall would have let all of it pass", said)
    assert re.search(r"[\d.]+ USDT more for 0.001 BTCUSDT, the least there is", said)
    assert "What became of it" not in said


def test_a_plan_after_the_end_names_what_ended_the_phase(home: Path) -> None:
    """The rule, its time, and how to go on."""
    row = next(one for one in decisions(home, "failed") if one["code"] == "PHASE_OVER")
    said = flat(explained(home, "failed", *asked(row)))
    assert "challenge FAILED at 2023-02-21 16:00 UTC by INACTIVITY (challenge.inactivity)" in said
    assert "account.program.phases.challenge.rules.inactivity.severity=warn" in said


def test_the_fills_are_those_of_trades_csv(home: Path) -> None:
    """Time, quantity and price of each."""
    row = next(one for one in decisions(home, "plain") if one["position"])
    said = explained(home, "plain", *asked(row))
    trades = (home / "plain" / "trades.csv").read_text(encoding="utf-8").splitlines()
    names = trades[0].split(",")
    fills = [dict(zip(names, line.split(","), strict=True)) for line in trades[1:]]
    mine = [fill for fill in fills if fill["position"] == str(row["position"])]
    assert mine
    for fill in mine:
        assert f"{float(fill['quantity']):,g} at {float(fill['price']):,.10g}" in said


@pytest.fixture
def copied(home: Path, tmp_path: Path) -> Path:
    """The plain run once more, to be spoilt; `tmp_path` is the home."""
    shutil.copytree(home / "plain", tmp_path / "run")
    return tmp_path / "run"


def test_a_run_whose_configuration_was_changed_is_recomputed_and_says_so(copied: Path) -> None:
    """The settled configuration decides; the reader is told that the files may say something else."""
    config = copied / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("risk_fraction: 0.01", "risk_fraction: 0.02"), encoding="utf-8")
    said = flat(explained(copied.parent, "run"))
    assert "bars, blocks or rules changed since this run" in said
    assert "recomputed" in said


def spoil(copied: Path, how: str) -> None:
    """Make something wrong with a run."""
    if how == "half":
        (copied / "summary.json").unlink()
    elif how == "writing":
        for file in copied.iterdir():
            file.unlink()
        (copied / ".writing").mkdir()
    elif how == "newer":
        page = json.loads((copied / "summary.json").read_text(encoding="utf-8"))
        (copied / "summary.json").write_text(json.dumps(page | {"version": "99.0.0"}), encoding="utf-8")
    elif how == "broken summary":
        (copied / "summary.json").write_text("{", encoding="utf-8")
    elif how == "broken config":
        (copied / "config.yaml").write_text("strategy: [", encoding="utf-8")
    elif how == "stranger":
        text = (copied / "config.yaml").read_text(encoding="utf-8")
        (copied / "config.yaml").write_text(text.replace("blocks.entry.fair_value_gap.FairValueGap", "os.system"), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "kept", "told"),
    [
        ("config.yaml", slice(0), "config.yaml is empty"),
        ("config.yaml", slice(22), "config.yaml has no account and no source and no mode"),
        ("decisions.parquet", slice(1000), "decisions.parquet is no readable Parquet file"),
        ("decisions.parquet", slice(0), "decisions.parquet is no readable Parquet file"),
    ],
    ids=["empty config", "cut config", "cut decisions", "empty decisions"],
)
def test_a_run_that_was_not_left_whole_is_refused(copied: Path, file: str, kept: slice, told: str) -> None:
    """What is cut short counts as missing."""
    (copied / file).write_bytes((copied / file).read_bytes()[kept])
    assert f"the run is not whole: {told}; run it again" in " ".join(refused(copied.parent, "run=run").err.split())


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("half", "the run is not whole: summary.json is missing; run it again"),
        ("writing", "a run is still writing here"),
        ("newer", "was left by version 99.0.0, and this is"),
        ("broken summary", "is not JSON"),
        ("broken config", "is not YAML"),
        ("stranger", "expected a block of blocks, was 'os.system'; refused"),
    ],
)
def test_a_folder_that_cannot_be_explained_is_refused(copied: Path, how: str, told: str) -> None:
    """One clear message, status 2."""
    spoil(copied, how)
    assert told in refused(copied.parent, "run=run").err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run=plian",), "is not there; expected the folder of a run; nearest is 'plain'"),
        (("run=.",), "holds runs and is none itself; the newest is run="),
        (("run=plain/config.yaml",), "is a file; expected the folder of a run"),
        ((), "no run lies under outputs/; name its folder with run=FOLDER"),
        (("run=plain", "symbol=BTCUSD"), "'BTCUSD' is not in this run; nearest is 'BTCUSDT'; it has BTCUSDT, ETHUSDT, SOLUSDT"),
        (("run=plain", "strategy=fgv"), "'fgv' is not in this run"),
        (("run=plain", "at=yesterday"), "expected a time such as '2024-03-05 08:00'"),
        (("run=plain", "at=2024-02-30"), "expected a time such as"),
        (("run=plain", "at=2024-03-05 08:00 Europe/Berln"), "nearest is 'Europe/Berlin'"),
        (("run=plain", "at=2024-03-05 08:00 +99:00"), "expected an offset such as +01:00"),
        (("run=plain", "at=2024-03-31 02:30 Europe/Berlin"), "does not exist: the clocks were put forward over it"),
        (
            ("run=plain", "at=2029-01-01", "symbol=BTCUSDT"),
            "lies outside the run; its bars of BTCUSDT close from 2023-01-01 04:00 to 2024-07-01 00:00",
        ),
        (("run=plain", "at=2024-03-05 04:00"), "expected one of BTCUSDT, ETHUSDT, SOLUSDT: symbol=BTCUSDT"),
    ],
)
def test_what_is_not_there_is_named(home: Path, words: tuple[str, ...], told: str) -> None:
    """One clear message, status 2."""
    assert told in refused(home, *words).err


def test_a_portfolio_has_several_strategies(tmp_path: Path) -> None:
    """`strategy=` chooses one; paths in the configuration are the portfolio's."""
    assert (
        command(
            "+portfolio=hyro_duo", "+account=own_money", "mode.end=2023-06-30", "mode.output=duo", "mode.quiet=true", home=tmp_path
        ).status
        == 0
    )
    names = {row["strategy"] for row in decisions(tmp_path, "duo")}
    assert names
    for name in names:
        assert explained(tmp_path, "duo", f"strategy={name}").startswith(f"{name} on own_money: ")
    assert "it has " in refused(tmp_path, "run=duo", "strategy=nobody").err


def test_lines_fit_a_terminal(home: Path) -> None:
    """80 columns, and no colour where there is no terminal."""
    said = explained(home, "tight") + explained(home, "plain")
    assert max(len(line) for line in said.splitlines() if line.startswith(" ")) <= 80
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("sizing", "value", "place"),
    [
        pytest.param(FixedRisk(risk_fraction=0.02), 0.02, "risk_fraction", id="its own number"),
        pytest.param(Pyramid(of=FixedRisk(risk_fraction=0.5), fraction=0.5), 0.5, "of.risk_fraction", id="that of the sizing inside"),
        pytest.param(WeekdayMultiplier(of=FixedRisk(), factors={"mon": 0.5}), 0.005, "", id="no number of its own"),
    ],
)
def test_the_number_a_sizing_takes_is_named_where_it_stands(sizing: Sizing, value: float, place: str) -> None:
    """Inside out, so that what a wrapper happens to have as well is not taken for it."""
    assert setting(sizing, value) == place


WROTE = {
    "ladder": "target 1 at 107, 1.40 R, closes 50.00%",
    "tiered_trail": "trails 2 behind the best price from 1 in profit on",
    "step_out": "closes 30.00% at a loss at 97.5",
    "adverse_closes": "closes 50.00% after 2 closes in a row against it; closes 50.00% after 3 closes in a row against it",
    "break_even": "stop to the entry and 0.5 beyond once target 1 is hit",
    "opposite_signal": "closes at bar closes it has marked",
}
BLOCKS: dict[str, Exit] = {
    "ladder": Ladder(targets={"tp": Target(at=0.07, fraction=0.5)}, unit="fraction"),
    "tiered_trail": TieredTrail(tiers={"one": Tier(profit=0.01, distance=0.02)}),
    "step_out": StepOut(steps={"half_way": Step(at=0.5, fraction=0.3)}),
    "adverse_closes": AdverseCloses(),
    "break_even": BreakEven(offset_r=0.1),
    "opposite_signal": OppositeSignal(),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_what_an_exit_writes_is_told_in_words(name: str) -> None:
    """A long at 100 with its stop at 95."""
    draft = pair(stop=5.0)
    before = draft.plans.copy()
    BLOCKS[name].complete(draft)
    assert wrote(before, draft.plans) == WROTE[name]
