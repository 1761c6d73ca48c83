"""A walk-forward for people and programs."""
