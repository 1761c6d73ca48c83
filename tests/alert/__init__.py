"""Alerts: kept, found, sent."""
