"""Functions compiled as one program: only the entry is made native, and what it needs is in it."""

from __future__ import annotations

from typing import Any

import numba
import pytest
from numba.core.codegen import JITCodeLibrary

from runner.machine import whole as module
from runner.machine.compiled import OPTIONS, compiled
from runner.machine.whole import whole


@compiled
def low(value: int) -> int:
    """Called by both others."""
    return value * 2


@compiled
def middle(value: int) -> int:
    """Calls the lowest."""
    return low(value) + 1


def top(value: int) -> int:
    """The entry; the lowest is called from here too, after and before."""
    return low(middle(value)) + middle(low(value))


def entry() -> Any:
    """The entry as native code."""
    with whole(top.__qualname__):
        return numba.cfunc(numba.types.int64(numba.types.int64), **OPTIONS)(top)


def test_only_the_entry_is_made_native(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives what Python gives, and nothing else was finished."""
    finished: list[str] = []
    finalize = JITCodeLibrary._finalize_final_module

    def noted(library: Any) -> None:
        finished.append(library.name)
        finalize(library)

    monkeypatch.setattr(JITCodeLibrary, "_finalize_final_module", noted)
    assert entry().ctypes(5) == (5 * 2 + 1) * 2 + (5 * 2) * 2 + 1
    assert finished == ["top"]


def test_a_function_that_is_missing_is_no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calling it would end the process: it is refused when compiled."""
    monkeypatch.setattr(module, "OURS", "_ZN5tests")
    monkeypatch.setattr(module, "needed", lambda _library: [])
    with pytest.raises(RuntimeError, match=r"the machine was compiled without .*low"):
        entry()


def test_afterwards_everything_is_compiled_as_ever() -> None:
    """Functions of tests and of others are called from Python."""
    entry()

    @compiled
    def other(value: int) -> int:
        return value + 1

    assert other(1) == 2
