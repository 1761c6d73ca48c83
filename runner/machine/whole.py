"""Compile many functions that call each other as one program, for Numba makes a program of each.

Numba links what a function calls into that function, optimises both and makes them native, and does so again for whoever
calls it: the machine's seven hundred functions would be compiled once for every level above them, which takes eight minutes
and two gigabytes. Only the entry is ever called from outside, so only the entry is linked, optimised and made native.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from numba.core.codegen import JITCodeLibrary
from numba.core.cpu import CPUContext

OURS = "_ZN6runner"  # how the names of our functions begin in compiled code


@contextmanager
def whole(entry: str) -> Iterator[None]:
    """While inside, Numba compiles the function named `entry` whole, and of others no more than the entry needs of them."""
    finalize, wrap = JITCodeLibrary.finalize, CPUContext.create_cfunc_wrapper

    def finalized(library: Any) -> None:
        if library.name == entry:
            library._linking_libraries = needed(library)  # noqa: SLF001 - Numba has no public way
            finalize(library)
        else:
            library._finalized = True  # noqa: SLF001

    def wrapped(context: Any, library: Any, *rest: Any) -> None:
        if library.name == entry:
            wrap(context, library, *rest)

    with (
        patch.object(JITCodeLibrary, "finalize", finalized),
        patch.object(JITCodeLibrary, "_verify_declare_only_symbols", check),
        patch.object(CPUContext, "create_cfunc_wrapper", wrapped),
        patch.object(CPUContext, "create_cpython_wrapper", lambda *_, **__: None),
        patch.object(CPUContext, "get_executable", uncalled),
    ):
        yield


def needed(library: Any) -> list[Any]:
    """Everything that a function calls, and what that calls in turn: whoever calls before what is called.

    The linker takes a function only where it has seen a call of it.
    """
    called_first: dict[Any, None] = {}

    def visit(one: Any) -> None:
        for callee in dict.fromkeys(one._linking_libraries):  # noqa: SLF001
            if callee not in called_first:
                visit(callee)
        called_first[one] = None

    visit(library)
    return list(called_first)[-2::-1]


def check(library: Any) -> None:
    """RuntimeError, before anything is made native, where a function of ours is called and not there: calling it would end the process."""
    functions = library._final_module.functions  # noqa: SLF001
    if missing := [each.name for each in functions if each.is_declaration and each.name.startswith(OURS)]:
        raise RuntimeError(f"the machine was compiled without {', '.join(missing)}")


def uncalled(*_: object) -> Callable[..., Any]:
    """Stands for a function that nobody calls from Python; each is another, because Numba tells functions apart by them."""
    return [].append
