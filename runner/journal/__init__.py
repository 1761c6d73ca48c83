"""The append-only record of a run or an account: restart and reports are built from it."""
