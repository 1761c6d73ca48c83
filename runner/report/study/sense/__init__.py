"""A sensitivity for people and programs."""
