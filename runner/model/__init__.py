"""The nouns: typed, frozen, without I/O; nothing here imports the rest of the project."""
