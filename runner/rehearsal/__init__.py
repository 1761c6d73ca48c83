"""The exchange on loopback: a pure matching core, the face of a venue, faults, and the pace of a rehearsal."""
