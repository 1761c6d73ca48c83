"""The budget of requests: laws that hold for any order of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runner.live.breaker import Breaker
from runner.live.budget import ADDRESS_LIMIT, ADDRESS_MS, SHARE, Budget
from runner.live.outcome import Blocked
from runner.wire.call import Call, Urgency
from tests.live.desks import StillClock

LIMIT = 10
CALLS = {urgency: Call(method="POST", path="/v5/order/create", payload={}, urgency=urgency, per_second=LIMIT) for urgency in Urgency}
OPEN = Call(method="GET", path="/v5/market/tickers", payload={}, signed=False)


@given(st.lists(st.tuples(st.sampled_from(list(Urgency)), st.integers(0, 400)), max_size=60))
def test_no_second_holds_more_than_the_venue_allows(story: list[tuple[Urgency, int]]) -> None:
    """Whatever is asked for and when: never more than ten in a second, never more than its share by what is less urgent."""
    clock = StillClock()
    budget, sent = Budget(clock), list[tuple[int, Urgency]]()
    for urgency, pause_ms in story:
        clock.at_ms += pause_ms
        try:
            budget.take(CALLS[urgency])
        except Blocked:
            continue
        sent.append((clock.at_ms, urgency))
    for at_ms, urgency in sent:
        within = [each for each in sent if at_ms - 1_000 < each[0] <= at_ms]
        assert len(within) <= LIMIT
        last = max(index for index, each in enumerate(sent) if each[0] == at_ms and each[1] is urgency)
        assert len([each for each in sent[: last + 1] if at_ms - 1_000 < each[0]]) <= max(1, int(LIMIT * SHARE[urgency]))


@given(st.lists(st.sampled_from([Urgency.ENTRY, Urgency.CANCEL, Urgency.QUERY]), max_size=40))
def test_there_is_always_room_for_protection(story: list[Urgency]) -> None:
    """However much else was asked for, a protective request goes out at once."""
    clock = StillClock()
    budget = Budget(clock)
    for urgency in story:
        try:
            budget.take(CALLS[urgency])
        except Blocked:
            continue
    before_ms = clock.at_ms
    budget.take(CALLS[Urgency.PROTECTIVE])
    assert clock.at_ms == before_ms


def test_an_address_has_its_own_limit() -> None:
    """Questions that no endpoint limits wait for the address's five seconds, long before its last request."""
    clock = StillClock()
    budget = Budget(clock)
    share = int(ADDRESS_LIMIT * SHARE[Urgency.QUERY])
    for _ in range(share):
        budget.take(OPEN)
        clock.at_ms += 5
    assert clock.slept == []
    budget.take(OPEN)
    assert clock.slept == [ADDRESS_MS - 5 * share]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40_000)), max_size=60))
def test_a_circuit_opens_after_five_failures_in_a_row(story: list[tuple[bool, int]]) -> None:
    """And then rests a minute: told by a count of our own, for any story of failures and successes."""
    breaker, now_ms, row, rests_until = Breaker(), 0, 0, 0
    call = CALLS[Urgency.ENTRY]
    for works, pause_ms in story:
        now_ms += pause_ms
        try:
            breaker.check(call, now_ms)
        except Blocked:
            assert now_ms < rests_until
            continue
        assert now_ms >= rests_until
        breaker.check(CALLS[Urgency.PROTECTIVE], now_ms)
        row = 0 if works else row + 1
        rests_until = now_ms + 60_000 if row >= 5 else 0
        breaker.worked(call) if works else breaker.failed(call, now_ms)
