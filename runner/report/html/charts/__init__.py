"""The charts of the report as plain figures: one file per chart, no plotting library needed to make them."""
