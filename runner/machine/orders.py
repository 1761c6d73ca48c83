"""Resting orders: placed, withdrawn, taken out of the book."""

from __future__ import annotations

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.state import MAX_RESTING, View
from runner.machine.view import decision_at, ledger_of, position, resting_at


@compiled
def cancel_resting(w: View, s: int, role: int, answer: int) -> None:
    """Withdraw the symbol's resting orders of `role` (-1 = all); unfilled entries are answered with `answer`."""
    p = position(w, s)
    if role < 0:
        p.quoting = 0
    if p.resting == 0:
        return
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 1 and (role < 0 or order.role == role):
            drop_resting(w, s, n, answer)


@compiled
def drop_resting(w: View, s: int, n: int, answer: int) -> None:
    """Take one resting order out of the book."""
    order = resting_at(w, s, n)
    order.active = 0
    position(w, s).resting -= 1
    ledger_of(w).resting -= 1
    if order.role == c.BY_ENTRY:
        decision_at(w, order.plan).answer = answer


@compiled
def place_resting(
    w: View,
    s: int,
    role: int,
    kind: int,
    side: int,
    step: int,
    plan: int,
    expires: int,
    price: float,
    quantity: float,
    loss: float,
    give_back: float,
    reserve: float,
) -> bool:
    """Put an order into the symbol's book of up to 64; False when it is full."""
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 0:
            order.active = 1
            order.role = role
            order.kind = kind
            order.side = side
            order.step = step
            order.plan = plan
            order.expires = expires
            order.price = price
            order.quantity = quantity
            order.loss = loss
            order.give_back = give_back
            order.reserve = reserve
            order.balance = ledger_of(w).balance
            position(w, s).resting += 1
            ledger_of(w).resting += 1
            return True
    return False
