"""Accounts of one group, by their journals: the side that another one holds is not traded against, also after a restart."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from loguru import logger

from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.live.state import state_of
from runner.machine.follower import Follower
from runner.mode.trading.group import NAME, Group
from runner.model.bot import GateSettings
from runner.model.following import Told
from runner.model.records import Answer
from runner.model.rules import Code, Family
from tests.journal.live_cases import execution
from tests.live.test_evidence import ACCOUNT
from tests.machine.build import FREE, START, bars, book, flat, plan, row, stream

SYMBOL = "BTCUSDT"
RULES = book(row(Family.CAP, Code.OTHER_ACCOUNTS))


def ledger(journal: LiveJournal) -> LiveAccount:
    """A machine that asks what others hold."""
    streams = [stream(bars(flat(3), symbol=SYMBOL))]
    return LiveAccount(Follower(streams=streams, book=RULES, costs=FREE, gate=GateSettings(), start_ms=START), journal)


def group(home: Path, account: LiveAccount, name: str = "firm") -> Group:
    """Its group."""
    return Group(home=home, account=replace(ACCOUNT, name="mine", group=name, book=RULES), ledger=account)


def another(home: Path, *sides: int, name: str = "firm") -> None:
    """Another account, of a group, that has bought and sold so."""
    with LiveJournal.open(state_of(home, "other").journal, account="other") as journal:
        journal.set_meta(NAME, name)
        known = len(journal.fills())
        for number, side in enumerate(sides, known):
            journal.fill(replace(execution(number), symbol=SYMBOL, side=side, quantity=Decimal(1)), START, "0.0", "ENTRY")


def answer(account: LiveAccount, side: int) -> Answer:
    """What becomes of an entry now."""
    number = account.add_plan(SYMBOL, "hand", plan(0, side)[0])
    account.tell(Told.CONSIDER, START, SYMBOL, plan=number, price=100.0)
    return Answer(int(account.follower.decision(number)["answer"]))


@pytest.mark.parametrize(
    ("sides", "name", "side", "refused"),
    [
        pytest.param((1,), "firm", -1, True, id="long there, short here"),
        pytest.param((1,), "firm", 1, False, id="long on both"),
        pytest.param((-1,), "firm", 1, True, id="short there, long here"),
        pytest.param((1, -1), "firm", -1, False, id="closed there"),
        pytest.param((1,), "friend", -1, False, id="another group"),
    ],
)
def test_the_other_side_is_refused(tmp_path: Path, sides: tuple[int, ...], name: str, side: int, *, refused: bool) -> None:
    """By what the journal of the other account says now; the same bytes come back from ours at a restart, without another look."""
    another(tmp_path, *sides, name=name)
    with LiveJournal.open(state_of(tmp_path, "mine").journal, account="mine") as journal:
        account = ledger(journal)
        group(tmp_path, account).look(START)
        assert (answer(account, side) is Answer.REFUSED) == refused
        again = ledger(journal)
        again.restore()
        assert again.follower.state() == account.follower.state()
        assert again.follower.world.others.tolist() == account.follower.world.others.tolist()


def test_what_cannot_be_known_is_told_once(tmp_path: Path) -> None:
    """A rule that asks without a group, and a journal that cannot be read."""
    said: list[str] = []
    sink = logger.add(said.append, format="{message}")
    (tmp_path / "state" / "other").mkdir(parents=True)
    (tmp_path / "state" / "other" / "journal.db").write_text("no journal")
    with LiveJournal.open(state_of(tmp_path, "mine").journal, account="mine") as journal:
        nobody, some = group(tmp_path, ledger(journal), ""), group(tmp_path, ledger(journal))
        for each in (nobody, nobody, some, some):
            each.join()
            each.look(START)
    logger.remove(sink)
    assert [line.split(",")[0].split(":")[0].strip() for line in said] == [
        "a rule forbids positions against other accounts of the firm",
        "what other holds is not known",
    ]
