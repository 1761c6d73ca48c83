"""The exchange on loopback that tests of feeds and of the modes that use them share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.feed.venue import Venue, serving


@pytest.fixture
def venue() -> Iterator[Venue]:
    """A well-behaved exchange; tests change its fields."""
    with serving(Venue()) as served:
        yield served
