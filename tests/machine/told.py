"""A follower told a story, instant by instant, as a venue would bring it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from runner.machine.follower import Follower
from runner.model.bars import Bars
from runner.model.bot import Costs, GateSettings
from runner.model.following import Told
from runner.model.records import Outcome, Reason
from runner.model.rules import Code, RuleBook
from tests.machine.build import FREE, HOUR, OFF, START, bars, book, flat, stream

STOPS = (Reason.STOP, Reason.TRAIL, Reason.BREAK_EVEN, Reason.DEFENCE, Reason.LIQUIDATION)
NAME = "hand"


class Story:
    """One symbol in bars of an hour from START on. `at` is the number of the running bar."""

    def __init__(
        self, rules: RuleBook | None = None, costs: Costs = FREE, gate: GateSettings = OFF, after_failure: str = "stop", **more: Any
    ) -> None:
        streams = [stream(bars(flat(3)), **more)]
        self.follower = Follower(streams=streams, book=rules or book(), costs=costs, gate=gate, start_ms=START, after_failure=after_failure)
        self.at = 0
        self.begin()

    @property
    def now_ms(self) -> int:
        """When the running bar began."""
        return START + self.at * HOUR

    def tell(self, kind: Told, time_ms: int | None = None, **fields: float) -> None:
        """One thing, now unless it says otherwise."""
        self.follower.tell(self.follower.note(kind, self.now_ms if time_ms is None else time_ms, "AAA", **fields))

    def turn(self, close: float = 100.0) -> None:
        """The running bar ends at `close`; what is due at the instant may be told until `begin`."""
        self.at += 1
        self.tell(Told.OVER)
        self.follower.set_signal_close("AAA", 1)
        self.tell(Told.CANDLE, price=close, bits=1)

    def begin(self) -> None:
        """Everything due at the instant is done."""
        self.tell(Told.BEGIN)

    def consider(self, plan: NDArray[Any], price: float = 100.0) -> int:
        """A plan meets the market; its number."""
        number = self.follower.add_plan("AAA", NAME, plan[0])
        self.tell(Told.CONSIDER, plan=number, price=price)
        return number

    def code(self, number: int) -> str:
        """The code a plan was answered with."""
        return Code(int(self.follower.decision(number)["code"])).name

    def fill(self, quantity: float, price: float = 100.0, role: Reason = Reason.ENTRY, **fields: float) -> None:
        """An execution."""
        said: dict[str, Any] = {"done": 1, **fields}
        self.tell(Told.FILL, quantity=quantity, price=price, role=int(role), **said)

    def bought(self, plan: NDArray[Any], quantity: float = 1.0, price: float = 100.0) -> int:
        """A plan that has filled at the open of the next bar."""
        self.turn(price)
        number = self.consider(plan, price)
        self.fill(quantity, price, plan=number)
        self.begin()
        return number


def retold(series: Bars, plans: Sequence[NDArray[Any]], expected: Outcome, costs: Costs) -> Follower:
    """What a follower makes of the fills of a backtest of these bars."""
    story = Story(costs=costs)
    for row in range(1, len(series)):
        story.turn(float(series.close[row - 1]))
        for fill in (each for each in expected.fills if each["time"] == story.now_ms and each["reason"] != Reason.ENTRY):
            _retell(story, fill)
        for plan in (each for each in plans if each["time"][0] == story.now_ms):
            number = story.consider(plan, float(series.open[row]))
            for fill in expected.fills:
                if fill["time"] == story.now_ms and fill["reason"] == Reason.ENTRY and fill["plan"] == number:
                    _retell(story, fill)
        story.begin()
        for fill in (each for each in expected.fills if story.now_ms < each["time"] < story.now_ms + HOUR):
            _retell(story, fill)
    return story.follower


def _retell(story: Story, fill: Any) -> None:
    reason = Reason(int(fill["reason"]))
    maker = int(reason is Reason.TARGET)
    story.tell(
        Told.FILL,
        int(fill["time"]),
        plan=int(fill["plan"]),
        role=int(Reason.STOP if reason in STOPS else reason),
        step=int(fill["target"]),
        quantity=float(fill["quantity"]),
        price=float(fill["price"]),
        fee=float(fill["fee"]),
        maker=maker,
        done=1,
    )
