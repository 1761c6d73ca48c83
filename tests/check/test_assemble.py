"""Nodes of every depth: built inside out, every fault kept, nothing built on a faulty part."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pytest
from pydantic import Field, model_validator

from runner.check.assemble import Assembler, plain
from runner.compose.trace import Trace
from runner.menu import Menu
from runner.model.block import Block, Exit
from runner.model.settings import Section

FIRST = {"_target_": "blocks.exit.no_exit.NoExit"}
STOP = {"_target_": "blocks.exit.atr_stop.AtrStop"}
BUILT: list[str] = []


class Inner(Section):
    """A part without `_target_`."""

    at: float = Field(gt=0, le=1)
    kind: Literal["low", "high"] = "low"


class Outer(Section):
    """Every kind of slot; notes its name when it is built."""

    name: str
    exits: dict[str, Exit] = Field(default_factory=dict)
    one: Exit | None = None
    inner: Inner | None = None
    steps: list[Inner] = Field(default_factory=list)
    numbers: list[Annotated[int, Field(ge=1)]] = Field(default_factory=list)
    either: int | str = 0
    free: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _built(self) -> Self:
        BUILT.append(self.name)
        if self.name == "never":
            raise ValueError("never is no name")
        return self


def assembled(data: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """The instance and the problems as `path: message`."""
    work = Assembler(Trace(menu=Menu(Path("/nowhere"))), ("blocks",))
    built = work.section(Outer, data, ("x",))
    return built, [f"{problem.path}: {problem.message}" for problem in work.problems]


def test_everything_right_is_built() -> None:
    """Blocks, sections and lists of them become objects; plain data becomes them again."""
    data = {
        "name": "a",
        "exits": {"stop": STOP, "none": FIRST},
        "one": FIRST,
        "inner": {"at": 0.5},
        "steps": [{"at": 1}],
        "numbers": [1, 2],
    }
    built, problems = assembled(data)
    assert problems == []
    assert isinstance(built.exits["stop"], Exit)
    assert built.steps[0].kind == "low"
    assert plain(built)["exits"]["stop"] == {**STOP, "multiple": 2.0, "length": 14}
    assert assembled(plain(built))[0] == built


def test_no_parent_is_built_on_a_faulty_part() -> None:
    """One wrong leaf three levels down, and nothing above it is built."""
    BUILT.clear()
    built, problems = assembled({"name": "a", "steps": [{"at": 0.5}, {"at": 2.0}]})
    assert built is None
    assert problems == ["x.steps.1.at: expected a fraction in (0, 1], was 2.0"]
    assembled({"name": "b", "exits": {"stop": {**STOP, "length": 0}}})
    assert BUILT == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": 5}, ["x.name: expected text, was 5 (put quotes around it: '5')"]),
        ({}, ["x.name: expected text, is missing"]),
        ({"name": "???"}, ["x.name: expected text, is missing"]),
        ({"nmae": "a"}, ["x.nmae: the outer has no 'nmae'; nearest is 'name'"]),
        ({"name": "never"}, ["x: never is no name"]),
        ({"name": "never", "inner": {"at": 2}}, ["x.inner.at: expected a fraction in (0, 1], was 2"]),
        ({"name": "a", "inner": {"at": 0.5, "kind": "hihg"}}, ["x.inner.kind: expected one of low, high, was 'hihg'; nearest is 'high'"]),
        ({"name": "a", "inner": 7}, ["x.inner: expected a mapping, was 7"]),
        ({"name": "a", "numbers": [1, 0]}, ["x.numbers.1: expected a number at least 1, was 0"]),
        ({"name": "a", "numbers": 1}, ["x.numbers: expected a list, was 1"]),
        ({"name": "a", "either": 1.5}, ["x.either: expected a whole number or text, was 1.5 (put quotes around it: '1.5')"]),
        ({"name": "a", "exits": []}, ["x.exits: expected a mapping of names to exit blocks, was an empty list"]),
        ({"name": "a", "exits": STOP}, ["x.exits._target_: expected names with an exit block each, found 'blocks.exit.atr_stop.AtrStop'"]),
        ({"name": "a", "steps": {"at": 1}}, ["x.steps: expected a list of mappings, was a mapping of at"]),
        ({"name": "a", "one": None}, []),
        ({"name": "a", "one": {}}, ["x.one: no _target_ here, nothing would be built (an exit block is expected); found nothing"]),
        ({"name": "a", "free": {"deep": [{"_target_": "os.system"}]}},
         ["x.free.deep.0._target_: nothing is built here, so it may not stand here; found 'os.system'"]),
        ({"name": "a", "_target_": "os.system"}, ["x._target_: nothing is built here, so it may not stand here; found 'os.system'"]),
    ],
)  # fmt: skip
def test_each_fault_has_its_line(data: Mapping[str, Any], said: list[str]) -> None:
    """What was expected, what was found, at its path."""
    assert assembled(data)[1] == said


def test_faults_of_every_depth_come_together() -> None:
    """Five faults in five places give five lines."""
    data = {"nam": "a", "exits": {"stop": {**STOP, "lenght": 5, "multiple": -1.0}, "bad": {"_target_": "os.system"}}, "steps": [{"at": 9}]}
    paths = [line.partition(":")[0] for line in assembled(data)[1]]
    assert sorted(paths) == ["x.exits.bad._target_", "x.exits.stop.lenght", "x.exits.stop.multiple", "x.nam", "x.steps.0.at"]


def test_a_guess_serves_to_look_inside_only() -> None:
    """A node with a misspelt class is searched for further faults, and not built."""
    built, problems = assembled({"name": "a", "one": {"_target_": "blocks.exit.atr_stop.AtrStpo", "length": 0}})
    assert built is None
    assert [line.partition(":")[0] for line in problems] == ["x.one._target_", "x.one.length"]


def test_a_block_of_another_room_is_refused() -> None:
    """An entry cannot stand where an exit belongs."""
    assert assembled({"name": "a", "one": {"_target_": "blocks.entry.never.Never"}})[1] == [
        "x.one._target_: expected an exit block, was an entry block (blocks.entry.never.Never)"
    ]


def test_the_base_class_is_no_block_of_a_trusted_package() -> None:
    """The sockets themselves are not built."""
    problems = assembled({"name": "a", "one": {"_target_": "runner.model.block.Exit"}})[1]
    assert problems == ["x.one._target_: expected a block of blocks, was 'runner.model.block.Exit'; refused"]
    assert issubclass(Exit, Block)
