"""Leave when the entry says the opposite."""

import numpy as np

from runner.model.block import Exit
from runner.model.draft import Draft


class OppositeSignal(Exit):
    """Closes a long at the close of a bar at which the entry speaks for a short, and the other way round; filters are not asked."""

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `exit_column`."""
        draft.leave(-draft.direction.astype(np.float64))
