"""What the venue says: can it be reached and how fast, how far is its clock, what may the key do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from runner.doctor.finding import REFUSED, Check, Finding
from runner.live.desk import Desk
from runner.live.preflight import DAY_MS, SOON_DAYS, day
from runner.words import counted

SLOW_MS = 1_000  # a request and its answer
AWAY_MS, FAR_MS = 1_000, 10_000  # of the venue's clock: ticks come early or late; bars are missed


@dataclass
class VenueSeen:
    """The checks of one account at its venue, over one desk; when the first cannot reach it, the others do not try."""

    desk: Desk
    reached: bool = field(default=False)

    def checks(self) -> Iterator[Check]:
        """In this order."""
        yield Check("venue", self.reach)
        yield Check("venue clock", self.clock)
        yield Check("key rights", self.rights)
        yield Check("key expiry", self.expiry)
        yield Check("venue account", self.account)

    def reach(self, check: Check) -> Finding:
        """It answers, and soon enough."""
        self.desk.measure_clock()
        self.reached = True
        took = 2 * (self.desk.rest.offset.error_ms or 0)
        found = f"{self.desk.dialect.environment} answers within {max(took, 1)} ms"
        if took > SLOW_MS:
            return check.warning(found, "run nearer to the venue, or on a better line; stops that rest there do not wait for it")
        return check.ok(found)

    def clock(self, check: Check) -> Finding:
        """Ticks are started by our clock, bars end by the venue's."""
        if not self.reached:
            return self.unasked(check)
        offset = self.desk.rest.offset
        ahead, unsure = offset.offset_ms, offset.error_ms or 0
        side = "ahead of" if ahead >= 0 else "behind"
        found = f"{abs(ahead)} ms {side} ours, known to {unsure} ms"
        advice = "switch on time synchronisation (timedatectl set-ntp true); ticks are started by this machine's clock"
        if abs(ahead) > FAR_MS + unsure:
            return check.problem(found, advice)
        return check.warning(found, advice) if abs(ahead) > AWAY_MS + unsure else check.ok(found)

    def rights(self, check: Check) -> Finding:
        """A key that trades, cannot take money away, and works from here alone."""
        if not self.reached:
            return self.unasked(check)
        key = self.desk.key()
        if key.can_withdraw:
            return check.problem("the key may withdraw money", "make one at the venue that only trades, and delete this one")
        if key.read_only or not key.can_trade:
            return check.problem("the key may not trade", "make one at the venue that may trade contracts")
        if not key.bound_to_ip:
            return check.warning("may trade, may not withdraw, works from any address", "bind it to this machine's address at the venue")
        return check.ok("may trade, may not withdraw, bound to addresses")

    def expiry(self, check: Check) -> Finding:
        """Days that are left of the key."""
        if not self.reached:
            return self.unasked(check)
        expires, now_ms = self.desk.key().expires_ms, self.desk.rest.offset.venue_ms()
        if not expires:
            return check.ok("never")
        left = (expires - now_ms) // DAY_MS
        found = f"{day(expires)}, {left} days left"
        if expires <= now_ms:
            return check.problem(f"the key has expired on {day(expires)}", "make a new one at the venue")
        return check.warning(found, "make a new one at the venue in time") if left < SOON_DAYS else check.ok(found)

    def account(self, check: Check) -> Finding:
        """A unified account; what is open there has its stop."""
        if not self.reached:
            return self.unasked(check)
        facts = self.desk.account()
        if not facts.unified:
            return check.problem("no unified trading account", "upgrade it at the venue", REFUSED)
        held = self.desk.positions()
        bare = [each.symbol for each in held if not each.stop]
        if bare and self.desk.dialect.category != "spot":
            return check.problem(f"{', '.join(bare)} without a stop at the venue", "runner mode=guard sets it; or close it by hand", 5)
        margin = "isolated" if facts.isolated_margin else "cross"
        return check.ok(f"unified, {margin} margin, {counted(len(held), 'position')} open")

    def unasked(self, check: Check) -> Finding:
        """What can only be known from there."""
        return check.warning("not known, the venue was not reached", "look again when it is")
