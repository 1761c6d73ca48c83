"""The same work by other programs; each file here runs in an environment of its own, made from the pins of the same name (NAME.txt)."""
