"""Alerts: what somebody is told about accounts, kept until it is sent. Nothing that trades waits for it or depends on it."""
