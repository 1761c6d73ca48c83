"""A declarative bot runner for prop-firm traders: strategies and accounts are YAML, one machine runs every mode."""

__version__ = "0.1.0"
