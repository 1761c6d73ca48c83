"""What mode=overfit leaves: overfit.json, tables, a page, and the screen."""
