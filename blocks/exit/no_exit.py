"""No exit."""

from runner.model.block import Exit
from runner.model.draft import Draft


class NoExit(Exit):
    """Changes nothing: the written-down empty choice."""

    def complete(self, draft: Draft) -> None:
        """Needs nothing, gives nothing."""
