"""Recorded payloads of the venue, held against what the exchange on loopback answers."""
