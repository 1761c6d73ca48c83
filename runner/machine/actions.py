"""What compiled code is asked to do, and what it answers."""

from __future__ import annotations

BEGIN, STEP, RUN, END, OBSERVE, FOLLOW = 0, 1, 2, 3, 4, 5
DONE, MORE, FULL = 0, 1, 2
