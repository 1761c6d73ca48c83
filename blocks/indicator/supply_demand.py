"""Supply and demand zones."""

from runner.columns.supply_demand import ZoneTerms
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class SupplyDemand(ZoneTerms, Indicator):
    """Zones that a rejected price on high volume left behind: the nearest below (demand) and above (supply), and what they are worth."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`demand_lower`, `demand_upper`, `demand_tests`, `demand_strength`, the same of `supply`, and `zones`, how many stand.

        Edges are NaN where there is no zone, tests and strength 0; all NaN for the first volume_length − 1 bars. A zone whose bar is more
        than `max_age` bars back is forgotten, so no older history is needed.
        """
        return self.on_bars(bars)
