"""The promotion ladder: what an account has shown so far, rung by rung, before it is trusted with more."""

from runner.ladder.rungs import Rung as Rung
from runner.ladder.rungs import Wants as Wants
from runner.ladder.seen import ladder as ladder
