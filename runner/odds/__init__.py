"""The odds of passing: a program begun on every day, what became of each start, and what that is worth."""
