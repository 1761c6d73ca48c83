"""Performance figures from empyrical, without paying half a second for what we do not call.

empyrical imports scipy.stats and scipy.optimize when it is imported (0.49 s), although Sharpe, Calmar and drawdown use
neither. While it is imported, both names are held by stand-ins that import the real module on the first call; afterwards
the stand-ins leave `sys.modules`, so everybody else gets the real ones. Measured: 0.002 s beside pandas and pandas-ta.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

UNUSED = ("scipy.stats", "scipy.optimize")


class Deferred(ModuleType):
    """Stands for a module until one of its functions is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **named: Any) -> Any:
            """Import the real module now and pass the call on."""
            return getattr(importlib.import_module(self.__name__), name)(*args, **named)

        return call


@contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Hold stand-ins under `names`, except for modules that are loaded already."""
    stand_ins = {name: Deferred(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


@cache
def empyrical() -> Any:
    """The library, imported on first use."""
    with deferred(*UNUSED):
        return importlib.import_module("empyrical")
