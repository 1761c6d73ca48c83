"""The machine as native code: compiled once by Numba, kept as an object file, loaded in milliseconds without Numba.

Loading Numba's own cache costs some 0.4 s in every process, more than a whole backtest. An object file needs only LLVM's
linker. Compiled functions work on bare records and raise nothing, so they need no run-time support; the symbols of
Numba's error paths, which are never reached, point to `abort`.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numpy.typing import NDArray

from runner.machine.cache import folder

OBJECT, SYMBOL = "drive.o", "drive.name"
NEVER_REACHED = (
    "NRT_Free",
    "numba_do_raise",
    "numba_gil_ensure",
    "numba_gil_release",
    "numba_runtime_build_excinfo_struct",
    "numba_unpickle",
)


def is_stored() -> bool:
    """Is the compiled machine on disk already?"""
    return (folder() / SYMBOL).exists()


def compile_object() -> tuple[bytes, str]:
    """Compile the machine: (object code, name of its entry). Takes a minute."""
    import numba

    from runner.machine import entrance
    from runner.machine.compiled import OPTIONS
    from runner.machine.whole import whole

    kind = numba.types.int64(numba.types.int64, numba.types.int64)
    with whole(entrance.drive.__qualname__):
        entry = numba.cfunc(kind, **OPTIONS)(entrance.drive)
    _, _, (code, _) = entry._library.serialize_using_object_code()  # noqa: SLF001 - numba offers no public way to the object
    return code, entry._wrapper_name  # noqa: SLF001


def store(place: Path, code: bytes, symbol: str) -> None:
    """Keep the object; the symbol is written last, so that a half-written pair is never found."""
    for name, content in ((OBJECT, code), (SYMBOL, symbol.encode())):
        part = place / f"{name}.{os.getpid()}"
        part.write_bytes(content)
        part.replace(place / name)


def link(code: bytes, symbol: str) -> tuple[Any, int]:
    """Link object code into this process: (the engine that owns it, address of the entry)."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    never = ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p).value
    for name in NEVER_REACHED:
        if llvm.address_of_symbol(name) is None:
            llvm.add_symbol(name, never)
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True, codemodel="jitdefault")
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine, engine.get_function_address(symbol)


class Native:
    """The compiled entry, loaded (or compiled) when first called."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._call: Callable[[int, int], int] | None = None

    def load(self) -> Callable[[int, int], int]:
        """The callable entry: (address of a view, action) → status."""
        if self._call is None:
            place = folder()
            if not is_stored():
                store(place, *compile_object())
            self._engine, address = link((place / OBJECT).read_bytes(), (place / SYMBOL).read_text())
            self._call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)(address)
        return self._call

    def __call__(self, view: NDArray[np.void], action: int) -> int:
        """Run `action` on the world whose addresses `view` holds."""
        return int(self.load()(view.ctypes.data, action))


drive = Native()
