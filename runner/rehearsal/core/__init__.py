"""The exchange itself: Decimal, a clock that callers move, seeded chance, no input or output."""
