"""What a run prints and leaves behind: summary, files, figures, terminal."""
