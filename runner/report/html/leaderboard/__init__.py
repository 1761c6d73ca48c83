"""leaderboard.html: the jobs of a sweep as a page."""
