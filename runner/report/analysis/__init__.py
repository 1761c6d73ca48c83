"""What a run says beyond its figures: where the result came from, how it was spread, what to do about it. Tables of plain values."""
