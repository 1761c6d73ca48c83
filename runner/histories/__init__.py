"""Histories that might have been: the bars of the past, drawn anew in blocks, for odds beyond the one history there is."""
