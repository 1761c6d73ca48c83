"""The odds for people and programs: challenge.json, starts.csv, paths.parquet, and the screen."""
