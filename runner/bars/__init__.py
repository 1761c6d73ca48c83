"""Bars, funding, releases and specifications from files: found, checked, resampled, described."""
