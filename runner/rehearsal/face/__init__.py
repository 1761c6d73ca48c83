"""The face of a venue: Bybit V5 over HTTP and websockets."""
