"""JSON Schema of every choice group, so that an editor completes YAML and underlines a slip while it is typed."""
