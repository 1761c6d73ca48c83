"""Studies for people and programs: JSON, tables, a page with pictures, and the screen."""
