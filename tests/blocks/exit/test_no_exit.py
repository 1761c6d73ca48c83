"""The exit `no_exit`."""

from blocks.exit.no_exit import NoExit
from tests.blocks.drafts import pair


def test_changes_nothing() -> None:
    """Plans stay as they were, byte for byte."""
    draft = pair()
    before = draft.plans.tobytes()
    NoExit().complete(draft)
    assert draft.plans.tobytes() == before
    assert draft.columns == []
