"""Which exit comes first on the way through a bar, as docs/exits.md says it: real blocks on bars written by hand, to the fill."""

from __future__ import annotations

import pytest

from blocks.exit.break_even import BreakEven
from blocks.exit.percent_stop import PercentStop
from blocks.exit.percent_trail import PercentTrail
from blocks.exit.step_out import Step, StepOut
from blocks.exit.tiered_trail import Tier, TieredTrail
from runner.model.block import Exit, Sizing
from tests.machine.build import Row
from tests.pipeline.playing import ONE, STOP, Fill, adds, after, target

ON_THE_WAY: dict[str, tuple[list[Row], dict[str, Exit], Sizing, list[Fill]]] = {
    "stop and target in one bar: the way goes against the position first": (
        [(100, 110, 90, 100)],
        {"stop": STOP, "targets": target(0.05)},
        ONE,
        [("STOP", -1, 95)],
    ),
    "two stops: the tighter": ([(100, 100, 90, 90)], {"stop": STOP, "cap": PercentStop(fraction=0.03)}, ONE, [("STOP", -1, 97)]),
    "two stops in the other order: the tighter": (
        [(100, 100, 90, 90)],
        {"cap": PercentStop(fraction=0.03), "stop": STOP},
        ONE,
        [("STOP", -1, 97)],
    ),
    "stop and a part at one price: the stop": (
        [(100, 100, 90, 90)],
        {"stop": STOP, "out": StepOut(steps={"all": Step(at=1.0, fraction=0.5)})},
        ONE,
        [("STOP", -1, 95)],
    ),
    "a part on the way to the stop, then the stop": (
        [(100, 100, 90, 90)],
        {"stop": STOP, "out": StepOut(steps={"half_way": Step(at=0.5, fraction=0.5)})},
        ONE,
        [("ADVERSE", -0.5, 97.5), ("STOP", -0.5, 95)],
    ),
    "a part on the way down and a target on the way up": (
        [(100, 105, 97, 105)],
        {"stop": STOP, "targets": target(0.05), "out": StepOut(steps={"half_way": Step(at=0.5, fraction=0.5)})},
        ONE,
        [("ADVERSE", -0.5, 97.5), ("TARGET", -0.5, 105)],
    ),
    "a part and a trail at one price: the trail, which closes all": (
        [(100, 100, 90, 90)],
        {"trail": PercentTrail(fraction=0.02), "out": StepOut(steps={"there": Step(at=0.02, fraction=0.5)}, unit="fraction")},
        ONE,
        [("TRAIL", -1, 98)],
    ),
    "stop and trail at one price: the stop, for a trail has to be tighter": (
        [(100, 100, 90, 90)],
        {"stop": STOP, "trail": PercentTrail(fraction=0.05)},
        ONE,
        [("STOP", -1, 95)],
    ),
    "stop and a tighter trail": ([(100, 100, 90, 90)], {"stop": STOP, "trail": PercentTrail(fraction=0.03)}, ONE, [("TRAIL", -1, 97)]),
    "stop and a wider trail": ([(100, 100, 90, 90)], {"stop": STOP, "trail": PercentTrail(fraction=0.06)}, ONE, [("STOP", -1, 95)]),
    "stop and a wider tier": (
        [(100, 100, 90, 90)],
        {"stop": STOP, "trail": TieredTrail(tiers={"wide": Tier(profit=0.0, distance=0.08)})},
        ONE,
        [("STOP", -1, 95)],
    ),
    "target and trail on one way up: the target, then the trail from the best price": (
        [(100, 106, 100, 103)],
        {"stop": STOP, "targets": target(0.05, 0.5), "trail": PercentTrail(fraction=0.02)},
        ONE,
        [("TARGET", -0.5, 105), ("TRAIL", -0.5, 104)],
    ),
    "target and the price at which a trail starts: both": (
        [(100, 105, 100, 103.5)],
        {"stop": STOP, "targets": target(0.05, 0.5), "trail": PercentTrail(fraction=0.01, start_fraction=0.05)},
        ONE,
        [("TARGET", -0.5, 105), ("TRAIL", -0.5, 104)],
    ),
    "target and break-even in one bar: the stop stands at the entry on the way back": (
        [(100, 106, 99, 99.5)],
        {"stop": STOP, "targets": target(0.05, 0.5), "break_even": BreakEven()},
        ONE,
        [("TARGET", -0.5, 105), ("BREAK_EVEN", -0.5, 100)],
    ),
    "break-even and a tighter trail after one target": (
        [(100, 105, 100, 100)],
        {"stop": STOP, "targets": target(0.05, 0.5), "break_even": BreakEven(), "trail": PercentTrail(fraction=0.03, after_target=1)},
        ONE,
        [("TARGET", -0.5, 105), ("TRAIL", -0.5, 102)],
    ),
    "break-even and a wider trail after one target": (
        [(100, 105, 99, 99)],
        {"stop": STOP, "targets": target(0.05, 0.5), "break_even": BreakEven(), "trail": PercentTrail(fraction=0.06, after_target=1)},
        ONE,
        [("TARGET", -0.5, 105), ("BREAK_EVEN", -0.5, 100)],
    ),
    "break-even and trail at one price: break-even": (
        [(100, 105, 99, 99)],
        {"stop": STOP, "targets": target(0.05, 0.5), "break_even": BreakEven(), "trail": PercentTrail(fraction=0.05, after_target=1)},
        ONE,
        [("TARGET", -0.5, 105), ("BREAK_EVEN", -0.5, 100)],
    ),
    "target and a further entry at one price: the target first": (
        [(100, 106, 100, 106)],
        {"stop": STOP, "targets": target(0.05, 0.5)},
        adds(0.05),
        [("TARGET", -0.5, 105), ("ADD", 0.5, 105)],
    ),
    "a target that closes everything and a further entry at one price: nothing is left to add to": (
        [(100, 106, 100, 106)],
        {"stop": STOP, "targets": target(0.05)},
        adds(0.05),
        [("TARGET", -1, 105)],
    ),
    "stop and a further entry in one bar: the stop, and the order goes with it": (
        [(100, 106, 94, 106)],
        {"stop": STOP},
        adds(0.05),
        [("STOP", -1, 95)],
    ),
}


@pytest.mark.parametrize(("rows", "exits", "sizing", "found"), ON_THE_WAY.values(), ids=ON_THE_WAY)
def test_on_the_way_through_a_bar(rows: list[Row], exits: dict[str, Exit], sizing: Sizing, found: list[Fill]) -> None:
    """Stop, targets, trail, break-even and further entries."""
    assert after(rows, exits, sizing=sizing) == found
