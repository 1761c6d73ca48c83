"""The proof that a strategy does not look ahead, for people and programs."""
