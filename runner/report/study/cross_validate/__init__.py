"""What mode=cross_validate leaves: cross_validate.json, tables, a page, and the screen."""
