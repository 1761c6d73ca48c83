"""empyrical without scipy.stats."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import numpy as np
from runner.report.library import empyrical

daily = np.random.default_rng(7).normal(0.001, 0.02, 300)
library = empyrical()
def figures(library):
    return [library.sharpe_ratio(daily, annualization=365), library.calmar_ratio(daily, annualization=365), library.max_drawdown(daily)]

early = figures(library)
assert "scipy.stats" not in sys.modules, "the library was paid for in full"
later = library.stability_of_timeseries(daily)
import scipy.stats
assert scipy.stats.skew(daily) == library.stats.stats.skew(daily)
for name in [name for name in sys.modules if name.split(".")[0] == "empyrical"]:
    del sys.modules[name]
import empyrical as ordinary
assert early == figures(ordinary)
assert later == ordinary.stability_of_timeseries(daily)
print("equal")
"""


def test_the_library_is_the_ordinary_one_without_what_is_not_called() -> None:
    """Figures equal a plain import's, scipy.stats stays unloaded until needed, and is the real one afterwards."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("equal\n", "")


def test_a_module_that_is_loaded_already_is_left_alone() -> None:
    """Whoever imported scipy.stats before keeps it."""
    script = (
        "import sys, scipy.stats as s\nfrom runner.report.library import empyrical\nempyrical()\nprint(sys.modules['scipy.stats'] is s)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
