"""What is started for the accounts of a host: which of them have runs, and what is wrong with these before anything is started."""
