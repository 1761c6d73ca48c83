"""What `scripts/bench` measures, one file per measurement, and the page and picture it makes of that."""
